/**
 * Sums: what the records of a table, or of a part of it, hash to together (hc_sum).
 * Shape:  changes are gathered in memory, and written once.
 */
import { sql } from 'kysely'
import type { Reading, Writing } from '../storage/contract.ts'
import { type Hash, NO_HASH } from './record-hash.ts'
import type { Side } from './tables.ts'

/** Adds a record, and takes it out again: the same. */
export const plus = (one: Hash, other: Hash): Hash => ({ a: one.a ^ other.a, b: one.b ^ other.b })

export const sumOf = (hashes: Iterable<Hash>): Hash => {
  let a = 0
  let b = 0
  for (const hash of hashes) {
    a ^= hash.a
    b ^= hash.b
  }
  return { a, b }
}

/** @returns by table number; a table without records may be missing */
export async function readSums(read: Reading, side: Side, area: number): Promise<Map<number, Hash>> {
  const rows = await read.rows(sql<{
    t: number
    a: number
    b: number
  }>`select tablenumber as t, a, b from hc_sum
    where side = ${side} and area_id = ${area} and tablenumber > 0`)
  return new Map(rows.map(({ t, a, b }) => [t, { a, b }]))
}

/** Changes of sums, by area and table. */
export class SumChanges {
  readonly #side: Side
  readonly #areas = new Map<number, Map<number, Hash>>()

  constructor(side: Side) {
    this.#side = side
  }

  add(area: number, table: number, hash: Hash): void {
    const tables = this.#areas.get(area) ?? new Map<number, Hash>()
    this.#areas.set(area, tables)
    tables.set(table, plus(tables.get(table) ?? NO_HASH, hash))
  }

  async write(write: Writing): Promise<void> {
    for (const [area, tables] of this.#areas) {
      const before = await readSums(write, this.#side, area)
      await write.upsert(
        { table: 'hc_sum', key: ['side', 'area_id', 'tablenumber'], columns: ['a', 'b'] },
        [...tables].map(([table, change]) => {
          const { a, b } = plus(before.get(table) ?? NO_HASH, change)
          return [this.#side, area, table, a, b]
        }),
      )
    }
  }
}
