/**
 * Reading: rows out of one transaction.
 * Large results come in batches, from a cursor on the server: no more than one batch is here at a time.
 * Never: is used after its transaction has ended.
 */
import { assume } from '../../core/errors.ts'
import type { Row } from '../../core/values.ts'
import type { Query, Reading, Target } from '../contract.ts'
import { arrayText } from './array-text.ts'
import { compile } from './compile.ts'
import type { Answer, Connection } from './connection.ts'
import { lookupSql } from './set-sql.ts'
import { quoted } from './sql-text.ts'
import { boundParameter, TYPE } from './values.ts'

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

  async *batches(query: Query, size: number): AsyncGenerator<Row[]> {
    const { sql, ...parameters } = compile(query)
    const cursor = this.connection.freshName('rows')
    await this.connection.send({ sql: `declare ${cursor} no scroll cursor for ${sql}`, ...parameters })
    const fetched = () => this.connection.send({ sql: `fetch ${size} from ${cursor}` })
    let coming = fetched()
    try {
      for (;;) {
        const { rows } = await coming
        const last = rows.length < size
        // The server looks for the next batch while somebody works on this one; a cursor never sees later writes.
        if (!last) coming = unnoticed(fetched())
        if (rows.length > 0) yield rows
        if (last) return
        assume(this.#open, 'a batch was asked for after its transaction had ended')
      }
    } finally {
      if (this.#open) await this.#connection.execute(`close ${cursor}`).catch(() => {})
    }
  }

  async *pages(query: Query, by: string, size: number): AsyncGenerator<Row[]> {
    const { sql, parameters, types } = compile(query)
    const place = `$${parameters.length + 1}`
    const page = `select * from (${sql}) as page where ${quoted(by)} > ${place} order by ${quoted(by)} limit ${size}`
    for (let after: unknown = Number.MIN_SAFE_INTEGER; ; ) {
      const { rows } = await this.connection.send({
        sql: page,
        parameters: [...parameters, boundParameter(after)],
        types: [...types, TYPE.int8],
      })
      if (rows.length > 0) yield rows
      if (rows.length < size) return
      after = rows.at(-1)![0]
    }
  }

  async lookup(from: Target, keys: readonly Row[]): Promise<(Row | undefined)[]> {
    const found: (Row | undefined)[] = Array.from({ length: keys.length })
    if (keys.length === 0) return found
    const sql = lookupSql(from, await this.connection.columnTypes(from.table))
    for (let start = 0; start < keys.length; start += TOGETHER) {
      const some = keys.slice(start, start + TOGETHER)
      const parameters = from.key.map((_, column) => arrayText(some, column))
      const { rows } = await this.connection.send({ sql, parameters })
      for (const [place, ...row] of rows) found[start + Number(place) - 1] ??= row
    }
    return found
  }
}

/** Whoever waits for it gets its error; where nobody does any more, it is no news. */
function unnoticed<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {})
  return answer
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
