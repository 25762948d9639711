/**
 * Writing: rows into one transaction, many by one statement.
 * Errors: one that no `attempt` takes back has ended the transaction, whatever the work does then: the commit says so.
 *         A write may be refused only after its call has returned (behind.ts): at the end of the attempt, or sooner.
 * Never:  replaces a row by delete and insert, or swallows an error that is not a constraint.
 */
import type { Row } from '../../core/values.ts'
import type { CaptureMode, ConstraintError, LogSource, Query, Schema, Target, Writing } from '../contract.ts'
import { arrayOf } from './arrays.ts'
import { Behind } from './behind.ts'
import type { Connection } from './connection.ts'
import { constraintOf, isSerialization, overtaken } from './driver-errors.ts'
import { lastOfEachKey } from './last-of-each-key.ts'
import { logSource } from './log-source.ts'
import { PostgresReading } from './reading.ts'
import { PostgresSchema } from './schema.ts'
import { type ColumnTypes, insertSql, mergeSql, removeSql, updateSql, upsertSql } from './set-sql.ts'
import { type Refused, refusedBy, takenUnseen } from './unseen.ts'

/** After these, tables may have other columns. */
const DEFINITIONS = new Set(['CREATE', 'ALTER', 'DROP'])
/** References have to hold at the end of an attempt: at the end of the transaction nobody could tell whose they are. */
const CHECKED = 'set constraints all immediate; set constraints all deferred'
/** Rows that one statement writes. */
const TOGETHER = 10_000
/** Each savepoint and statement is waited for, and planned: 50 rows take as long as 500. */
const PIECES = [TOGETHER, 50]

type Beside = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>

export class PostgresWriting extends PostgresReading implements Writing {
  readonly schema: Schema
  readonly pieces = PIECES
  #log: LogSource | undefined
  readonly #fresh: Beside
  readonly #behind = new Behind()
  #depth = 0
  #refused: Refused | undefined

  /** @param fresh gives a connection with a view of its own */
  constructor(connection: Connection, fresh: Beside) {
    super(connection)
    this.#fresh = fresh
    this.schema = new PostgresSchema(() => this.connection)
  }

  get log(): LogSource {
    this.#log ??= logSource(this.connection)
    return this.#log
  }

  async run(query: Query): Promise<number> {
    const connection = this.connection
    const answer = await connection.query(query)
    if (DEFINITIONS.has(answer.command)) connection.forget()
    return answer.count
  }

  async insert(into: Target, rows: readonly Row[]): Promise<void> {
    await this.#write(into, insertSql, rows)
  }

  async upsert(into: Target, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return
    const make = (await this.#isUnique(into)) ? upsertSql : mergeSql
    await this.#write(into, make, into.existing ? rows : lastOfEachKey(into, rows))
  }

  async update(into: Target, rows: readonly Row[]): Promise<void> {
    if (into.columns.length > 0) await this.#write(into, updateSql, lastOfEachKey(into, rows))
  }

  async remove(from: Target, keys: readonly Row[]): Promise<void> {
    await this.#write({ ...from, columns: [] }, removeSql, keys)
  }

  async attempt(work: () => Promise<void>): Promise<ConstraintError | undefined> {
    await this.#behind.settle()
    const name = `attempt_${++this.#depth}`
    await this.#behind.add(this.connection.execute(`savepoint ${name}`))
    try {
      await work()
      await this.#behind.add(this.connection.execute(CHECKED))
      await this.#behind.settle()
      await this.#behind.add(this.connection.execute(`release savepoint ${name}`))
      return undefined
    } catch (error) {
      await this.#behind.settle().catch(() => {})
      // What another transaction came between is begun again as a whole; a lost connection has ended it.
      if (isSerialization(error) || this.connection.lost) throw error
      await this.connection.execute(`rollback to savepoint ${name}; release savepoint ${name}`)
      const constraint = constraintOf(error)
      if (!constraint) throw error
      if (await this.#isUnseen(error)) throw overtaken(this.connection.name, error)
      return constraint
    } finally {
      this.#depth--
    }
  }

  /** Everything is written. @throws what something was refused with */
  settle(): Promise<void> {
    return this.#behind.settle()
  }

  async capture(mode: CaptureMode): Promise<void> {
    await this.#setLocal('homecoming.capture', mode)
  }

  async actAs(associate: number | null): Promise<void> {
    await this.#setLocal('homecoming.associate', associate === null ? '' : String(associate))
  }

  async #setLocal(name: string, value: string): Promise<void> {
    const parameters = [name, value]
    await this.#behind.add(this.connection.send({ sql: 'select set_config($1, $2, true)', parameters }))
  }

  async #write(
    into: Target,
    make: (into: Target, types: ColumnTypes) => string,
    rows: readonly Row[],
  ): Promise<void> {
    const connection = this.connection
    if (rows.length === 0) return
    const types = await connection.columnTypes(into.table)
    const sql = make(into, types)
    const columns = [...into.key, ...into.columns]
    for (let start = 0; start < rows.length; start += TOGETHER) {
      const some = rows.slice(start, start + TOGETHER)
      const parameters = columns.map((name, column) => arrayOf(some, column, types.get(name)))
      const sent = connection.send({ sql, parameters }).catch((error: unknown) => {
        this.#refused ??= refusedBy(error, into, some)
        throw error
      })
      await this.#behind.add(sent)
    }
  }

  /** Tables of ours are not looked at, nor is any whose key has several columns: an application's has one. */
  async #isUnique({ table, key }: Target): Promise<boolean> {
    return key.length > 1 || table.startsWith('hc_') || this.connection.isUnique(table, key)
  }

  async #isUnseen(error: unknown): Promise<boolean> {
    const refused = this.#refused
    this.#refused = undefined
    if (!refused || refused.error !== error) return false
    return this.#fresh(fresh => takenUnseen(this.connection, fresh, refused))
  }
}
