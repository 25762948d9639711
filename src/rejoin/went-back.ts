/**
 * Went back: this side was restored, and the other has said what it knows of the life that was lost.
 * Shape:  find the last packet that both have -> take back what was sealed since -> jump -> new ids and names for what is
 *         unsent -> a new life, and the next packet says so.
 * Role:   all of it in the transaction that reads the note.
 */
import { sql } from 'kysely'
import { hashOf } from '../apply/accept.ts'
import type { ReadPacket } from '../apply/read-up.ts'
import { sameBytes } from '../core/values.ts'
import { mergeCounters } from '../log/counters.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { type Link, updateLink } from '../packet/link.ts'
import type { AheadNote } from '../packet/rejoin-notes.ts'
import { updateRejoin } from '../packet/rejoin-state.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { beginLife, jumpIds, jumpPositions } from './jump.ts'
import { renumber } from './renumber.ts'
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
  const cut = await unseal(site, write, link, await lastCommon(write, link, note))
  await jumpIds(site, write, note.ids)
  await jumpPositions(write, cut, note.position)
  await renumber(write, site.dictionary, cut, note.ids)
  await mergeCounters(write, note.counters)
  await beginLife(site, write)
  await adopt(write, link, packet, note)
}

/** The highest number of ours that the other side has with the same bytes. What it acknowledged before is known to both. */
async function lastCommon(read: Reading, link: Link, note: AheadNote): Promise<number> {
  for (const [number, hash] of [...note.hashes].sort(([a], [b]) => b - a)) {
    const written = await hashOf(read, link, 1, number)
    if (written && sameBytes(written, hash)) return number
  }
  return Math.min(link.out_acked, note.read)
}

/** Numbers go on above the other side's, and the chain from the packet that brought the note. */
async function adopt(write: Writing, link: Link, packet: ReadPacket, note: AheadNote): Promise<void> {
  const hash = hashIn(note, note.read) ?? null
  if (hash) {
    const at = { table: 'hc_packet', key: ['link_id', 'outgoing', 'number'] }
    const last = await write.row(
      sql<{ p: number }>`select cut_position as p from hc_link where link_id = ${link.link_id}`,
    )
    await write.upsert({ ...at, columns: ['hash', 'last_position'] }, [
      [link.link_id, 1, note.read, hash, last?.p ?? 0],
    ])
  }
  await updateRejoin(write, link.link_id, {
    pending: 'behind',
    note: {
      kind: 'behind',
      base: note.read,
      baseHash: hash,
      answers: packet.number,
      read: link.in_number,
      readHash: link.in_hash,
    },
  })
  const out = Math.max(link.out_number, note.read)
  await updateLink(write, link.link_id, {
    out_number: out,
    out_hash: hash,
    out_acked: out,
    in_number: packet.number,
    in_hash: packet.hash,
    owes_ack: 1,
  })
}

const hashIn = (note: AheadNote, number: number): Uint8Array | undefined =>
  note.hashes.find(([each]) => each === number)?.[1]
