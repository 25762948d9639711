/**
 * Reading: rows out of one transaction.
 * Large results come in batches, from a cursor on the server: no more than one batch is here at a time.
 * Never: is used after its transaction has ended.
 */
import { assume } from '../../core/errors.ts'
import type { Row } from '../../core/values.ts'
import type { Query, Reading, ServerTypes, Target } from '../contract.ts'
import { ahead } from './ahead.ts'
import { arrayOf } from './arrays.ts'
import { type Compiled, compile } from './compile.ts'
import type { Answer, Connection } from './connection.ts'
import { serverTypes } from './rewrites.ts'
import { lookupSql } from './set-sql.ts'
import { quoted } from './sql-text.ts'

/** Keys that one statement looks up. */
const TOGETHER = 10_000

export class PostgresReading implements Reading {
  readonly #connection: Connection
  #open = true

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** The connection, as long as the transaction lasts. */
  protected get connection(): Connection {
    assume(this.#open, 'a transaction was used after it had ended')
    return this.#connection
  }

  /** The transaction is over: what still holds this object may not use it. Its cursors end with it. */
  end(): void {
    this.#open = false
  }

  async rows<R>(query: Query<R>): Promise<R[]> {
    return named<R>(await this.connection.query(query))
  }

  async row<R>(query: Query<R>): Promise<R | undefined> {
    return (await this.rows(query))[0]
  }

  batches(query: Query, size: number): AsyncGenerator<Row[]> {
    return this.#fetched(size, cursor => this.#declare(cursor, compile(query)))
  }

  /** In the order of an index, from the first row on: not sorted as a whole before. */
  pages(query: Query, by: string, size: number): AsyncGenerator<Row[]> {
    const { sql, ...parameters } = compile(query)
    const ordered = { sql: `select * from (${sql}) as page order by ${quoted(by)}`, ...parameters }
    return this.#fetched(size, cursor =>
      Promise.all([
        this.connection.execute('set local enable_sort = off'),
        this.#declare(cursor, ordered),
        this.connection.execute('set local enable_sort = on'),
      ]),
    )
  }

  #declare(cursor: string, { sql, ...parameters }: Compiled): Promise<Answer> {
    return this.connection.send({ sql: `declare ${cursor} no scroll cursor for ${sql}`, ...parameters })
  }

  async *#fetched(size: number, declare: (cursor: string) => Promise<unknown>): AsyncGenerator<Row[]> {
    const cursor = this.connection.freshName('rows')
    await declare(cursor)
    const fetched = () => this.connection.send({ sql: `fetch ${size} from ${cursor}` })
    let coming = fetched()
    try {
      for (;;) {
        const { rows } = await coming
        const last = rows.length < size
        // The server looks for the next batch while somebody works on this one; a cursor never sees later writes.
        if (!last) coming = ahead(fetched())
        if (rows.length > 0) yield rows
        if (last) return
        assume(this.#open, 'a batch was asked for after its transaction had ended')
      }
    } finally {
      if (this.#open) await this.#connection.execute(`close ${cursor}`).catch(() => {})
    }
  }

  async serverTypes(table: string): Promise<ServerTypes> {
    return serverTypes(this.connection, table)
  }

  async lookup(from: Target, keys: readonly Row[]): Promise<(Row | undefined)[]> {
    const found: (Row | undefined)[] = Array.from({ length: keys.length })
    if (keys.length === 0) return found
    const types = await this.connection.columnTypes(from.table)
    const sql = lookupSql(from, types)
    for (let start = 0; start < keys.length; start += TOGETHER) {
      const some = keys.slice(start, start + TOGETHER)
      const parameters = from.key.map((name, column) => arrayOf(some, column, types.get(name)))
      const { rows } = await this.connection.send({ sql, parameters })
      for (const [place, ...row] of rows) found[start + Number(place) - 1] ??= row
    }
    return found
  }
}

function named<R>({ rows, columns }: Answer): R[] {
  return rows.map(row => {
    const record: Record<string, unknown> = {}
    columns.forEach((column, index) => {
      record[column.name] = row[index]
    })
    return record as R
  })
}
