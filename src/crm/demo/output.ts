/**
 * Output: takes rows table by table and gives them away in batches, so that memory stays bounded.
 * Shape:  a sheet names a table and the columns that its rows have, in the dictionary's order; ids count from 1.
 */
import type { Row } from '../../core/values.ts'

/** Rows of one table. The first column is the key; ids ascend from batch to batch of a table. */
export interface DemoBatch {
  readonly table: string
  /** In the dictionary's order; other columns take their defaults. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

export interface Sheet {
  readonly table: string
  readonly columns: readonly string[]
}

export interface Output {
  /** The next id of this table. */
  id(sheet: Sheet): number
  /** @param row begins with an id from `id` */
  add(sheet: Sheet, row: Row): void
  /** How many rows have been added. */
  readonly total: number
  /** Batches that are full. */
  full(): Iterable<DemoBatch>
  /** All that is left. */
  rest(): Iterable<DemoBatch>
}

const BATCH = 1_000

/** @param columns names separated by spaces, the key first */
export const sheet = (table: string, columns: string): Sheet => ({ table, columns: columns.split(/\s+/) })

/** Columns that nearly every table ends with; the values are `stamp`. */
export const STAMPS = 'registered registered_associate_id updated updated_associate_id updatedcount'

export const stamp = (when: string, who: number): [string, number, string, number, number] => [
  when,
  who,
  when,
  who,
  0,
]

export function newOutput(): Output {
  const ids = new Map<string, number>()
  const waiting = new Map<Sheet, Row[]>()
  const full: DemoBatch[] = []
  let total = 0
  return {
    id(of) {
      const id = (ids.get(of.table) ?? 0) + 1
      ids.set(of.table, id)
      return id
    },
    add(of, row) {
      const rows = waiting.get(of)
      if (rows) rows.push(row)
      else waiting.set(of, [row])
      total++
      if (rows && rows.length >= BATCH) give(of, rows)
    },
    get total() {
      return total
    },
    full: () => full.splice(0),
    *rest() {
      for (const [of, rows] of waiting) give(of, rows)
      yield* full.splice(0)
    },
  }

  function give(of: Sheet, rows: Row[]): void {
    waiting.delete(of)
    full.push({ table: of.table, columns: of.columns, rows })
  }
}
