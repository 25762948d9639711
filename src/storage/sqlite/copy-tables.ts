/**
 * Copy tables: chosen tables and rows of a database in use into a new file, in one read transaction.
 * Speed:  a whole table whose definition is the same here goes over page by page, its indexes with it (SQLite's
 *         transfer of like tables); indexes are made first there. Otherwise rows go one by one and indexes are
 *         built after. Building indexes by sorting is what a copy costs most (docs/decisions/0003).
 * Never:  reads the new file back, keeps a journal for it, or puts anything into it that was not asked for.
 */
import { setImmediate } from 'node:timers/promises'
import type { Table } from '../../dictionary/model.ts'
import type { CopiedTable, ServerTypes, Writing } from '../contract.ts'
import { quoted, text } from './capture-sql.ts'
import { compile } from './compile.ts'
import { Connection } from './connection.ts'
import type { SqliteDatabase } from './database.ts'
import { newFile, whileSyncing } from './new-file.ts'
import { keyText, openConnection } from './open.ts'
import { indexesSql, tableSql } from './table-sql.ts'
import { serverTypesOf } from './value-checks.ts'
import { DEFAULT_WAIT, waitingFor } from './waiting.ts'
import { SqliteWriting } from './writing.ts'

/** Under this name the new file is attached. */
export const COPY = 'hc_copy'
/** Larger pages copy, encrypt and re-key some 15 % faster than SQLite's 4096 (docs/decisions/0003). */
const PAGE_SIZE = 8192
/** Pages are written in order: more would only be memory to fill. */
const CACHE_KB = 2000

export type CopyProgress = (table: string, rows: number) => void

export interface NewFile {
  readonly path: string
  readonly key?: Uint8Array
}

/** @throws {HomecomingError} DATABASE_EXISTS, DISK_FULL; the new file is removed */
export async function copyTables(
  from: SqliteDatabase,
  to: NewFile,
  tables: readonly CopiedTable[],
  progress: CopyProgress = () => {},
  finish?: (write: Writing) => Promise<void>,
): Promise<void> {
  await newFile(to.path, async () => {
    await from.beside(`${from.name} (copied to ${to.path})`, async connection => {
      attach(connection, to)
      await waitingFor(from.name, from.options.waitFor ?? DEFAULT_WAIT, () => begin(connection))
      // Makes the file a database, even of no tables.
      connection.execute(`PRAGMA ${COPY}.user_version = 0`)
      const here = definitions(connection)
      for (const copied of tables) {
        progress(copied.table.name, copyTable(connection, copied, here))
        await setImmediate()
      }
      detach(connection)
    })
    if (finish) await whileSyncing(to.path, () => finishing(to, finish))
  })
}

/** Nobody else has the file, and it goes as a whole if this fails: no journal on disk, and no sync of its own. */
export async function finishing(
  { path, key }: NewFile,
  finish: (write: Writing) => Promise<void>,
): Promise<void> {
  const connection = new Connection(await openConnection(path, key ? { key } : {}, 'copy'), path)
  try {
    connection.execute('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN IMMEDIATE')
    const write = new SqliteWriting(connection)
    await finish(write)
    write.end()
    connection.execute('COMMIT')
  } finally {
    connection.close()
  }
}

/**
 * Rows go over as they are: a row that an application wrote before there were checks must not stop a whole copy.
 * The cipher of this connection for new databases has to be named before it attaches one.
 */
export function attach(connection: Connection, to: NewFile): void {
  const key = to.key ? keyText(to.key) : `''`
  connection.execute(`PRAGMA cipher = 'aegis'; ATTACH ${text(to.path)} AS ${COPY} KEY ${key};
    PRAGMA ignore_check_constraints = ON;
    PRAGMA ${COPY}.page_size = ${PAGE_SIZE}; PRAGMA ${COPY}.cache_size = ${-CACHE_KB}; PRAGMA ${COPY}.journal_mode = OFF; PRAGMA ${COPY}.synchronous = OFF`)
}

export function detach(connection: Connection): void {
  connection.execute(`COMMIT; DETACH ${COPY}; PRAGMA ignore_check_constraints = OFF`)
}

/** The view is taken by the first read. */
function begin(connection: Connection): void {
  if (!connection.driver.inTransaction) connection.execute('BEGIN')
  connection.execute('SELECT 1 FROM main.sqlite_schema LIMIT 1')
}

/** @returns how many rows */
function copyTable(connection: Connection, copied: CopiedTable, here: ReadonlySet<string>): number {
  const { table } = copied
  const types = serverTypesOf([...here], table.name)
  const alike = copied.where === undefined && sameDefinition(table, types, here)
  connection.execute(tableSql(table, types, COPY))
  if (alike) createIndexes(connection, table)
  const rows = copyRows(connection, copied, alike)
  if (!alike) createIndexes(connection, table)
  return rows
}

export function createIndexes(connection: Connection, table: Table): void {
  for (const sql of indexesSql(table, COPY)) connection.execute(sql)
}

function copyRows(connection: Connection, { table, where }: CopiedTable, alike: boolean): number {
  const name = quoted(table.name)
  if (alike) return run(connection, `INSERT INTO ${COPY}.${name} SELECT * FROM main.${name}`)
  const columns = table.fields.map(field => quoted(field.name)).join(', ')
  const copy = `INSERT INTO ${COPY}.${name} (${columns}) SELECT ${columns} FROM main.${name}`
  if (where === undefined) return run(connection, copy)
  const { sql, parameters } = compile(where)
  // In the order of the key: another index would bring the rows in an order that makes writing five times as slow.
  return run(connection, `${copy} NOT INDEXED WHERE ${sql}`, parameters)
}

function run(
  connection: Connection,
  sql: string,
  parameters: Parameters<ReturnType<Connection['statement']>['run']>[0] = [],
): number {
  return connection.guarded(() => connection.statement(sql).run(parameters))
}

/** Once for all tables: SQLite goes through the whole schema to answer. */
function definitions(connection: Connection): ReadonlySet<string> {
  const rows = connection.guarded(() =>
    connection.statement(`SELECT sql FROM main.sqlite_schema WHERE type IN ('table', 'index')`).all([]),
  )
  return new Set(rows.map(row => String(row[0])))
}

/** True where the table and all its indexes stand here word for word as they will there. */
const sameDefinition = (table: Table, types: ServerTypes | undefined, here: ReadonlySet<string>): boolean =>
  [tableSql(table, types), ...indexesSql(table)].every(sql => here.has(sql))
