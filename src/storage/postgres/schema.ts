/**
 * Schema: definitions, all of them inside the transaction that they are asked for in.
 */
import type { Field, Table } from '../../dictionary/model.ts'
import type { CapturePlan, OwnTable, Rewriting, Schema } from '../contract.ts'
import { installCapture, missingCapture, removeCapture } from './capture.ts'
import type { Connection } from './connection.ts'
import { tablesOf } from './open.ts'
import { rewrites } from './rewrites.ts'
import { quoted } from './sql-text.ts'
import { addedColumnSql, indexesSql, ownTableSql, tableSql } from './table-sql.ts'
import { unfit } from './unfit.ts'

export class PostgresSchema implements Schema {
  readonly #connection: () => Connection

  /** @param connection gives the connection, and throws when the transaction is over */
  constructor(connection: () => Connection) {
    this.#connection = connection
  }

  async createTable(table: Table): Promise<void> {
    await this.#define([tableSql(table)])
  }

  async createIndexes(table: Table): Promise<void> {
    await this.#define(indexesSql(table))
  }

  async growTable(table: Table, fields: readonly Field[]): Promise<void> {
    const present = new Set(await this.columns(table.name))
    const missing = fields.filter(field => !present.has(field.name))
    await this.#define(missing.flatMap(field => addedColumnSql(table, field)))
  }

  async createOwnTable(table: OwnTable): Promise<void> {
    await this.#define(ownTableSql(table))
  }

  async dropTable(name: string): Promise<void> {
    await this.#define([`drop table if exists ${quoted(name)}`])
  }

  async tables(): Promise<string[]> {
    return (await tablesOf(this.#connection())) ?? []
  }

  async columns(table: string): Promise<string[] | undefined> {
    const types = await this.#connection().columnTypes(table)
    return types.size === 0 ? undefined : [...types.keys()]
  }

  async unfit(table: Table): Promise<string[]> {
    return unfit(this.#connection(), table)
  }

  async installCapture(plan: CapturePlan): Promise<void> {
    await installCapture(this.#connection(), plan)
    this.#connection().forget()
  }

  async removeCapture(): Promise<void> {
    await removeCapture(this.#connection())
    this.#connection().forget()
  }

  async missingCapture(plan: CapturePlan): Promise<string[]> {
    return missingCapture(this.#connection(), plan)
  }

  async hasSideEffects(table: string): Promise<boolean> {
    return (await this.#connection().known(SIDE_EFFECTS, table)).length > 0
  }

  async passIds(table: Table, last: number): Promise<void> {
    const connection = this.#connection()
    const parameters = [connection.schema, table.name, table.fields[0]!.name, String(last)]
    await connection.send({ sql: PASS_IDS, parameters })
  }

  async rewrites(table: Table): Promise<readonly Rewriting[]> {
    return rewrites(this.#connection(), table)
  }

  async #define(statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return
    await this.#connection().execute(statements.join('; '))
    this.#connection().forget()
  }
}

const TABLE_ID = `(select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2)`

/** Of an identity column, or a serial one. Whose sequence it is not, and may not set it, need not. */
const PASS_IDS = `select setval(s.name, $4::bigint) from
    (select pg_get_serial_sequence(format('%I.%I', $1::text, $2::text), $3)::regclass as name) s
  where s.name is not null and has_sequence_privilege(s.name, 'UPDATE')
    and coalesce(pg_sequence_last_value(s.name), 0) < $4::bigint`

/** Ours begin with hc_. Those of foreign keys are internal. Rules count too: they may do anything. */
const SIDE_EFFECTS = `select t.tgname from pg_trigger t where t.tgrelid = ${TABLE_ID} and not t.tgisinternal
    and t.tgenabled <> 'D' and t.tgname not like 'hc\\_%'
  union all select r.rulename from pg_rewrite r where r.ev_class = ${TABLE_ID} and r.ev_type <> '1'
  union all select f.conname from pg_constraint f where f.contype = 'f' and f.confrelid = ${TABLE_ID}
    and (f.confdeltype in ('c', 'n', 'd') or f.confupdtype in ('c', 'n', 'd'))`
