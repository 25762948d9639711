/**
 * Open: one connection to a schema in a database, with its settings.
 * Order:  the line and the login, the version, the settings, the schema.
 * Never:  makes a database; a schema only where one was asked for.
 */
import { setTimeout } from 'node:timers/promises'
import { HomecomingError } from '../../core/errors.ts'
import type { OpenOptions } from '../contract.ts'
import { type Address, readAddress } from './address.ts'
import { Connection } from './connection.ts'
import { translated } from './driver-errors.ts'
import { quoted } from './sql-text.ts'

export const DEFAULT_WAIT = 10_000
/** Milliseconds for the network, not for locks. */
const LONGEST_CONNECT = 20_000
const PAUSE = 50

const OLDEST = 15
const OLDEST_NUMBER = OLDEST * 10_000

/** @throws {HomecomingError} SETTING_INVALID, DATABASE_UNREACHABLE, SERVER_LOGIN_REFUSED, DATABASE_NOT_FOUND, RIGHTS_MISSING,
 *          SERVER_TOO_OLD, SERVER_ENCODING, SERVER_POOLED, CONNECTIONS_EXHAUSTED */
export async function openConnection(path: string, options: OpenOptions): Promise<Connection> {
  const address = readAddress(path)
  if (options.key) throw new HomecomingError('KEY_WRONG', `${address.name} is no file, and has no key`)
  const connection = await connected(address, options.waitFor ?? DEFAULT_WAIT)
  try {
    const version = await checkServer(connection, address)
    await connection.execute(settings(address, options, version))
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** Where the schema is, or is made: once per handle. @throws {HomecomingError} DATABASE_NOT_FOUND, DATABASE_EXISTS */
export async function checkSchema(connection: Connection, { create }: OpenOptions): Promise<void> {
  const tables = await tablesOf(connection)
  if (!create && !tables) throw schemaMissing(connection)
  if (tables) await checkUsage(connection)
  if (create && tables && tables.length > 0) throw notEmpty(connection, tables[0]!)
  if (create && !tables) await connection.execute(`create schema ${quoted(connection.schema)}`)
}

/** Without this right the server takes every table in the schema for missing. */
async function checkUsage(connection: Connection): Promise<void> {
  const { name, schema } = connection
  const { rows } = await connection.send({ sql: USAGE, parameters: [schema] })
  const [allowed, user] = rows[0] ?? []
  if (allowed === true) return
  const fact = `the user ${user} may not use the schema "${schema}" of ${name}: its owner can say GRANT USAGE ON SCHEMA`
  throw new HomecomingError('RIGHTS_MISSING', fact, { database: name, schema, user })
}

const USAGE = `select has_schema_privilege($1, 'usage'), current_user::text`

/** Names of the tables in the connection's schema, without partitions of others; undefined where there is no such schema. */
export async function tablesOf(connection: Connection): Promise<string[] | undefined> {
  const { rows } = await connection.send({ sql: TABLES, parameters: [connection.schema] })
  return rows[0] && rows.flatMap(([name]) => (name === null ? [] : [String(name)]))
}

const TABLES = `select c.relname from pg_namespace n
  left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p') and not c.relispartition
  where n.nspname = $1 order by c.relname collate "C"`

async function connected(address: Address, wait: number): Promise<Connection> {
  const begun = performance.now()
  for (;;) {
    try {
      return await connect(address)
    } catch (error) {
      if (!isPassing(error) || performance.now() - begun >= wait) throw error
    }
    await setTimeout(PAUSE + Math.random() * PAUSE)
  }
}

/** The server has no connection to spare, or is just starting. */
const isPassing = (error: unknown): boolean =>
  error instanceof HomecomingError &&
  (error.code === 'CONNECTIONS_EXHAUSTED' || error.values.sqlstate === '57P03')

async function connect({ connection, name, database, schema }: Address): Promise<Connection> {
  // Who works on files only does not wait for the driver to be read.
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: connection,
    application_name: 'homecoming',
    connectionTimeoutMillis: LONGEST_CONNECT,
    keepAlive: true,
    // What was asked does not wait here until the answer before it has come.
    pipeline: true,
  })
  const opened = new Connection(client, name, schema)
  try {
    await client.connect()
    return opened
  } catch (error) {
    // The driver leaves a line open in which the login came to nothing, until the server tires of it.
    opened.abandon()
    throw advised(translated(error, name), name, database)
  }
}

