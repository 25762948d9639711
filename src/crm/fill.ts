/**
 * Fill: demo data into a new database with the CRM model, in one transaction: all of it, or nothing.
 * Role:  writes batches as they come, then puts every sequence behind the highest id that was used.
 * Never: makes up a row itself, or keeps more than one batch in memory.
 */
import { assume } from '../core/errors.ts'
import type { Database, Writing } from '../storage/contract.ts'
import { type DemoBatch, type DemoOptions, demoData } from './demo-data.ts'
import { crmDictionary } from './dictionary.ts'

export interface FillOptions extends DemoOptions {
  /** Called after each batch, and waited for. It may throw to stop: nothing is written then. */
  readonly progress?: (written: number, wanted: number) => void | Promise<void>
}

export interface Filled {
  readonly records: number
  /** Rows by table, in the order in which the tables came. */
  readonly tables: Readonly<Record<string, number>>
}

/** @throws {HomecomingError} USAGE for a size that is not possible; a constraint error where the database is not empty */
export async function fillDemo(into: { readonly db: Database }, options: FillOptions): Promise<Filled> {
  return into.db.change(async write => {
    const tables: Record<string, number> = {}
    let records = 0
    for (const batch of demoData(options)) {
      await insertBatch(write, batch)
      tables[batch.table] = (tables[batch.table] ?? 0) + batch.rows.length
      records += batch.rows.length
      await options.progress?.(records, options.records)
    }
    await raiseSequences(write, tables)
    return { records, tables }
  })
}

async function insertBatch(write: Writing, { table, columns, rows }: DemoBatch): Promise<void> {
  const [key, ...others] = columns
  assume(key, `a batch of ${table} has a key column`)
  await write.insert({ table, key: [key], columns: others }, rows)
}

/** Ids count from 1, so the number of rows is the highest one. A sequence row is the table's number and ten. */
async function raiseSequences(write: Writing, tables: Readonly<Record<string, number>>): Promise<void> {
  const numbers = new Map(crmDictionary.tables.map(table => [table.name, table.number]))
  await write.update(
    { table: 'sequence', key: ['id'], columns: ['next_id'] },
    Object.entries(tables).map(([table, rows]) => [(numbers.get(table) ?? 0) + 10, rows + 1]),
  )
}
