/**
 * Went back: this side was restored, and the other has said what it knows of the life that was lost.
 * Shape:  find the last packet that both have -> take back what was sealed since -> jump -> new ids and names for what is
 *         unsent -> a new life, and the next packet says so.
 * Role:   all of it in the transaction that reads the note. At a parent nothing is sealed for good: it cuts again from there.
 */
import { sql } from 'kysely'
import { hashOf } from '../apply/accept.ts'
import type { ReadPacket } from '../apply/read-up.ts'
import { crashPoint } from '../core/crash-points.ts'
import { sameBytes } from '../core/values.ts'
import { mergeCounters } from '../log/counters.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { type Link, updateLink } from '../packet/link.ts'
import type { AheadNote, BehindNote, Renumbered } from '../packet/rejoin-notes.ts'
import { updateRejoin } from '../packet/rejoin-state.ts'
import { noteRestored, restoredAt } from '../packet/restored-at.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { beginLife, jumpIds, jumpPositions } from './jump.ts'
import { keepSent } from './keep-sent.ts'
import { notePassedOver } from './pass-over.ts'
import { idsGivenOut, noteReached } from './reached.ts'
import { renumber } from './renumber.ts'
import { acceptLife, giveBack, tellAgain, unknownTo } from './sent-again.ts'
import { readOfTheirs, type Theirs } from './theirs.ts'
import { unseal } from './unseal.ts'

/** Does the note tell of packets that this side did not write, or wrote otherwise? A copy that goes on as it was knows them all. */
export async function hasForgotten(read: Reading, link: Link, note: AheadNote): Promise<boolean> {
  if (note.read > link.out_number) return true
  const written = await hashOf(read, link, 1, note.read)
  const known = hashIn(note, note.read)
  return written !== undefined && known !== undefined && !sameBytes(written, known)
}

export async function goOn(
  site: Site,
  write: Writing,
  link: Link,
  packet: ReadPacket,
  note: AheadNote,
): Promise<void> {
  await readLog(write)
  const past = await pastOf(write, link, note)
  const { common } = past
  const theirs = await readOfTheirs(write, link, packet, note)
  let renumbered: readonly Renumbered[] = []
  if (link.link_id === PARENT_LINK) renumbered = await goOnAsChild(site, write, link, note, common, theirs)
  else await goOnAsParent(site, write, link, note, common)
  await mergeCounters(write, note.counters)
  await beginLife(site, write, link.link_id, packet.head.to ?? '')
  const reached = link.link_id === PARENT_LINK ? await idsGivenOut(site, write) : []
  await adopt(write, link, packet, note, theirs, { ...past, renumbered, reached })
  crashPoint('rejoin-adopted')
}

async function goOnAsChild(
  site: Site,
  write: Writing,
  link: Link,
  note: AheadNote,
  common: number,
  theirs: Theirs,
): Promise<Renumbered[]> {
  const cut = await unseal(site, write, link, common, theirs.isLost)
  if (theirs.isLost) await giveBack(write, { read: common, common: theirs.common })
  crashPoint('rejoin-unsealed')
  await sendPassedAgain(write)
  await forgetUnanswered(write)
  const jumped = await hasJumped(write, note)
  if (!jumped) await jumpIds(site, write, note.ids)
  const by = jumped ? 0 : await jumpPositions(write, cut, note.position)
  crashPoint('rejoin-jumped')
  await keepSent(write, site.dictionary, cut, by, note.inserts ?? [])
  const renumbered = jumped ? [] : await renumber(write, site.dictionary, cut, note.ids)
  crashPoint('rejoin-renumbered')
  // What it had said of the other side was taken back with the packet: asked once more, it says so again.
  await updateRejoin(write, link.link_id, { asked: 0 })
  return renumbered
}

/**
 * A satellite that was told that it was restored (restored.ts) gives no name and no id twice. Those that it has stay: its
 * travellers know them.
 */
