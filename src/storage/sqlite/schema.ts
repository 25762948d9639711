/**
 * Schema: definitions, all of them inside the transaction that they are asked for in.
 */
import type { Field, Table } from '../../dictionary/model.ts'
import type { CapturePlan, OwnTable, Rewriting, Schema, ServerTypes } from '../contract.ts'
import { installCapture, missingCapture, removeCapture } from './capture.ts'
import { quoted } from './capture-sql.ts'
import type { Connection } from './connection.ts'
import type { DriverDatabase } from './driver.ts'
import { addedColumnSql, indexesSql, ownTableSql, tableSql } from './table-sql.ts'
import { serverTypesOf, TABLE_SQL } from './value-checks.ts'

const FOREIGN_TRIGGER = `SELECT 1 FROM sqlite_schema WHERE type = 'trigger'
  AND tbl_name = ? COLLATE NOCASE AND name NOT LIKE 'hc\\_%' ESCAPE '\\' LIMIT 1`
const CASCADE = `SELECT 1 FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f
  WHERE t.type = 'table' AND f."table" = ? COLLATE NOCASE
  AND (f.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT') OR f.on_update IN ('CASCADE', 'SET NULL', 'SET DEFAULT'))
  LIMIT 1`

const sideEffects = new WeakMap<
  DriverDatabase,
  { readonly version: number; readonly answers: Map<string, boolean> }
>()

export class SqliteSchema implements Schema {
  readonly #connection: () => Connection

  /** @param connection gives the connection, and throws when the transaction is over */
  constructor(connection: () => Connection) {
    this.#connection = connection
  }

  async createTable(table: Table): Promise<void> {
    this.#connection().define(tableSql(table, this.#types(table)))
  }

  async createIndexes(table: Table): Promise<void> {
    for (const sql of indexesSql(table)) this.#connection().define(sql)
  }

  async growTable(table: Table, fields: readonly Field[]): Promise<void> {
    const present = new Set((await this.columns(table.name))?.map(name => name.toLowerCase()))
    const missing = fields.filter(field => !present.has(field.name.toLowerCase()))
    const types = this.#types(table)
    for (const field of missing) this.#connection().define(addedColumnSql(table, field, types))
  }

  async createOwnTable(table: OwnTable): Promise<void> {
    for (const sql of ownTableSql(table)) this.#connection().define(sql)
  }

  async dropTable(name: string): Promise<void> {
    this.#connection().define(`DROP TABLE IF EXISTS ${quoted(name)}`)
  }

  async tables(): Promise<string[]> {
    return this.#texts(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
    )
  }

  async columns(table: string): Promise<string[] | undefined> {
    const names = this.#texts('SELECT name FROM pragma_table_info(?) ORDER BY cid', table)
    return names.length === 0 ? undefined : names
  }

  /** A column of SQLite holds whatever it is given. */
  async unfit(table: Table): Promise<string[]> {
    const present = new Set((await this.columns(table.name))?.map(name => name.toLowerCase()))
    return table.fields
      .filter(field => !present.has(field.name.toLowerCase()))
      .map(field => `table ${table.name}, field ${field.name}: there is no such column`)
  }

  async installCapture(plan: CapturePlan): Promise<void> {
    this.#defining(db => installCapture(db, plan))
  }

  async removeCapture(): Promise<void> {
    this.#defining(db => removeCapture(db))
  }

  async missingCapture(plan: CapturePlan): Promise<string[]> {
    return this.#connection().guarded(() => missingCapture(this.#connection().driver, plan))
  }

  async hasSideEffects(table: string): Promise<boolean> {
    const known = this.#answers()
    const answer =
      known.get(table) ??
      (this.#texts(FOREIGN_TRIGGER, table).length > 0 || this.#texts(CASCADE, table).length > 0)
    known.set(table, answer)
    return answer
  }

  /** SQLite goes on behind the highest id that there is. */
  async passIds(): Promise<void> {}

  /** A column keeps what it is given, and no trigger changes a row before it is stored. */
  async rewrites(): Promise<readonly Rewriting[]> {
    return []
  }

  #types({ name }: Table): ServerTypes | undefined {
    return serverTypesOf(this.#texts(TABLE_SQL), name)
  }

  /** They hold as long as the definitions do: going through all of them takes a fifth of a small packet's time. */
  #answers(): Map<string, boolean> {
    const { driver } = this.#connection()
    const version = driver.pragma('schema_version', { simple: true }) as number
    const known = sideEffects.get(driver)
    if (known?.version === version) return known.answers
    const answers = new Map<string, boolean>()
    sideEffects.set(driver, { version, answers })
    return answers
  }

  #defining(work: (db: DriverDatabase) => void): void {
    const connection = this.#connection()
    connection.guarded(() => work(connection.driver))
    connection.forget()
  }

  #texts(sql: string, ...parameters: string[]): string[] {
    const connection = this.#connection()
    return connection.guarded(() =>
      connection
        .statement(sql)
        .all(parameters)
        .map(row => String(row[0])),
    )
  }
}
