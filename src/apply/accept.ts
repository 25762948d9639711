/**
 * Accept: what to do with a packet, from its numbers and hashes alone (SPEC 6, "Same number, same bytes").
 * Role:  the first step of reading. Nothing of a packet is translated or applied before it.
 */
import { sql } from 'kysely'
import { sameBytes } from '../core/values.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { PacketHead } from '../packet/content.ts'
import type { Link } from '../packet/link.ts'
import type { Reading } from '../storage/contract.ts'
import type { Hearing } from './hearing.ts'

export type Acceptance =
  /** `dictionary`: learned from the packet. `hearing`: how an UP was judged. */
  | { readonly kind: 'next'; readonly dictionary?: LoadedDictionary; readonly hearing?: Hearing }
  /** Applied before: acknowledged again and ignored. */
  | { readonly kind: 'repeated' }
  /** Packets before it are missing: it waits. */
  | { readonly kind: 'early'; readonly missing: readonly number[] }
  /** One side went back in time, or there are two of it. `who`: this side, or the sender. */
  | { readonly kind: 'break'; readonly why: string; readonly who: 'here' | 'there' | 'twin' }
  /** A note about a break was read; nothing of it concerns the data. */
  | { readonly kind: 'noted' }
  /** It is not for this copy, or not yet: it stays where it is. */
  | { readonly kind: 'put-off'; readonly why: string; readonly who: 'here' | 'twin' }

export async function accept(
  read: Reading,
  link: Link,
  number: number,
  head: PacketHead,
  hash: Uint8Array,
): Promise<Acceptance> {
  if (number <= link.in_number) return repeatedOrBreak(read, link, number, hash)
  const here = await forgottenHere(read, link, head)
  if (here) return { kind: 'break', why: here, who: 'here' }
  if (number > link.in_number + 1) return { kind: 'early', missing: range(link.in_number + 1, number - 1) }
  if (!sameHash(head.previous, link.in_hash))
    return broken(`it does not follow packet ${link.in_number} that was read here`)
  return { kind: 'next' }
}

async function repeatedOrBreak(
  read: Reading,
  link: Link,
  number: number,
  hash: Uint8Array,
): Promise<Acceptance> {
  const known = await hashOf(read, link, 0, number)
  if (!known || sameBytes(known, hash)) return { kind: 'repeated' }
  return broken(`packet ${number} was read before with other contents`)
}

/** Whoever is told of a packet that it never wrote, or wrote otherwise, was set back itself. */
export async function forgottenHere(
  read: Reading,
  link: Link,
  head: PacketHead,
): Promise<string | undefined> {
  const { acknowledged, acknowledgedHash } = head
  if (acknowledged > link.out_number)
    return `it acknowledges packet ${acknowledged}, but only ${link.out_number} were written here`
  if (!acknowledgedHash) return undefined
  const written = await hashOf(read, link, 1, acknowledged)
  return written && !sameBytes(written, acknowledgedHash)
    ? `it acknowledges packet ${acknowledged} with other contents than were written here`
    : undefined
}

/** Of a packet that was written (1) or read (0). */
export async function hashOf(
  read: Reading,
  link: Link,
  outgoing: 0 | 1,
  number: number,
): Promise<Uint8Array | undefined> {
  const row = await read.row(
    sql<{ hash: Uint8Array }>`select hash from hc_packet
      where link_id = ${link.link_id} and outgoing = ${outgoing} and number = ${number}`,
  )
  return row?.hash
}

export const sameHash = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === null || b === null ? (a ?? null) === (b ?? null) : sameBytes(a, b)

const broken = (why: string): Acceptance => ({ kind: 'break', why, who: 'there' })

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
