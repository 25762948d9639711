/**
 * Stored leaves: rows of hashes as they lie in the table, for whoever copies them and looks at no record of them.
 * Speed:  a new copy takes over thirty thousand of them; to take each apart cost more than to read and write it.
 */
import { sql } from 'kysely'
import type { Reading, Writing } from '../storage/contract.ts'
import { MASK, ROWS, TARGET, WIDTH } from './leaves.ts'
import type { Hash } from './record-hash.ts'
import type { Side } from './tables.ts'

export interface StoredLeaf {
  readonly bucket: number
  readonly hashes: Uint8Array
}

/** By id, ascending, in pieces as they are read. */
export async function* storedLeaves(read: Reading, side: Side, table: number): AsyncGenerator<StoredLeaf[]> {
  const query = sql`select bucket, hashes from hc_hash where side = ${side} and tablenumber = ${table} order by bucket`
  for await (const rows of read.batches(query, ROWS))
    yield rows.map(row => ({ bucket: row[0] as number, hashes: row[1] as Uint8Array }))
}

/** @param mask the records that stay: bit k is the k-th of the row @returns the row without the others, and its sum */
export function cutLeaf(stored: Uint8Array, mask: number): { hashes: Uint8Array; sum: Hash } {
  const view = new DataView(stored.buffer, stored.byteOffset)
  const present = view.getUint32(0, true)
  const kept = (present & mask) >>> 0
  const hashes = new Uint8Array(MASK + bitsIn(kept) * WIDTH)
  const cut = new DataView(hashes.buffer)
  cut.setUint32(0, kept, true)
  let a = 0
  let b = 0
  let to = MASK
  for (let rest = kept; rest !== 0; rest &= rest - 1, to += WIDTH) {
    const lowest = rest & -rest
    const from = MASK + bitsIn(present & (lowest - 1)) * WIDTH
    const one = view.getInt32(from, true)
    const two = view.getInt32(from + 4, true)
    cut.setInt32(to, one, true)
    cut.setInt32(to + 4, two, true)
    a ^= one
    b ^= two
  }
  return { hashes, sum: { a, b } }
}

/** How many bits are set: in pairs, in fours, in bytes, and those added up by a product. */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

export async function writeLeaves(
  write: Writing,
  side: Side,
  table: number,
  leaves: readonly StoredLeaf[],
): Promise<void> {
  await write.insert(
    TARGET,
    leaves.map(({ bucket, hashes }) => [side, table, bucket, hashes]),
  )
}
