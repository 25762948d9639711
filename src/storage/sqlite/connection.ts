/**
 * Connection: one handle of the library with its prepared statements.
 * Never: waits, or knows transactions; errors leave it translated.
 */
import type { Query } from '../contract.ts'
import { compile } from './compile.ts'
import type { Bound, DriverDatabase, DriverStatement } from './driver.ts'
import { translated } from './driver-errors.ts'
import { Statement } from './statement.ts'

/** Statements kept per connection; the engine has some hundred, so that eviction is rare. */
const KEPT = 256

export class Connection {
  readonly driver: DriverDatabase
  readonly name: string
  readonly #statements = new Map<string, Statement>()
  readonly #schemaVersion: DriverStatement
  #seenVersion: unknown

  constructor(driver: DriverDatabase, name: string) {
    this.driver = driver
    this.name = name
    this.#schemaVersion = driver.prepare('PRAGMA schema_version').pluck()
  }

  /** @throws {HomecomingError} in the words of driver-errors.ts */
  execute(sql: string): void {
    this.guarded(() => this.driver.exec(sql))
  }

  /** The same for definitions. */
  define(sql: string): void {
    this.execute(sql)
    this.forget()
  }

  /** Definitions have changed, or may have: statements are made anew, because their columns may be others now. */
  forget(): void {
    this.#statements.clear()
    this.#seenVersion = undefined
  }

  /** At the start of a transaction: the definitions may have been changed by another connection or program. */
  refresh(): void {
    const version = this.#schemaVersion.get()
    if (version !== this.#seenVersion) this.#statements.clear()
    this.#seenVersion = version
  }

  withQuery<T>(query: Query, use: (statement: Statement, parameters: readonly Bound[], sql: string) => T): T {
    const { sql, parameters } = compile(query)
    return this.guarded(() => use(this.statement(sql), parameters, sql))
  }

  /** A statement that is not in use; kept for the next time, the least recently used goes first. */
  statement(sql: string): Statement {
    const kept = this.#statements.get(sql)
    if (kept?.busy) return new Statement(this.driver, sql)
    const statement = kept ?? new Statement(this.driver, sql)
    this.#statements.delete(sql)
    this.#statements.set(sql, statement)
    if (this.#statements.size > KEPT) this.#statements.delete(this.#statements.keys().next().value!)
    return statement
  }

  guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw translated(error, this.name)
    }
  }

  close(): void {
    this.#statements.clear()
    this.driver.close()
  }
}
