/**
 * Create: a database that fills a schema, and counts as being there only when it is whole.
 * Shape:  a table `hc_building` stands in the schema until the last step. Who dies meanwhile leaves it behind, and the
 *         next who creates there clears away what was begun; a lock tells the dead from the living.
 * Never:  touches a schema in which there was anything.
 */
import { sql } from 'kysely'
import { HomecomingError } from '../../core/errors.ts'
import type { Files } from '../../platform/contract.ts'
import type { Database } from '../contract.ts'
import { lock } from './change-lock.ts'
import type { Connection } from './connection.ts'
import { PostgresDatabase } from './database.ts'
import { notEmpty, openConnection, tablesOf } from './open.ts'
import { quoted } from './sql-text.ts'

const BUILDING = 'hc_building'

/** True where tables are, and they are not those of a `create` that has not ended well. */
export async function databaseExists(path: string): Promise<boolean> {
  try {
    const tables = await withConnection(path, tablesOf)
    return tables !== undefined && tables.length > 0 && !tables.includes(BUILDING)
  } catch (error) {
    if (error instanceof HomecomingError && error.code === 'DATABASE_NOT_FOUND') return false
    throw error
  }
}

/** @throws {HomecomingError} DATABASE_EXISTS, and whatever `fill` and `last` throw; nothing is left behind then */
export async function createDatabase(
  _files: Files,
  path: string,
  fill: (db: Database) => Promise<void>,
  last: () => Promise<void> = async () => {},
): Promise<void> {
  await withConnection(path, async connection => {
    // Until the connection ends.
    await lock(connection, 'create')
    await begin(connection)
    try {
      await filled(path, fill)
      await last()
      await connection.execute(`drop table ${quoted(BUILDING)}`)
    } catch (error) {
      await clear(connection)
      throw error
    }
  })
}

/** Where tables come from elsewhere: all of them in one transaction, in a draft that counts as nothing yet. */
export async function beginDraft(path: string): Promise<void> {
  await withConnection(path, begin)
}

export async function publishDraft(path: string): Promise<void> {
  await withConnection(path, connection => connection.execute(`drop table if exists ${quoted(BUILDING)}`))
}

export async function discardDraft(path: string): Promise<void> {
  await withConnection(path, async connection => {
    if ((await tablesOf(connection))?.includes(BUILDING)) await clear(connection)
  })
}

export async function sizeOf(database: Database): Promise<number> {
  const row = await database.snapshot(read => read.row(SIZE))
  return row?.bytes ?? 0
}

async function begin(connection: Connection): Promise<void> {
  if ((await tablesOf(connection))?.includes(BUILDING)) await clear(connection)
  const tables = await tablesOf(connection)
  if (tables && tables.length > 0) throw notEmpty(connection, tables[0]!)
  const made = tables === undefined
  const schema = made ? `create schema ${quoted(connection.schema)}; ` : ''
  await connection.execute(`${schema}create table ${quoted(BUILDING)} as select ${made} as schema_made`)
}

async function filled(path: string, fill: (db: Database) => Promise<void>): Promise<void> {
  const db = await PostgresDatabase.open(path, {})
  try {
    await fill(db)
  } finally {
    await db.close()
  }
}

/** All in one transaction: the schema, where it was made for this, else what was put into it. */
async function clear(connection: Connection): Promise<void> {
  if (connection.lost) return
  const { rows } = await connection.send({ sql: `select schema_made from ${quoted(BUILDING)}` })
  const schema = quoted(connection.schema)
  if (rows[0]?.[0] === true) return void (await connection.execute(`drop schema ${schema} cascade`))
  const { rows: drops } = await connection.send({ sql: DROPS, parameters: [connection.schema] })
  await connection.execute(drops.map(row => String(row[0])).join('; '))
}

const DROPS = `select format('drop table %I.%I cascade', $1::text, relname) from pg_class
    where relnamespace = to_regnamespace(quote_ident($1)) and relkind in ('r', 'p') and not relispartition
  union all select format('drop function %s cascade', oid::regprocedure) from pg_proc
    where pronamespace = to_regnamespace(quote_ident($1)) and proname like 'hc\\_%'
  union all select format('drop sequence if exists %I.%I', $1::text, relname) from pg_class
    where relnamespace = to_regnamespace(quote_ident($1)) and relkind = 'S' and relname like 'hc\\_%'`

const SIZE = sql<{
  bytes: number
}>`select coalesce(sum(pg_total_relation_size(c.oid)), 0) as bytes from pg_class c
  where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind in ('r', 'm')`

async function withConnection<T>(path: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await openConnection(path, {})
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}
