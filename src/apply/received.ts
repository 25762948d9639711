/** Notes what was read on a link, in the transaction that applied it. */
import { sql } from 'kysely'
import type { Site } from '../log/site.ts'
import type { PacketHead } from '../packet/content.ts'
import { type Link, updateLink } from '../packet/link.ts'
import { noteAsked, noteMissing } from '../packet/missing.ts'
import { readRejoin, updateRejoin } from '../packet/rejoin-state.ts'
import { noteAcknowledged, notePlayedBack } from '../packet/transmissions.ts'
import type { Writing } from '../storage/contract.ts'

export interface Received {
  readonly number: number
  readonly name: string
  readonly hash: Uint8Array
  readonly head: PacketHead
  /** Positions of the log rows that it brought; undefined: none. */
  readonly positions: { readonly first: number; readonly last: number } | undefined
}

export async function noteReceived(site: Site, write: Writing, link: Link, packet: Received): Promise<void> {
  await write.insert(
    {
      table: 'hc_packet',
      key: ['link_id', 'outgoing', 'number'],
      columns: ['hash', 'name', 'first_position', 'last_position', 'created', 'content', 'final'],
    },
    [
      [
        link.link_id,
        0,
        packet.number,
        packet.hash,
        packet.name,
        packet.positions?.first ?? 0,
        packet.positions?.last ?? 0,
        packet.head.created,
        packet.head.content ? 1 : 0,
        packet.head.final ? 1 : 0,
      ],
    ],
  )
  if (packet.head.resend.length > 0) await noteAsked(write, link.link_id, packet.head.resend)
  const { position, unheard, since } = await readRejoin(write, link.link_id)
  if (unheard && packet.head.acknowledged > since) await updateRejoin(write, link.link_id, { unheard: false })
  if (packet.head.lastPosition > position)
    await updateRejoin(write, link.link_id, { position: packet.head.lastPosition })
  const now = site.platform.clock.now()
  await noteAcknowledged(write, link, packet.head.acknowledged, now)
  await notePlayedBack(write, link, packet.head, packet.positions?.last, now)
  await updateLink(write, link.link_id, {
    in_number: packet.number,
    in_hash: packet.hash,
    out_acked: Math.max(link.out_acked, packet.head.acknowledged),
    owes_ack: packet.head.content ? 1 : link.owes_ack,
    heard_time: now,
  })
}

/** It waits, but what it asks for is sent: each side may wait for a packet of the other's. */
export async function noteEarly(
  write: Writing,
  link: Link,
  head: PacketHead,
  missing: readonly number[],
): Promise<void> {
  await noteMissing(write, link.link_id, missing)
  if (head.resend.length > 0) await noteAsked(write, link.link_id, head.resend)
}

/** A packet that came again is acknowledged again. */
export async function noteRepeated(write: Writing, link: Link): Promise<void> {
  await updateLink(write, link.link_id, { owes_ack: 1 })
}

/** When the parent sealed the DWN that the child had read; at first, when its prototype was built. */
export async function timeOfDwn(write: Writing, link: Link, number: number): Promise<number> {
  const row = await write.row(
    sql<{
      created: number
    }>`select created from hc_packet where link_id = ${link.link_id} and outgoing = 1 and number = ${number}`,
  )
  return row?.created ?? link.prototype_time
}

/** The position up to which the parent had told the child, in the DWN that the child had read. */
export async function positionOfDwn(write: Writing, link: Link, number: number): Promise<number> {
  const row = await write.row(
    sql<{
      last: number
    }>`select last_position as last from hc_packet where link_id = ${link.link_id} and outgoing = 1 and number = ${number}`,
  )
  return row?.last ?? link.prototype_position
}
