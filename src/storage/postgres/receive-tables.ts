/**
 * Receive tables: chosen tables and rows of any database into a schema, in one snapshot of where they come from.
 * Shape: one transaction for all of it; the schema counts as empty until the draft is published (see create.ts).
 */
import { sql } from 'kysely'
import type { CopiedTable, Database, Query, Reading, Writing } from '../contract.ts'
import { beginDraft, discardDraft } from './create.ts'
import { PostgresDatabase } from './database.ts'

const BATCH = 5_000

export interface NewSchema {
  readonly path: string
}

/** @throws {HomecomingError} DATABASE_EXISTS, DISK_FULL; nothing is left then */
export async function receiveTables(
  from: Database,
  { path }: NewSchema,
  tables: readonly CopiedTable[],
  progress: (table: string, rows: number) => void = () => {},
  finish: (write: Writing) => Promise<void> = async () => {},
): Promise<void> {
  await beginDraft(path)
  const db = await PostgresDatabase.open(path, {})
  try {
    await db.change(async write => {
      await from.snapshot(async read => {
        for (const copied of tables) progress(copied.table.name, await receiveTable(read, write, copied))
      })
      await finish(write)
    })
  } catch (error) {
    await discardDraft(path)
    throw error
  } finally {
    await db.close()
  }
}

async function receiveTable(read: Reading, write: Writing, copied: CopiedTable): Promise<number> {
  const { table } = copied
  await write.schema.createTable(table)
  const [key, ...columns] = table.fields.map(field => field.name) as [string, ...string[]]
  let rows = 0
  for await (const batch of read.batches(wanted(copied), BATCH)) {
    await write.insert({ table: table.name, key: [key], columns }, batch)
    rows += batch.length
  }
  await write.schema.createIndexes(table)
  return rows
}

function wanted({ table, where }: CopiedTable): Query {
  const columns = sql.join(table.fields.map(field => sql.ref(`${table.name}.${field.name}`)))
  const key = sql.ref(`${table.name}.${table.fields[0]!.name}`)
  return sql`select ${columns} from ${sql.table(table.name)} where ${where ?? sql`1 = 1`} order by ${key}`
}