async function hasJumped(read: Reading, { position }: AheadNote): Promise<boolean> {
  const restored = await restoredAt(read)
  return restored !== undefined && position <= restored.past
}

/** Said once: from then on the parent knows this life. A copy that is put back before that is one of another copy. */
async function copyOf(write: Writing, { link_id }: Link, note: AheadNote): Promise<{ copy?: number }> {
  const restored = await restoredAt(write)
  if (link_id !== PARENT_LINK || !restored || !(await hasJumped(write, note))) return {}
  await noteRestored(write, { ...restored, common: undefined })
  return { copy: restored.common ?? restored.position }
}

/** What became of them may have been told to the life that was lost. */
const sendPassedAgain = (write: Writing): Promise<number> =>
  write.run(sql`update hc_passed set sent = 0 where sent > 0`)

/**
 * What became of the packets that it has read, the parent tells once more. One that is known to it and was only passed over,
 * because the parent had gone back, too, was told again by another copy, in a packet of that one.
 */
const forgetUnanswered = (write: Writing): Promise<number> =>
  write.run(sql`delete from hc_ledger where link_id = ${PARENT_LINK} and judged = 0`)

/**
 * What the child was sent since may be lost with the life that sent it, and is cut again. Ids and names that others may
 * know by now stay: whoever restores a parent lets it jump before anyone works (restored.ts).
 */
async function goOnAsParent(
  site: Site,
  write: Writing,
  link: Link,
  note: AheadNote,
  common: number,
): Promise<void> {
  const sent = await write.row(
    sql<{ last: number }>`select last_position as last from hc_packet
      where link_id = ${link.link_id} and outgoing = 1 and number = ${common}`,
  )
  const cut = Math.min(sent?.last ?? link.prototype_position, await write.log.position())
  const restored = await restoredAt(write)
  if (!(await hasJumped(write, note))) {
    await jumpPositions(write, Math.max(cut, await knownToOthers(write)), note.position)
    const past = await write.log.position()
    const time = site.platform.clock.now()
    await noteRestored(write, { position: restored?.position ?? cut, past, time, common: restored?.common })
  }
  await jumpIds(site, write, note.ids)
  await noteReached(site, write, await write.log.position())
  // The child may have gone back as well, and know none of them any more.
  await updateLink(write, link.link_id, { cut_position: cut, pairs_told: 0 })
  await updateRejoin(write, link.link_id, { seen: restored?.position ?? cut, retell: true })
  await tellAgain(write, link)
}

/** What somebody has acknowledged by the copy was so in both lives, under the same names. */
async function knownToOthers(read: Reading): Promise<number> {
  const row = await read.row(
    sql<{ at: number | null }>`select max(p.last_position) as at from hc_packet p
      join hc_link l on l.link_id = p.link_id where p.outgoing = 1 and p.number <= l.out_acked`,
  )
  return row?.at ?? 0
}

/** What this copy has written, as far as it matters to the other side. */
type Past = Pick<BehindNote, 'common' | 'written' | 'takenBack'>

async function pastOf(read: Reading, link: Link, note: AheadNote): Promise<Past> {
  const common = await commonOf(read, link, note)
  const unread = await read.rows(
    sql<{ hash: Uint8Array }>`select hash from hc_packet where link_id = ${link.link_id} and outgoing = 1
      and number > ${common} and name <> '' order by number desc limit ${TAKEN_BACK}`,
  )
  return {
    common,
    written: (await lastCommon(read, link, note, true)) ?? 0,
    takenBack: unread.map(({ hash }) => hash),
  }
}

/**
 * What it acknowledged before is known to both. A parent that is told once more, because a packet of its lost life was late,
 * knows of some by the first note alone: it has their hash, and nothing of what they said.
 */
