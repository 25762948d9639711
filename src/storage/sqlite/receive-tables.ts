/**
 * Receive tables: chosen tables and rows of a database of another product into a new file, in one snapshot of it.
 * Shape: rows come in batches, in the order of their key, so that pages are written in order; indexes are built after.
 */
import { sql } from 'kysely'
import type { Table } from '../../dictionary/model.ts'
import type { CopiedTable, Database, Query, Reading, Writing } from '../contract.ts'
import { Connection } from './connection.ts'
import { type CopyProgress, finishing, type NewFile, PAGE_SIZE } from './copy-tables.ts'
import { newFile, whileSyncing } from './new-file.ts'
import { openConnection } from './open.ts'
import { indexesSql, tableSql } from './table-sql.ts'
import { SqliteWriting } from './writing.ts'

const BATCH = 2_000

/** @throws {HomecomingError} DATABASE_EXISTS, DISK_FULL; the new file is removed */
export async function receiveTables(
  from: Database,
  to: NewFile,
  tables: readonly CopiedTable[],
  progress: CopyProgress = () => {},
  finish?: (write: Writing) => Promise<void>,
): Promise<void> {
  await newFile(to.path, async () => {
    await from.snapshot(read => receive(read, to, tables, progress))
    if (finish) await whileSyncing(to.path, () => finishing(to, finish))
  })
}

async function receive(
  read: Reading,
  to: NewFile,
  tables: readonly CopiedTable[],
  progress: CopyProgress,
): Promise<void> {
  const connection = await emptyFile(to)
  try {
    const write = new SqliteWriting(connection)
    for (const copied of tables)
      progress(copied.table.name, await receiveTable(read, connection, write, copied))
    write.end()
    connection.execute('COMMIT')
  } finally {
    connection.close()
  }
}

/** Rows go over as they are: one that an application wrote before there were checks must not stop a whole copy. */
async function emptyFile({ path, key }: NewFile): Promise<Connection> {
  const connection = new Connection(await openConnection(path, key ? { key } : {}, 'copy'), path)
  connection.execute(`PRAGMA page_size = ${PAGE_SIZE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; PRAGMA user_version = 0`)
  return connection
}

async function receiveTable(
  read: Reading,
  connection: Connection,
  write: Writing,
  copied: CopiedTable,
): Promise<number> {
  const { table } = copied
  connection.execute(tableSql(table))
  const [key, ...columns] = table.fields.map(field => field.name) as [string, ...string[]]
  let rows = 0
  for await (const batch of read.batches(wanted(copied), BATCH)) {
    await write.insert({ table: table.name, key: [key], columns }, batch)
    rows += batch.length
  }
  for (const index of indexesSql(table)) connection.execute(index)
  return rows
}

function wanted({ table, where }: CopiedTable): Query {
  const columns = sql.join(table.fields.map(field => sql.ref(`${table.name}.${field.name}`)))
  return sql`select ${columns} from ${sql.table(table.name)} where ${where ?? sql`1 = 1`} order by ${keyOf(table)}`
}

const keyOf = (table: Table): Query => sql.ref(`${table.name}.${table.fields[0]!.name}`)
