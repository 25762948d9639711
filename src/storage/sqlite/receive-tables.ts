/**
 * Receive tables: chosen tables and rows of a database of another product into a new file, in one snapshot of it.
 * Shape: rows come in batches, in the order of their key, so that pages are written in order; indexes are built after.
 */
import { sql } from 'kysely'
import type { Table } from '../../dictionary/model.ts'
import type { CopiedTable, Database, Query, Reading, Writing } from '../contract.ts'
import { Connection } from './connection.ts'
import {
  attach,
  COPY,
  type CopyProgress,
  createIndexes,
  detach,
  finishing,
  type NewFile,
} from './copy-tables.ts'
import { openDriver } from './driver.ts'
import { newFile, whileSyncing } from './new-file.ts'
import { tableSql } from './table-sql.ts'
import { insertRows } from './writing.ts'

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

/** The new file is attached to a database of nothing, so that it is made in the same way as any other copy. */
async function receive(
  read: Reading,
  to: NewFile,
  tables: readonly CopiedTable[],
  progress: CopyProgress,
): Promise<void> {
  const connection = new Connection(openDriver(':memory:', { readOnly: false }), to.path)
  try {
    connection.driver.unsafeMode(true)
    attach(connection, to)
    connection.execute(`BEGIN; PRAGMA ${COPY}.user_version = 0`)
    for (const copied of tables) progress(copied.table.name, await receiveTable(read, connection, copied))
    detach(connection)
  } finally {
    connection.close()
  }
}

async function receiveTable(read: Reading, connection: Connection, copied: CopiedTable): Promise<number> {
  const { table } = copied
  connection.execute(tableSql(table, await read.serverTypes(table.name), COPY))
  const [key, ...columns] = table.fields.map(field => field.name) as [string, ...string[]]
  const into = { table: table.name, key: [key], columns }
  let count = 0
  for await (const rows of read.batches(wanted(copied), BATCH)) {
    insertRows(connection, into, rows, COPY)
    count += rows.length
  }
  createIndexes(connection, table)
  return count
}

function wanted({ table, where }: CopiedTable): Query {
  const columns = sql.join(table.fields.map(field => sql.ref(`${table.name}.${field.name}`)))
  return sql`select ${columns} from ${sql.table(table.name)} where ${where ?? sql`1 = 1`} order by ${keyOf(table)}`
}

const keyOf = (table: Table): Query => sql.ref(`${table.name}.${table.fields[0]!.name}`)
