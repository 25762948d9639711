/** Twins: a copy of a database goes on beside another. One of the two is refused; what it wrote stays readable. */
import { sql } from 'kysely'
import type { ReadPacket } from '../apply/read-up.ts'
import { sameBytes } from '../core/values.ts'
import type { PacketHead } from '../packet/content.ts'
import type { Link } from '../packet/link.ts'
import type { BehindNote } from '../packet/rejoin-notes.ts'
import type { RejoinState } from '../packet/rejoin-state.ts'
import { toHex } from '../platform/keys.ts'
import type { Reading } from '../storage/contract.ts'

const MANY = 64

/** What is remembered of packets that were put aside. */
export const newest = (hashes: readonly string[]): string[] => [...new Set(hashes)].slice(-MANY)

/**
 * It is, or follows from, one that was refused; or it follows from the end of a life that somebody else has taken up: a copy
 * that was merely restored would begin further back.
 */
export function belongsToTwin(state: RejoinState, { number, hash, head }: ReadPacket): boolean {
  const previous = head.previous ? toHex(head.previous) : ''
  if ([toHex(hash), previous].some(each => state.refused.includes(each))) return true
  const ended = state.former.find(({ life }) => life === (head.life ?? ''))
  if (!ended || ended.number === 0 || ended.life === state.life) return false
  return number === ended.number + 1 && previous === ended.hash
}

/**
 * A copy would go on that must not. It was told how far when another was still heard; or it wrote the last packet that was
 * read of a life, and somebody else has taken that up since: whoever did had to begin further back.
 */
export const goesOnForTwin = (state: RejoinState, note: BehindNote): boolean =>
  (state.alive > 0 && note.answers <= state.alive) ||
  (note.written > 0 && state.former.some(({ number }) => number === note.written))

/** Written by a copy that goes on, before it was told how far: it comes again, with other numbers. It is no sign of a second copy. */
export function isTakenBack({ former }: RejoinState, { hash }: ReadPacket): boolean {
  const own = toHex(hash)
  return former.some(({ unread }) => unread?.includes(own))
}

/** The other side says that it refused a packet of ours. */
export async function isOwnRefused(read: Reading, link: Link, head: PacketHead): Promise<boolean> {
  if (!head.refused?.length) return false
  const rows = await read.rows(
    sql<{ hash: Uint8Array }>`select hash from hc_packet where link_id = ${link.link_id} and outgoing = 1`,
  )
  return rows.some(({ hash }) => head.refused!.some(refused => sameBytes(refused, hash)))
}
