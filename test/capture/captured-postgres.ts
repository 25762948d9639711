/**
 * A schema of PostgreSQL with capture, for these tests: the model of captured-database.ts, the log, the sequence.
 * Programs write over connections of their own; the reader has one to itself, in transactions as the product makes them.
 */
import pg from 'pg'
import { firstId } from '../../src/core/ids.ts'
import type { CapturePlan, LogSource } from '../../src/storage/contract.ts'
import { installCapture } from '../../src/storage/postgres/capture.ts'
import type { Connection } from '../../src/storage/postgres/connection.ts'
import { logSource } from '../../src/storage/postgres/log-source.ts'
import { openConnection } from '../../src/storage/postgres/open.ts'
import { quoted } from '../../src/storage/postgres/sql-text.ts'
import {
  type PostgresServer,
  postgresServer,
  type TestDatabase,
  testDatabase,
} from '../support/postgres-server.ts'
import { inWords, planFor, type Where } from './captured-database.ts'

const TABLES = `
  CREATE TABLE contact (contact_id integer PRIMARY KEY, name text NOT NULL DEFAULT '',
    associate_id integer, category integer DEFAULT 0, sales integer DEFAULT 0);
  CREATE TABLE sale (sale_id integer PRIMARY KEY, heading text, associate_id integer,
    contact_id integer REFERENCES contact ON DELETE CASCADE ON UPDATE CASCADE, project_id integer);
  CREATE TABLE code (code_id integer PRIMARY KEY, name text, rank integer UNIQUE, note text, associate_id integer);
  CREATE TABLE voyage (voyage_id integer PRIMARY KEY, captain_id integer, engineer_id integer, port text);
  CREATE TABLE wide (wide_id integer PRIMARY KEY, ${Array.from({ length: 120 }, (_, at) => `f${at + 1} integer`)});
  CREATE TABLE country (country_id integer PRIMARY KEY, name text);
  CREATE TABLE "o'dd ""ly" ("or""der" integer PRIMARY KEY, "va'lue" text, "group" integer);
  CREATE TABLE traveltransactionlog (traveltransactionlog_id bigint PRIMARY KEY, ttime bigint NOT NULL,
    prev_record_id integer NOT NULL, type integer NOT NULL, associate_id integer NOT NULL,
    tablenumber integer NOT NULL, record_id integer NOT NULL, flags integer, application_id integer,
    origin_id integer NOT NULL DEFAULT 0);
  CREATE TABLE sequence (id integer PRIMARY KEY, next_id bigint, tablename text, tablenumber integer);
  INSERT INTO sequence VALUES (39, 1, 'traveltransactionlog', 29);
  CREATE TABLE hc_version (tablenumber bigint, record_id bigint, PRIMARY KEY (tablenumber, record_id));
`

export interface PostgresWhere extends Where {
  readonly server?: PostgresServer
  readonly schema?: string
  /** Instead of what the model and the other settings say. */
  readonly plan?: CapturePlan
}

export class CapturedPostgres implements AsyncDisposable {
  readonly plan: CapturePlan
  readonly database: TestDatabase
  /** With the schema. */
  readonly address: string
  readonly schema: string
  reader: Connection
  readonly #programs: pg.Client[] = []
  #main!: pg.Client

  private constructor(plan: CapturePlan, database: TestDatabase, schema: string, reader: Connection) {
    this.plan = plan
    this.database = database
    this.schema = schema
    this.reader = reader
    this.address = addressIn(database, schema)
  }

  static async open(where: PostgresWhere = {}): Promise<CapturedPostgres> {
    const plan = where.plan ?? planFor(where)
    const schema = where.schema ?? 'public'
    const database = await testDatabase(where.server ?? (await postgresServer()))
    const reader = await openConnection(addressIn(database, schema), {})
    const base = new CapturedPostgres(plan, database, schema, reader)
    base.#main = await base.program()
    await base.run(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}; ${TABLES}${where.before ?? ''}`)
    for (const { table } of plan.tables) {
      const prefix = plan.prefix ?? table.travelPrefix ?? 0x7e
      const values = [table.number + 10, firstId(prefix), table.name, table.number]
      await base.#main.query('INSERT INTO sequence VALUES ($1, $2, $3, $4)', values)
    }
    await base.changing(() => installCapture(reader, plan))
    await base.run('UPDATE hc_session SET now = 1000')
    return base
  }

  /** A database that is there already: with its capture, as some dump has it. */
  static async at(database: TestDatabase, plan: CapturePlan, schema = 'public'): Promise<CapturedPostgres> {
    const reader = await openConnection(addressIn(database, schema), {})
    const base = new CapturedPostgres(plan, database, schema, reader)
    base.#main = await base.program()
    return base
  }

  /** Another program's connection. */
  async program(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.database.address })
    client.on('error', () => {})
    await client.connect()
    await client.query(`SET search_path TO ${quoted(this.schema)}`)
    this.#programs.push(client)
    return client
  }

  /** A reader anew, after the first has lost its connection. */
  async reconnect(): Promise<void> {
    this.reader = await openConnection(this.address, {})
  }

  async run(sql: string): Promise<void> {
    await this.#main.query(sql)
  }

  async all<T = Record<string, unknown>>(sql: string): Promise<T[]> {
    return (await this.#main.query(sql)).rows as T[]
  }

  async value<T = number>(sql: string): Promise<T> {
    const { rows } = await this.#main.query({ text: sql, rowMode: 'array' })
    const value = rows[0]?.[0]
    return (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value) as T
  }

  async as(
    { associate, capture }: { readonly associate?: number | null; readonly capture?: 'off' },
    sql: string,
  ): Promise<void> {
    const set = (name: string, value: string) => `SELECT set_config('homecoming.${name}', '${value}', true);`
    const who = associate === undefined ? '' : set('associate', String(associate ?? ''))
    await this.run(`BEGIN; ${who} ${capture ? set('capture', capture) : ''} ${sql}; COMMIT`)
  }

  /** One transaction of the reader, as the product makes them. */
  async changing<T>(work: (log: LogSource) => Promise<T>): Promise<T> {
    await this.reader.execute('begin isolation level repeatable read')
    try {
      const result = await work(logSource(this.reader))
      await this.reader.execute('commit')
      return result
    } catch (error) {
      await this.reader.execute('rollback').catch(() => {})
      throw error
    }
  }

  /** What the reader gets now, in words: "Update contact 7", with the previous value or mask in parentheses. */
  async news(limit = 1000): Promise<string[]> {
    return (await this.changing(log => log.readNew(limit))).map(inWords)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#programs.map(client => client.end()))
    await this.reader.close()
    await this.database[Symbol.asyncDispose]()
  }
}

function addressIn({ address }: TestDatabase, schema: string): string {
  const url = new URL(address)
  url.searchParams.set('schema', schema)
  return url.href
}
