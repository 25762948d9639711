/**
 * Output: takes records table by table and gives them away in batches, so that memory stays bounded.
 * Shape:  a sheet names a table and the columns that its records fill; ids count from 1.
 */
import { assume } from '../../core/errors.ts'
import type { Row, Value } from '../../core/values.ts'
import { crmDictionary } from '../dictionary.ts'

/** Rows of one table. The first column is the key; ids ascend from batch to batch of a table. */
export interface DemoBatch {
  readonly table: string
  /** In the dictionary's order; other columns take their defaults. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

export interface Sheet<C extends string = string> {
  readonly table: string
  /** The key first, then in the dictionary's order. */
  readonly columns: readonly C[]
}

export interface Output {
  /** The next id of this table. */
  id(sheet: Sheet): number
  add<C extends string>(sheet: Sheet<C>, record: Readonly<Record<C, Value>>): void
  /** How many records have been added. */
  readonly total: number
  /** Batches that are full. */
  full(): Iterable<DemoBatch>
  /** All that is left. */
  rest(): Iterable<DemoBatch>
}

const BATCH = 1_000

export function sheet<const C extends string>(name: string, columns: readonly C[]): Sheet<C> {
  const table = crmDictionary.tables.find(each => each.name === name)
  assume(table, `the demo fills table ${name}, but there is none`)
  const order = (column: C): number => table.fields.findIndex(field => field.name === column)
  assume(
    columns.every(column => order(column) >= 0),
    `the demo fills a column that table ${name} has not`,
  )
  return { table: name, columns: columns.toSorted((a, b) => order(a) - order(b)) }
}

/** Columns that nearly every table has; their values are `stamp`. */
export const STAMPS = [
  'registered',
  'registered_associate_id',
  'updated',
  'updated_associate_id',
  'updatedcount',
] as const

export const stamp = (when: string, who: number): Record<(typeof STAMPS)[number], string | number> => ({
  registered: when,
  registered_associate_id: who,
  updated: when,
  updated_associate_id: who,
  updatedcount: 0,
})

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
    add(of, record) {
      const rows = waiting.get(of) ?? []
      rows.push(of.columns.map(column => record[column]))
      waiting.set(of, rows)
      total++
      if (rows.length >= BATCH) give(of, rows)
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
