/**
 * Theirs: what was read here of a side that went back as well. Is it of the life in which that goes on?
 * Shape:  the other side names what it has written in that life, and apart from that the packets that it only goes on from:
 *         this side had said that it has them, and of what they said the other knows nothing.
 */
import { hashOf, sameHash } from '../apply/accept.ts'
import type { ReadPacket } from '../apply/read-up.ts'
import { sameBytes } from '../core/values.ts'
import { PARENT_LINK } from '../log/version.ts'
import type { Link } from '../packet/link.ts'
import type { AheadNote } from '../packet/rejoin-notes.ts'
import { HASHES } from '../packet/write-note.ts'
import type { Reading } from '../storage/contract.ts'
import { lastApplied } from './pass-over.ts'

interface Packet {
  readonly number: number
  readonly hash: Uint8Array | null
}

export interface Theirs {
  /** The last packet that was read here, and that the other side has written in its present life; 0: none. */
  readonly common: number
  /** At a child: what was read since is of a life that the parent knows to be lost. It is given back, whether the parent asks or not. */
  readonly isLost: boolean
  /** The note stands behind what was read here; else the other side will see that it went back, and say so. */
  readonly follows: boolean
  /** The last packet up to which everything is applied, and stands in the other side's life. */
  readonly applied: Packet
}

export async function readOfTheirs(
  read: Reading,
  link: Link,
  { number }: ReadPacket,
  note: AheadNote,
): Promise<Theirs> {
  const common = await commonRead(read, link, note)
  const isBehind = number > link.in_number
  const isLost = isBehind && link.link_id === PARENT_LINK && isOfLostLife(link, note, common)
  const applied = await lastApplied(read, link)
  return {
    common,
    isLost,
    follows: isBehind && (isLost || !isOtherwise(link, note)),
    applied:
      isLost && common < applied.number
        ? { number: common, hash: (await hashOf(read, link, 0, common)) ?? null }
        : applied,
  }
}

async function commonRead(read: Reading, link: Link, note: AheadNote): Promise<number> {
  const before = own(link, note)
    .filter(([number]) => number <= link.in_number)
    .sort(([a], [b]) => b - a)
  for (const [number, hash] of before)
    if (sameHash(hash, (await hashOf(read, link, 0, number)) ?? null)) return number
  return 0
}

/** Whoever does not tell them apart may only go on from what was read last here. */
const own = ({ in_number }: Link, { written = [], wentOnFrom = [in_number] }: AheadNote) =>
  written.filter(([number]) => !wentOnFrom.includes(number))

/** The other side goes on from this packet or from a later one: it knows that it went back, and not what this one said. */
const isOfLostLife = (link: Link, note: AheadNote, common: number): boolean =>
  reaches(link, note) && common < link.in_number && isGoneOnFrom(link, note)

const isGoneOnFrom = ({ in_number }: Link, { wentOnFrom = [] }: AheadNote): boolean =>
  wentOnFrom.some(number => number >= in_number)

/** A note names so many packets and no more: of what was read before all of them it says nothing. */
const reaches = ({ in_number }: Link, { written = [] }: AheadNote): boolean =>
  written.length < HASHES || written.some(([number]) => number <= in_number)

/** It has another packet of this number. Of what it does not name any more nobody can say otherwise. */
function isOtherwise({ in_number, in_hash }: Link, { written = [] }: AheadNote): boolean {
  const theirs = written.find(([number]) => number === in_number)?.[1]
  return theirs !== undefined && in_hash !== null && !sameBytes(theirs, in_hash)
}
