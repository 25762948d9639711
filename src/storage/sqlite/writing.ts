/**
 * Writing: rows into one transaction, by prepared statements run once per row: the fastest way in this library.
 * Never: replaces a row by delete and insert, or swallows an error that is not a constraint.
 */
import type { Row } from '../../core/values.ts'
import type { CaptureMode, ConstraintError, LogSource, Query, Schema, Target, Writing } from '../contract.ts'
import { BrokenReferences } from './broken-references.ts'
import { quoted } from './capture-sql.ts'
import type { Connection } from './connection.ts'
import { constraintOf } from './driver-errors.ts'
import { logSource } from './log-source.ts'
import { matches, SqliteReading } from './reading.ts'
import { SqliteSchema } from './schema.ts'
import { setActor, setCapture } from './session.ts'
import { boundRow } from './values.ts'

/**
 * Rows written under one savepoint. Within one, SQLite keeps each page as it was before every single statement whose
 * triggers may fail: 5,000 rows take four times as long as the same in pieces of 50, which cost next to nothing.
 */
const PIECES = [50]

/** Statements after which others may have other columns. */
const DEFINITION = /^\s*(create|alter|drop)\b/i

export class SqliteWriting extends SqliteReading implements Writing {
  readonly schema: Schema
  readonly pieces = PIECES
  #log: LogSource | undefined
  #depth = 0

  readonly #broken: BrokenReferences | undefined

  /** @param checking an attempt tells of keys, too, that are checked at the commit */
  constructor(connection: Connection, checking = false) {
    super(connection)
    this.#broken = checking ? new BrokenReferences(connection) : undefined
    this.schema = new SqliteSchema(() => this.connection)
  }

  get log(): LogSource {
    this.#log ??= logSource(this.connection.driver)
    return this.#log
  }

  async run(query: Query): Promise<number> {
    const connection = this.connection
    return connection.withQuery(query, (statement, parameters, text) => {
      const changed = statement.reads ? statement.all(parameters).length : statement.run(parameters)
      if (DEFINITION.test(text)) connection.forget()
      return changed
    })
  }

  async insert(into: Target, rows: readonly Row[]): Promise<void> {
    this.#runMany(into, madeOnce(inserts, into, insertSql), rows)
  }

  async upsert(into: Target, rows: readonly Row[]): Promise<void> {
    this.#runMany(into, madeOnce(upserts, into, upsertSql), rows)
  }

  async update(into: Target, rows: readonly Row[]): Promise<void> {
    if (into.columns.length === 0) return
    // The key's values come first in a row and last in the statement.
    const keys = into.key.length
    this.#runEach(
      updateSql(into),
      rows.map(row => [...row.slice(keys), ...row.slice(0, keys)]),
    )
  }

  async remove(from: Target, keys: readonly Row[]): Promise<void> {
    this.#runEach(`DELETE FROM ${quoted(from.table)} WHERE ${matches(from.key)}`, keys)
  }

  async attempt(work: () => Promise<void>): Promise<ConstraintError | undefined> {
    const name = `attempt_${++this.#depth}`
    this.connection.execute(`SAVEPOINT ${name}`)
    try {
      await work()
      this.#broken?.refuseNew()
      this.connection.execute(`RELEASE ${name}`)
      return undefined
    } catch (error) {
      const constraint = constraintOf(error)
      // A full disk, or a trigger that rolls back, has ended the whole transaction: there is nothing to go back to.
      if (!this.connection.driver.inTransaction) throw error
      this.connection.execute(`ROLLBACK TO ${name}; RELEASE ${name}`)
      if (!constraint) throw error
      return constraint
    } finally {
      this.#depth--
    }
  }

  async capture(mode: CaptureMode): Promise<void> {
    this.connection.guarded(() => setCapture(this.connection.driver, mode))
  }

  async actAs(associate: number | null): Promise<void> {
    this.connection.guarded(() => setActor(this.connection.driver, associate))
  }

  #runMany(into: Target, sql: string, rows: readonly Row[]): void {
    runMany(this.connection, into, sql, rows)
  }

  #runEach(sql: string, rows: readonly Row[]): void {
    runEach(this.connection, sql, rows)
  }
}

/** @param schema name under which the database is attached */
export function insertRows(connection: Connection, into: Target, rows: readonly Row[], schema: string): void {
  runMany(connection, into, insertSql(into, `${quoted(schema)}.`), rows)
}

/** Narrow rows go in by the fifty: a call costs them more than the row does (three times as quick, measured). */
function runMany(connection: Connection, into: Target, sql: string, rows: readonly Row[]): void {
  const width = into.key.length + into.columns.length
  const together = width <= NARROW ? rows.length - (rows.length % TOGETHER) : 0
  if (together > 0) runTogether(connection, sql, width, rows.slice(0, together))
  runEach(connection, sql, rows.slice(together))
}

function runTogether(connection: Connection, sql: string, width: number, rows: readonly Row[]): void {
  const one = `VALUES ${places(width)}`
  const all = `VALUES ${Array.from({ length: TOGETHER }, () => places(width)).join(', ')}`
  connection.guarded(() => {
    const statement = connection.statement(sql.replace(one, all))
    for (let start = 0; start < rows.length; start += TOGETHER)
      statement.run(rows.slice(start, start + TOGETHER).flatMap(row => boundRow(row)))
  })
}

function runEach(connection: Connection, sql: string, rows: readonly Row[]): void {
  connection.guarded(() => {
    const statement = connection.statement(sql)
    for (const row of rows) statement.run(boundRow(row))
  })
}

/** Columns of a narrow row, and how many of them one statement takes. */
const NARROW = 4
const TOGETHER = 50

const places = (width: number): string => `(${Array.from({ length: width }, () => '?').join(', ')})`

const inserts = new WeakMap<Target, string>()
const upserts = new WeakMap<Target, string>()

/** Targets that are asked for again and again are the same object. */
function madeOnce(made: WeakMap<Target, string>, into: Target, make: (into: Target) => string): string {
  const sql = made.get(into) ?? make(into)
  made.set(into, sql)
  return sql
}

function insertSql(into: Target, schema = ''): string {
  const columns = [...into.key, ...into.columns]
  return `INSERT INTO ${schema}${quoted(into.table)} (${columns.map(quoted).join(', ')}) VALUES ${places(columns.length)}`
}

function upsertSql(into: Target): string {
  const changes = into.columns.flatMap(column => changeOf(into, column)).join(', ')
  const action = changes === '' ? 'NOTHING' : `UPDATE SET ${changes}`
  return `${insertSql(into)} ON CONFLICT (${into.key.map(quoted).join(', ')}) DO ${action}`
}

function changeOf({ existing }: Target, column: string): string[] {
  const name = quoted(column)
  const how = existing?.[column]
  if (how === 'kept') return []
  return [`${name} = ${how === 'highest' ? `max(${name}, excluded.${name})` : `excluded.${name}`}`]
}

function updateSql(into: Target): string {
  const changes = into.columns.map(column => `${quoted(column)} = ?`).join(', ')
  return `UPDATE ${quoted(into.table)} SET ${changes} WHERE ${matches(into.key)}`
}
