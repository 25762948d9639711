/**
 * Pass over: packets that have their place in the chain, and of which nothing was applied.
 * Role:  until the other side knows that, what it sent with them and since counts as not read.
 */
import { sql } from 'kysely'
import type { ReadPacket } from '../apply/read-up.ts'
import { noteReceived } from '../apply/received.ts'
import type { Site } from '../log/site.ts'
import type { PacketHead } from '../packet/content.ts'
import type { Link } from '../packet/link.ts'
import type { Reading, Writing } from '../storage/contract.ts'

/** Stands in the row of such a packet for its bytes, which nobody needs of what was read. */
const PASSED_OVER = -1

export async function passOver(site: Site, write: Writing, link: Link, packet: ReadPacket): Promise<void> {
  await noteReceived(site, write, link, { ...packet, positions: undefined })
  if (packet.head.content) await notePassedOver(write, link, packet.number)
}

/** @param from the first of several: what was read of a life that is lost stands in nobody's life but this side's */
export async function notePassedOver(
  write: Writing,
  link: Link,
  number: number,
  from = number,
): Promise<void> {
  await write.run(sql`update hc_packet set bytes = ${PASSED_OVER}, final = 0
    where link_id = ${link.link_id} and outgoing = 0 and number between ${from} and ${number}`)
}

/** A packet for the present life was read: its sender knows what had been passed over, and has told it again. */
export async function toldAgain(write: Writing, link: Link): Promise<void> {
  await write.run(sql`update hc_packet set bytes = 0
    where link_id = ${link.link_id} and outgoing = 0 and bytes = ${PASSED_OVER}`)
}

/** The last packet up to which everything was applied. */
export async function lastApplied(
  read: Reading,
  link: Link,
): Promise<{ readonly number: number; readonly hash: Uint8Array | null }> {
  const incoming = sql`link_id = ${link.link_id} and outgoing = 0`
  const first = await read.row(
    sql<{
      number: number | null
    }>`select min(number) as number from hc_packet where ${incoming} and bytes = ${PASSED_OVER}`,
  )
  if (first?.number == null) return { number: link.in_number, hash: link.in_hash }
  const before = await read.row(
    sql<{ number: number; hash: Uint8Array }>`select number, hash from hc_packet
      where ${incoming} and number < ${first.number} order by number desc limit 1`,
  )
  return before ?? { number: 0, hash: null }
}

/** Its sender had not heard yet that this copy goes on: it was for a life that was lost before this copy ever knew of it. */
export async function isBeforeLife(read: Reading, link: Link, head: PacketHead): Promise<boolean> {
  const row = await read.row(
    sql<{ base: number | null }>`select max(number) as base from hc_packet
      where link_id = ${link.link_id} and outgoing = 1 and name = ''`,
  )
  return row?.base != null && head.acknowledged <= row.base
}
