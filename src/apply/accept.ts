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

export type Acceptance =
  /** `dictionary`: learned from the packet. */
  | { readonly kind: 'next'; readonly dictionary?: LoadedDictionary }
  /** Applied before: acknowledged again and ignored. */
  | { readonly kind: 'repeated' }
  /** Packets before it are missing: it waits. */
  | { readonly kind: 'early'; readonly missing: readonly number[] }
  /** One side went back in time, or there are two of it. */
  | { readonly kind: 'break'; readonly why: string }

export async function accept(
  read: Reading,
  link: Link,
  number: number,
  head: PacketHead,
  hash: Uint8Array,
): Promise<Acceptance> {
  if (number <= link.in_number) return repeatedOrBreak(read, link, number, hash)
  if (head.acknowledged > link.out_number) {
    return broken(
      `it acknowledges packet ${head.acknowledged}, but only ${link.out_number} were written here`,
    )
  }
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
  const known = await read.row(
    sql<{
      hash: Uint8Array
    }>`select hash from hc_packet where link_id = ${link.link_id} and outgoing = 0 and number = ${number}`,
  )
  if (!known || sameBytes(known.hash, hash)) return { kind: 'repeated' }
  return broken(`packet ${number} was read before with other contents`)
}

const sameHash = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === null || b === null ? (a ?? null) === (b ?? null) : sameBytes(a, b)

const broken = (why: string): Acceptance => ({ kind: 'break', why })

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
