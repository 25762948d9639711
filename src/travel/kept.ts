/**
 * Kept: what children had sent to the lost life of a restored parent, read again from `applied/` (SPEC 10, "After a break").
 * Role:  the packets that are newer than what the copy has read, in their order, as if they had just come.
 * Shape:  the other direction stays as the copy knows it: what the lost life had sent comes back with whoever has it.
 */
import { hashOf, sameHash } from '../apply/accept.ts'
import { type ReadPacket, readUp } from '../apply/read-up.ts'
import type { Site } from '../log/site.ts'
import { hashFile, type OpenPacket, openPacket } from '../packet/container.ts'
import type { PacketHead } from '../packet/content.ts'
import { linkKey } from '../packet/keys-of-links.ts'
import { type Link, linkById, updateLink } from '../packet/link.ts'
import { packetName } from '../packet/names.ts'
import type { AgainNote } from '../packet/rejoin-notes.ts'
import { updateRejoin } from '../packet/rejoin-state.ts'
import { restoredAt } from '../packet/restored-at.ts'
import { passOver, toldAgain } from '../rejoin/pass-over.ts'
import { acceptLife } from '../rejoin/sent-again.ts'
import type { Writing } from '../storage/contract.ts'
import { appliedFolder, hasEnded, keptIds } from './applied.ts'
import { closeLink } from './close-link.ts'
import { lastUpIsRead } from './home-state.ts'

interface Kept {
  readonly path: string
  readonly number: number
  readonly head: PacketHead
}

/** @returns how many packets were read; where the journey had ended, it ends again */
export async function readKept(site: Site, link: Link): Promise<number> {
  const kept = await keptOf(site, link)
  for (const [index, one] of kept.entries()) {
    const over = isNote(one) || isToldAgain(one, kept.slice(index + 1))
    await site.db.change(write => readOne(site, write, link, one.path, over))
  }
  if ((await hasEnded(site, link)) && (await site.db.snapshot(read => lastUpIsRead(read, link.link_id))))
    await site.db.change(write => end(site, write, link, kept.at(-1)?.head))
  return kept.length
}

/** Newer than what the copy has read. Where the lost life had been restored itself, numbers may be missing: what they said comes again. */
async function keptOf(site: Site, link: Link): Promise<Kept[]> {
  const { files } = site.platform
  const folder = appliedFolder(site, link)
  const kept: Kept[] = []
  for (const name of (await files.exists(folder)) ? await files.list(folder) : []) {
    if (!name.endsWith('.up')) continue
    const path = files.join(folder, name)
    await using open = await openKept(site, link, path)
    const { number } = open.label
    if (number > link.in_number) kept.push({ path, number, head: open.head as PacketHead })
  }
  return kept.sort((a, b) => a.number - b.number)
}

const openKept = (site: Site, link: Link, path: string): Promise<OpenPacket> =>
  openPacket(site.platform, path, async () => linkKey(site, link))

/** It only says how far somebody was set back. */
const isNote = ({ head: { rejoin } }: Kept): boolean => rejoin !== undefined && rejoin.kind !== 'behind'

/** The lost life had been restored itself, and had passed over it: a later packet says all of it once more. */
const isToldAgain = ({ head }: Kept, later: readonly Kept[]): boolean =>
  head.content &&
  later.some(({ head: { again, firstPosition } }) => again && firstPosition <= head.firstPosition)

/** @param copy the link as the copy has it @param over nothing of it is applied */
async function readOne(site: Site, write: Writing, copy: Link, path: string, over: boolean): Promise<void> {
  await using open = await openKept(site, copy, path)
  const head = open.head as PacketHead
  const packet: ReadPacket = {
    number: open.label.number,
    name: packetName(copy.name, open.label.number, 'up'),
    head: { ...head, acknowledgedHash: null, again: await toldIn(site, write, copy, head) },
    hash: await hashFile(site.platform, path),
    shift: 0,
    frames: () => open.frames(),
  }
  const { link_id } = copy
  await acceptLife(write, (await linkById(write, link_id))!, head.life ?? '')
  await updateRejoin(write, link_id, { own: head.to ?? '' })
  await updateLink(write, link_id, { in_number: packet.number - 1, in_hash: head.previous })
  await acknowledge(write, copy, head)
  const link = (await linkById(write, link_id))!
  if (over) await passOver(site, write, link, packet)
  else {
    await toldAgain(write, link)
    await readUp(site, write, link_id, packet)
  }
  await updateRejoin(write, link_id, { unheard: true })
  await updateLink(write, link_id, {
    out_number: copy.out_number,
    out_hash: copy.out_hash,
    out_acked: copy.out_acked,
  })
}

/** Whoever has read a packet that the copy did not write had been told all that the copy has, and is judged so. */
async function toldIn(site: Site, write: Writing, link: Link, head: PacketHead): Promise<AgainNote> {
  const { position } = (await restoredAt(write))!
  await updateRejoin(write, link.link_id, { seen: position })
  const { acknowledged, acknowledgedHash } = head
  const known = (await hashOf(write, link, 1, acknowledged)) ?? null
  const seen = acknowledgedHash == null || sameHash(known, acknowledgedHash) ? -1 : position
  const ids = await keptIds(site, link)
  return {
    seen: head.again?.seen ?? seen,
    pairs: ids.map(({ table, local, parent, count }) => [table, local, parent, count]),
  }
}

/** For this packet, what its sender had read by then was sent from here. */
const acknowledge = (write: Writing, copy: Link, { acknowledged, acknowledgedHash }: PacketHead) =>
  acknowledged <= copy.out_number
    ? Promise.resolve()
    : updateLink(write, copy.link_id, { out_number: acknowledged, out_hash: acknowledgedHash ?? null })

/** The release follows what the child had read when it wrote its last packet. */
async function end(site: Site, write: Writing, copy: Link, last: PacketHead | undefined): Promise<void> {
  if (last) await acknowledge(write, copy, last)
  await updateRejoin(write, copy.link_id, { pending: '', unheard: false })
  await closeLink(site, write, copy.link_id)
}