async function commonOf(read: Reading, link: Link, note: AheadNote): Promise<number> {
  const known = await lastCommon(read, link, note, link.link_id !== PARENT_LINK)
  if (known !== undefined) return known
  const row = await read.row(
    sql<{ first: number | null }>`select min(number) as first from hc_packet
      where link_id = ${link.link_id} and outgoing = 1 and name = ''`,
  )
  const told = link.link_id === PARENT_LINK ? undefined : row?.first
  return Math.min(told == null ? link.out_acked : told - 1, note.read)
}

/** So many are named: more than this wait at no carrier. */
const TAKEN_BACK = 64

/** The highest number of ours that the other side has with the same bytes. @param written only what it wrote itself: not what it only goes on from */
async function lastCommon(
  read: Reading,
  link: Link,
  note: AheadNote,
  written = false,
): Promise<number | undefined> {
  for (const [number, hash] of [...note.hashes].sort(([a], [b]) => b - a)) {
    const row = await read.row(
      sql<{ hash: Uint8Array; name: string }>`select hash, name from hc_packet
        where link_id = ${link.link_id} and outgoing = 1 and number = ${number}`,
    )
    if (row && sameBytes(row.hash, hash) && (!written || row.name !== '')) return number
  }
  return undefined
}

/** Numbers go on above the other side's, and the chain from the packet that brought the note. */
async function adopt(
  write: Writing,
  link: Link,
  packet: ReadPacket,
  note: AheadNote,
  theirs: Theirs,
  past: Past & Pick<BehindNote, 'renumbered' | 'reached'>,
): Promise<void> {
  const hash = hashIn(note, note.read) ?? null
  await forgetFrom(write, link, past.common, note.read, hash)
  if (theirs.follows) await followOn(write, link, packet, theirs)
  const more = link.link_id > 0 ? { unknown: await unknownTo(write, link, theirs.common) } : {}
  await acceptLife(write, link, packet.head.life ?? '', more)
  await updateRejoin(write, link.link_id, {
    pending: 'behind',
    note: {
      kind: 'behind',
      ...(await copyOf(write, link, note)),
      base: note.read,
      baseHash: hash,
      answers: packet.number,
      read: theirs.applied.number,
      readHash: theirs.applied.hash,
      ...past,
    },
  })
  const out = Math.max(link.out_number, note.read)
  await updateLink(write, link.link_id, {
    out_number: out,
    out_hash: hash,
    out_acked: out,
    owes_ack: 1,
  })
}

/** Where the other side went back as well, its packet stands beside the chain: what was read here stays read, until it asks for that. */
async function followOn(
  write: Writing,
  link: Link,
  { number, hash, name, head }: ReadPacket,
  { isLost, common }: Theirs,
): Promise<void> {
  await write.upsert(
    { table: 'hc_packet', key: ['link_id', 'outgoing', 'number'], columns: ['hash', 'name', 'created'] },
    [[link.link_id, 0, number, hash, name, head.created]],
  )
  await notePassedOver(write, link, number, isLost ? common + 1 : number)
  await updateLink(write, link.link_id, { in_number: number, in_hash: hash })
}

/** Of the packets since the last common one only the other side's are true now. */
async function forgetFrom(
  write: Writing,
  link: Link,
  common: number,
  read: number,
  hash: Uint8Array | null,
): Promise<void> {
  const out = sql`link_id = ${link.link_id} and outgoing = 1`
  await write.run(sql`delete from hc_packet where ${out} and number > ${common}`)
  if (!hash || read <= common) return
  const cut = await write.row(
    sql<{ at: number }>`select cut_position as at from hc_link where link_id = ${link.link_id}`,
  )
  await write.insert(
    { table: 'hc_packet', key: ['link_id', 'outgoing', 'number'], columns: ['hash', 'last_position'] },
    [[link.link_id, 1, read, hash, cut?.at ?? 0]],
  )
}

const hashIn = (note: AheadNote, number: number): Uint8Array | undefined =>
  note.hashes.find(([each]) => each === number)?.[1]
