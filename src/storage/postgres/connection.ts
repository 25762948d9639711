/**
 * Connection: one session on the server.
 * Shape:  statement in, positional rows of values out (wire-rows.ts). Errors leave it translated.
 * Never:  waits for locks by itself, or knows transactions.
 */
import type { Socket } from 'node:net'
import type { Client, FieldDef, QueryArrayConfig } from 'pg'
import type { Row } from '../../core/values.ts'
import type { Query } from '../contract.ts'
import { type Compiled, compile } from './compile.ts'
import { isAborted, isLost, translated } from './driver-errors.ts'
import type { Bound } from './values.ts'
import { type DriverConnection, readRowsFrom } from './wire-rows.ts'

export interface Answer {
  readonly rows: Row[]
  readonly columns: readonly FieldDef[]
  /** Rows changed, or read. */
  readonly count: number
  readonly command: string
}

/** Object ids of the parameters' types for the server, and nothing for the driver to parse. */
interface DriverTypes extends Array<number> {
  getTypeParser: () => (text: string) => string
}

/** Values come as they are, see wire-rows.ts. */
const asItIs = (value: string): string => value

/** The driver has it, its types do not. */
interface DriverLine extends DriverConnection {
  readonly stream: Socket
  ref(): void
  unref(): void
}

export class Connection {
  readonly client: Client
  /** For messages. */
  readonly name: string
  readonly schema: string
  /** What was asked about definitions, in this transaction. */
  readonly #known = new Map<string, Promise<Row[]>>()
  #lost = false
  #failure: unknown
  #names = 0

  constructor(client: Client, name: string, schema: string) {
    this.client = client
    this.name = name
    this.schema = schema
    readRowsFrom(this.#driver)
    // Without a listener, a server that goes away while nobody asks it anything would end the process.
    client.on('error', () => {
      this.#lost = true
    })
    client.on('end', () => {
      this.#lost = true
    })
  }

  get lost(): boolean {
    return this.#lost
  }

  /** Number of the process that serves this session, as the login told it. */
  get process(): number | undefined {
    return (this.client as unknown as { processID?: number }).processID
  }

  /** A name that nothing in this session has. */
  freshName(kind: string): string {
    return `hc_${kind}_${++this.#names}`
  }

  /** In use: the process waits for what is asked. */
  hold(): void {
    this.#driver.ref()
  }

  /** At rest: it does not keep the process from ending. */
  rest(): void {
    this.#driver.unref()
  }

  async query(query: Query): Promise<Answer> {
    return this.send(compile(query))
  }

  /** @param types object ids of the parameters' types; absent or 0: the server finds out */
  async send({ sql, parameters, types = [] }: Partial<Compiled> & { readonly sql: string }): Promise<Answer> {
    const driverTypes = Object.assign([...types], { getTypeParser: () => asItIs }) as DriverTypes
    const result = await this.#guarded(() =>
      this.client.query<[Row]>({
        text: sql,
        values: [...(parameters ?? [])] as Bound[],
        rowMode: 'array',
        types: driverTypes,
        queryMode: 'extended',
      } as unknown as QueryArrayConfig),
    )
    const rows = result.rows.map(([row]) => row as Row)
    return { rows, columns: result.fields, count: result.rowCount ?? 0, command: result.command }
  }

  /** Statements without parameters, several at once: one way to the server and back. @returns the last one's command */
  async execute(sql: string): Promise<string> {
    const result: unknown = await this.#guarded(() => this.client.query(sql))
    const last = Array.isArray(result) ? result.at(-1) : result
    return String((last as { command: unknown }).command)
  }

  /** Names of the columns' types, by column, in the table's order; empty where there is no such table. */
  async columnTypes(table: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.known(COLUMN_TYPES, table)
    return new Map(rows.map(([column, type]) => [String(column), String(type)]))
  }

  /** Whether something in the database makes sure that no two rows have the same key. */
  async isUnique(table: string, key: readonly string[]): Promise<boolean> {
    const rows = await this.known(UNIQUE_KEYS, table)
    const wanted = [...key].sort().join(' ')
    return rows.some(([columns]) => columns === wanted)
  }

  /** Rows about a table, from the catalogue: $1 is the schema. Asked once, until definitions may have changed. */
  known(sql: string, table: string): Promise<Row[]> {
    const question = `${table}\0${sql}`
    const known = this.#known.get(question)
    if (known) return known
    const asked = this.send({ sql, parameters: [this.schema, table] }).then(({ rows }) => rows)
    this.#known.set(question, asked)
    return asked
  }

  /** Definitions have changed, or may have: after one of ours, after an error, and from one transaction to the next. */
  forget(): void {
    this.#known.clear()
  }

  async close(): Promise<void> {
    if (this.#lost) return
    this.hold()
    await this.client.end().catch(() => {})
  }

  /** @returns what to throw instead of an error of the driver */
  translated(error: unknown): unknown {
    return translated(error, this.name)
  }

  /** Cuts the line, whatever is going on in it. The server rolls back. */
  abandon(): void {
    this.#lost = true
    this.#driver.stream.destroy()
  }

  get #driver(): DriverLine {
    return (this.client as unknown as { connection: DriverLine }).connection
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isLost(error)) this.#lost = true
      this.forget()
      // What comes after an error is refused for that error, whoever passed it over.
      if (!isAborted(error)) this.#failure = translated(error, this.name)
      throw this.#failure
    }
  }
}

/** Unlike what `format_type` says, this name never says how long a text may be: what is too long must not be cut. */
const COLUMN_TYPES = `select a.attname, quote_ident(n.nspname) || '.' || quote_ident(t.typname)
  from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_namespace n on n.oid = t.typnamespace
  where a.attrelid = (select c.oid from pg_class c join pg_namespace s on s.oid = c.relnamespace
    where s.nspname = $1 and c.relname = $2) and a.attnum > 0 and not a.attisdropped
  order by a.attnum`

/** Of unique indexes over whole columns and all rows, checked at once: the names in order. */
const UNIQUE_KEYS = `select (select string_agg(a.attname, ' ' order by a.attname collate "C") from pg_attribute a
    where a.attrelid = i.indrelid and a.attnum = any(i.indkey))
  from pg_index i where i.indisunique and i.indimmediate and i.indisvalid and i.indpred is null and i.indexprs is null
    and i.indrelid = (select c.oid from pg_class c join pg_namespace s on s.oid = c.relnamespace
      where s.nspname = $1 and c.relname = $2)`
