/**
 * Send: what is new is sealed, and it and whatever may have been lost lies with the carrier for the other end.
 * Never: makes a packet again: a number has the same bytes for ever.
 */
import type { Carrier } from '../carrier/contract.ts'
import { crashPoint } from '../core/crash-points.ts'
import type { ErrorCode } from '../core/errors.ts'
import { sameBytes } from '../core/values.ts'
import { freshenDictionary } from '../log/fresh-dictionary.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { hashFile } from '../packet/container.ts'
import { type Link, linkById } from '../packet/link.ts'
import { noteAsked, readAsked } from '../packet/missing.ts'
import { outboxFolder, type SealedPacket, unacknowledged } from '../packet/outbox.ts'
import { requireRestored } from '../packet/restored-at.ts'
import { noteTransmitted } from '../packet/transmissions.ts'
import { writeDwn } from '../packet/write-dwn.ts'
import { writeUp } from '../packet/write-up.ts'
import type { Writing } from '../storage/contract.ts'
import { requirePresent } from './home-state.ts'

export interface Sent {
  readonly number: number
  readonly name: string
  readonly bytes: number
  /** False: it had been written before and is sent again, byte for byte. */
  readonly fresh: boolean
  /** PACKET_LOST: it could not be sent, because the bytes that were written are gone.
   *  AREA_EMPTY, AREA_UNKNOWN: nothing is written for this person (`name`); number 0 */
  readonly code?: ErrorCode
  readonly message?: string
}

export const isLost = (packet: Sent): boolean => packet.code !== undefined

/** Seals what is new and makes it, and whatever may have been lost, visible to the other end. */
export async function sendUp(
  child: Site,
  carrier: Carrier,
  options: { final?: boolean } = {},
): Promise<Sent[]> {
  const sealed = await child.db.change(async write => {
    await freshenDictionary(child, write)
    return writeUp(child, write, options)
  })
  const link = (await child.db.snapshot(read => linkById(read, PARENT_LINK)))!
  return publish(child, link, carrier, sealed)
}

export async function sendDwn(parent: Site, linkId: number, carrier: Carrier): Promise<Sent[]> {
  const sealed = await parent.db.change(async write => {
    await freshenDictionary(parent, write)
    await requireRestored(write)
    await requirePresent(parent, write)
    const link = (await linkById(write, linkId))!
    return link.state === 'away' ? writeDwn(parent, write, link) : undefined
  })
  const link = (await parent.db.snapshot(read => linkById(read, linkId)))!
  return publish(parent, link, carrier, sealed)
}

/** Everything not acknowledged that the carrier does not hold: the new packet, and those that got lost. */
export async function publish(
  site: Site,
  link: Link,
  carrier: Carrier,
  sealed: SealedPacket | undefined,
): Promise<Sent[]> {
  const { files } = site.platform
  const sent: Sent[] = []
  if (sealed) crashPoint('packet-sealed')
  const asked = await site.db.snapshot(read => readAsked(read, link.link_id))
  for (const packet of await site.db.snapshot(read => unacknowledged(read, link))) {
    const fresh = packet.number === sealed?.number
    if (!fresh && !asked.includes(packet.number) && (await carrier.holds(packet.name))) continue
    const path = files.join(outboxFolder(site, link), packet.name)
    const { number, name } = packet
    if (await isAtHand(site, carrier, path, packet)) {
      await carrier.send(name, path)
      crashPoint('packet-sent')
      sent.push({ number, name, bytes: await files.size(path), fresh })
    } else sent.push({ number, name, bytes: 0, fresh, ...lost(path) })
  }
  if (sent.some(packet => !isLost(packet))) await site.db.change(write => noteSent(site, write, link, sent))
  return sent
}

const lost = (path: string) => ({
  code: 'PACKET_LOST' as const,
  message: `${path} is missing, or not as it was written`,
})

async function noteSent(site: Site, write: Writing, link: Link, all: readonly Sent[]): Promise<void> {
  const sent = all.filter(packet => !isLost(packet))
  await noteAsked(write, link.link_id, [])
  await noteTransmitted(
    write,
    link,
    sent.map(packet => packet.number),
    site.platform.clock.now(),
  )
}

/** Same number, same bytes: a packet cannot be made again. Where the carrier still has it, it is put back. */
async function isAtHand(site: Site, carrier: Carrier, path: string, packet: Written): Promise<boolean> {
  const { files } = site.platform
  if (await isUnchanged(site, path, packet)) return true
  const found = (await carrier.holds(packet.name)) ? await carrier.fetch(packet.name) : undefined
  if (found === undefined || !(await isUnchanged(site, found, packet))) return false
  await files.makeFolder(files.parent(path))
  await files.copy(found, path)
  return true
}

interface Written {
  readonly name: string
  readonly hash: Uint8Array
}

const isUnchanged = async ({ platform }: Site, path: string, { hash }: Written): Promise<boolean> =>
  (await platform.files.exists(path)) && sameBytes(await hashFile(platform, path), hash)