/** What to do about it, where the server's words do not say. */
function advised(error: unknown, name: string, database: string): unknown {
  if (!(error instanceof HomecomingError) || error.code !== 'DATABASE_NOT_FOUND') return error
  const fact = `${name} is not there: make the database first, with \`createdb ${database}\``
  return new HomecomingError('DATABASE_NOT_FOUND', fact, error.values, error.cause)
}

/** @returns the server's version as it counts: 150004 is 15.4 */
async function checkServer(connection: Connection, { pooled }: Address): Promise<number> {
  const { rows } = await connection.send({ sql: SERVER })
  const [number, version, process, encoding] = rows[0] ?? []
  requireVersion(connection.name, Number(number), String(version))
  requireUnicode(connection.name, String(encoding))
  if (!pooled) requireOwnSession(connection.name, connection.process, Number(process))
  return Number(number)
}

/**
 * Our settings and the lock on changes belong to a session. A pooler that gives it to somebody else between two transactions
 * would lose the lock, and give the settings to an application. It answers the login itself, with a number of its own.
 * @param told when the connection was made @param actual of the process that answers now. @throws {HomecomingError} SERVER_POOLED
 */
export function requireOwnSession(name: string, told: number | undefined, actual: number): void {
  if (told === undefined || told === actual) return
  const fact = `between here and ${name} is a pooler, which may give our session to others`
  throw new HomecomingError('SERVER_POOLED', fact, { database: name })
}

/** @param number as the server counts: 150004 is 15.4. @throws {HomecomingError} SERVER_TOO_OLD */
export function requireVersion(name: string, number: number, version: string): void {
  if (number >= OLDEST_NUMBER) return
  const fact = `${name} runs PostgreSQL ${version}; ${OLDEST} is the oldest that will do`
  throw new HomecomingError('SERVER_TOO_OLD', fact, { database: name, version, oldest: OLDEST })
}

/** What somebody writes on a laptop must find a place in any other database. @throws {HomecomingError} SERVER_ENCODING */
function requireUnicode(name: string, encoding: string): void {
  if (encoding === 'UTF8') return
  const fact = `${name} keeps text as ${encoding}, which does not hold every character`
  throw new HomecomingError('SERVER_ENCODING', fact, { database: name, encoding })
}

const SERVER = `select current_setting('server_version_num')::int, current_setting('server_version'), pg_backend_pid(),
  current_setting('server_encoding')`

/**
 * What is relied on, whatever somebody has set for the database or the user.
 * Batches are read to their end, so plans are not made for their beginning. Sets of keys are looked up in an index, as on
 * any disk of today, also where a table would be read whole on a disk that turns. Statements are many and short: compiling
 * them costs more than it gives.
 */
function settings({ schema }: Address, options: OpenOptions, version: number): string {
  const values = {
    search_path: quoted(schema),
    timezone: 'UTC',
    datestyle: 'ISO, YMD',
    intervalstyle: 'postgres',
    bytea_output: 'hex',
    extra_float_digits: '1',
    array_nulls: 'on',
    quote_all_identifiers: 'off',
    standard_conforming_strings: 'on',
    transform_null_equals: 'off',
    // Who may not see every row is refused, and does not take those that it sees for all.
    row_security: 'off',
    cursor_tuple_fraction: '1',
    random_page_cost: '1.1',
    work_mem: '32MB',
    jit: 'off',
    statement_timeout: '0',
    idle_in_transaction_session_timeout: '0',
    idle_session_timeout: '0',
    ...(version >= 170_000 && { transaction_timeout: '0' }),
    // 0 would wait for ever.
    lock_timeout: String(Math.max(1, options.waitFor ?? DEFAULT_WAIT)),
    default_transaction_read_only: options.readOnly ? 'on' : 'off',
  }
  const set = ([name, value]: [string, string]) =>
    `set_config('${name}', '${value.replaceAll("'", "''")}', false)`
  return `select ${Object.entries(values).map(set).join(', ')}`
}

function schemaMissing({ name, schema }: Connection): HomecomingError {
  const fact = `there is no schema "${schema}" in ${name}, or this user may not see it`
  return new HomecomingError('DATABASE_NOT_FOUND', fact, { database: name, schema })
}

export function notEmpty({ name, schema }: Connection, table: string): HomecomingError {
  const fact = `the schema "${schema}" of ${name} holds tables already, such as "${table}": name another with ?schema=`
  return new HomecomingError('DATABASE_EXISTS', fact, { database: name, schema, table })
}
