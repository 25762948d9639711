/**
 * Apply packet: one file at a carrier becomes one transaction.
 * Shape:  opened -> meet -> a child seals what is unsent, then reads its DWN; a parent reads the UP, and closes the link of the last.
 */
import type { Acceptance } from '../apply/accept.ts'
import { readDwn } from '../apply/read-dwn.ts'
import { type ReadPacket, readUp } from '../apply/read-up.ts'
import { crashPoint } from '../core/crash-points.ts'
import { freshenDictionary } from '../log/fresh-dictionary.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { openPacket } from '../packet/container.ts'
import type { PacketHead } from '../packet/content.ts'
import { linkKey } from '../packet/keys-of-links.ts'
import type { Link } from '../packet/link.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import { writeUp } from '../packet/write-up.ts'
import { meet } from '../rejoin/meet.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { keepApplied, keepEnd, keepIds } from './applied.ts'
import { closeLink } from './close-link.ts'
import { isClosed, lastUpIsRead, lastUpIsWritten } from './home-state.ts'

/** A file at the carrier, and what is known of it besides its contents. */
export interface PacketFile {
  readonly path: string
  readonly name: string
  readonly hash: Uint8Array
  readonly shift: number
}

export async function opened<T>(
  site: Site,
  link: Link,
  { path, ...known }: PacketFile,
  work: (packet: ReadPacket) => Promise<T>,
): Promise<T> {
  await using open = await openPacket(site.platform, path, async () => linkKey(site, link))
  const { label, head } = open
  // Awaited here: the packet is closed when this function returns.
  return await work({ ...known, number: label.number, head: head as PacketHead, frames: () => open.frames() })
}

/** Opened inside: where the database begins the change again, the packet is read again. */
export async function applyWhole(site: Site, link: Link, file: PacketFile): Promise<Acceptance> {
  const accepted = await site.db.change(write =>
    opened(site, link, file, async packet => {
      await freshenDictionary(site, write)
      const accepted = await apply(site, write, link, packet)
      // Only a whole packet proves a break: a damaged repetition has another hash, too.
      if (accepted.kind !== 'next' && accepted.kind !== 'repeated') await readToEnd(packet)
      const hearing = accepted.kind === 'next' ? accepted.hearing : undefined
      if (isPart(accepted) && link.link_id > 0)
        await keepApplied(site, link, { number: packet.number, path: file.path, hearing })
      crashPoint('packet-applying')
      return accepted
    }),
  )
  if (accepted.kind === 'next' && link.link_id > 0) await keepIds(site, link)
  return accepted
}

/** Of the chain: also what only said how far somebody was set back. */
const isPart = ({ kind }: Acceptance): boolean => kind === 'next' || kind === 'noted'

/** @throws {HomecomingError} PACKET_DAMAGED */
export async function readToEnd(packet: ReadPacket): Promise<void> {
  for await (const _ of packet.frames());
}

/** A child seals its unsent changes before it reads, in the same transaction; a parent closes the link of the last UP. */
async function apply(site: Site, write: Writing, link: Link, packet: ReadPacket): Promise<Acceptance> {
  if (await isAsked(write, link, packet)) await writeUp(site, write)
  const met = await meet(site, write, link.link_id, packet)
  if (met) return met
  if (link.link_id === PARENT_LINK) {
    await sealUnsent(site, write)
    return readDwn(site, write, packet)
  }
  const acceptance = await readUp(site, write, link.link_id, packet)
  if (acceptance.kind === 'next' && (await isOver(write, link.link_id))) {
    await keepEnd(site, link)
    await closeLink(site, write, link.link_id)
  }
  return acceptance
}

/** Its last packet was read, and what it knows that a restored parent has forgotten. */
async function isOver(read: Reading, linkId: number): Promise<boolean> {
  return (await lastUpIsRead(read, linkId)) && !(await readRejoin(read, linkId)).unheard
}

/** Also for good, where both sides had to find together and the last packet was taken back: it has to be told once more. */
async function sealUnsent(site: Site, write: Writing): Promise<void> {
  const final = await isClosed(write)
  const { retell } = await readRejoin(write, PARENT_LINK)
  if (!final || retell || !(await lastUpIsWritten(write))) await writeUp(site, write, { final })
}

/** A parent was put back: what was made here before anything of that was known is sealed with what was known then. */
async function isAsked(write: Writing, link: Link, { head }: ReadPacket): Promise<boolean> {
  if (link.link_id !== PARENT_LINK || head.rejoin?.kind !== 'lost' || (await isClosed(write))) return false
  return (await readRejoin(write, PARENT_LINK)).pending === ''
}
