/**
 * Kept: what children had sent to the lost life of a restored parent, read again from `applied/` (SPEC 10, "After a break").
 * Role:  the packets that are newer than what the copy has read, of everybody, in the order in which they were read, each judged
 *        as it was then (decision 25).
 * Shape:  the other direction stays as the copy knows it: what the lost life had sent comes back with whoever has it.
 */
import { hashOf, sameHash } from '../apply/accept.ts'
import type { Hearing } from '../apply/hearing.ts'
import { type ReadPacket, readUp } from '../apply/read-up.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { hashFile, type OpenPacket, openPacket } from '../packet/container.ts'
import type { PacketHead } from '../packet/content.ts'
import { linkKey } from '../packet/keys-of-links.ts'
import { type Link, linkById, linksAway, updateLink } from '../packet/link.ts'
import { packetName } from '../packet/names.ts'
import type { AgainNote } from '../packet/rejoin-notes.ts'
import { updateRejoin } from '../packet/rejoin-state.ts'
import { restoredAt } from '../packet/restored-at.ts'
import { notePassedOver, passOver, toldAgain } from '../rejoin/pass-over.ts'
import { acceptLife, formerBy } from '../rejoin/sent-again.ts'
import type { Writing } from '../storage/contract.ts'
import { appliedFolder, hasEnded, hearingOf, keptIds } from './applied.ts'
import { closeLink } from './close-link.ts'
import { lastUpIsRead } from './home-state.ts'

interface Kept {
  /** As the copy has it. */
  readonly link: Link
  readonly path: string
  readonly number: number
  readonly head: PacketHead
  readonly hearing: Hearing | undefined
  /** Where it stands among those of others. */
  readonly place: number
  /** Nothing of it is applied. */
  readonly over: boolean
  /** Of its journey. */
  readonly last: boolean
}

/** @returns how many packets of each journey were read; those that had ended end again */
export async function readKept(site: Site): Promise<ReadonlyMap<number, number>> {
  const read = new Map<number, number>()
  const journeys = []
  for (const link of await site.db.snapshot(linksAway))
    journeys.push({ link, kept: await keptOf(site, link) })
  const news = journeys.flatMap(({ link, kept }) => kept.filter(({ number }) => number > link.in_number))
  for (const one of news.sort((a, b) => a.place - b.place)) {
    const { link_id } = one.link
    await site.db.change(write => readOne(site, write, one))
    read.set(link_id, (read.get(link_id) ?? 0) + 1)
    if (one.last) await endIfEnded(site, one.link, one)
  }
  for (const { link, kept } of journeys) await endIfEnded(site, link, kept.at(-1))
  return read
}

/** By number. */
async function keptOf(site: Site, link: Link): Promise<Kept[]> {
  const { files } = site.platform
  const folder = appliedFolder(site, link)
  const kept: Omit<Kept, 'place' | 'over' | 'last'>[] = []
  for (const name of (await files.exists(folder)) ? await files.list(folder) : []) {
    if (!name.endsWith('.up')) continue
    const path = files.join(folder, name)
    await using open = await openKept(site, link, path)
    const { number } = open.label
    kept.push({ link, path, number, head: open.head as PacketHead, hearing: await hearingOf(site, path) })
  }
  let place = 0
  return kept
    .sort((a, b) => a.number - b.number)
    .map((one, index, all) => {
      place = Math.max(place, one.hearing?.position ?? 0)
      const later = all.slice(index + 1)
      return { ...one, place, over: isNote(one) || isToldAgain(one, later), last: later.length === 0 }
    })
}

const openKept = (site: Site, link: Link, path: string): Promise<OpenPacket> =>
  openPacket(site.platform, path, async () => linkKey(site, link))

/** It only says how far somebody was set back. */
const isNote = ({ head: { rejoin } }: Pick<Kept, 'head'>): boolean =>
  rejoin !== undefined && rejoin.kind !== 'behind'

/** The lost life had been restored itself, and had passed over it: a later packet says all of it once more. */
const isToldAgain = ({ head }: Pick<Kept, 'head'>, later: readonly Pick<Kept, 'head'>[]): boolean =>
  head.content &&
  later.some(({ head: { again, firstPosition } }) => again && firstPosition <= head.firstPosition)

/** At the position that it had: what stands then is as old to everybody as it was, and what the lost life made itself leaves a gap. */
async function readOne(site: Site, write: Writing, kept: Kept): Promise<void> {
  const { link: copy, hearing } = kept
  await using open = await openKept(site, copy, kept.path)
  const head = open.head as PacketHead
  const packet: ReadPacket = {
    number: kept.number,
    name: packetName(copy.name, kept.number, 'up'),
    head: { ...head, acknowledgedHash: null, again: await toldIn(site, write, copy, head) },
    hash: await hashFile(site.platform, kept.path),
    shift: 0,
    hearing,
    frames: () => open.frames(),
  }
  const { link_id } = copy
  // What whoever went on had said of it then holds again: copies from before that may still come.
  const note = head.rejoin?.kind === 'behind' ? head.rejoin : undefined
  const before = (await linkById(write, link_id))!
  await acceptLife(write, before, head.life ?? '', note && (await formerBy(write, before, note)))
  await updateRejoin(write, link_id, { own: head.to ?? '' })
  await updateLink(write, link_id, { in_number: packet.number - 1, in_hash: head.previous })
  await acknowledge(write, copy, head)
  const link = (await linkById(write, link_id))!
  await readLog(write)
  if (hearing) await write.log.jump(hearing.position - 1)
  if (kept.over) {
    await passOver(site, write, link, packet)
    // What is missing before it the lost life had put aside: it counts as read only when somebody has said it once more.
    if (before.in_number < packet.number - 1) await notePassedOver(write, link, packet.number)
  } else {
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

async function endIfEnded(site: Site, link: Link, last: Kept | undefined): Promise<void> {
  if (!(await hasEnded(site, link))) return
  await site.db.change(async write => {
    const { state } = (await linkById(write, link.link_id))!
    if (state !== 'home' && (await lastUpIsRead(write, link.link_id)))
      await end(site, write, link, last?.head)
  })
}

/** The release follows what the child had read when it wrote its last packet. */
async function end(site: Site, write: Writing, copy: Link, last: PacketHead | undefined): Promise<void> {
  if (last) await acknowledge(write, copy, last)
  await updateRejoin(write, copy.link_id, { pending: '', unheard: false })
  await closeLink(site, write, copy.link_id)
}
