/**
 * Reading: rows out of one transaction.
 * Large results come in batches; between two of them the process may do something else.
 * Never: is used after its transaction has ended.
 */
import { setImmediate } from 'node:timers/promises'
import { assume } from '../../core/errors.ts'
import type { Row, Value } from '../../core/values.ts'
import type { Query, Reading, ServerTypes, Target } from '../contract.ts'
import { quoted } from './capture-sql.ts'
import { compile } from './compile.ts'
import type { Connection } from './connection.ts'
import { serverTypesOf, TABLE_SQL } from './value-checks.ts'
import { boundParameter, boundRow } from './values.ts'

export class SqliteReading implements Reading {
  readonly #connection: Connection
  readonly #unfinished = new Set<Generator<Row>>()
  #open = true

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** The connection, as long as the transaction lasts. */
  protected get connection(): Connection {
    assume(this.#open, 'a transaction was used after it had ended')
    return this.#connection
  }

  /** The transaction is over: what still holds this object may not use it. */
  end(): void {
    this.#open = false
    // Rows still being read would keep the transaction from ending.
    for (const rows of this.#unfinished) rows.return(undefined)
    this.#unfinished.clear()
  }

  async rows<R>(query: Query<R>): Promise<R[]> {
    return this.connection.withQuery(query, (statement, parameters) =>
      statement.all(parameters).map(row => named<R>(statement.names, row)),
    )
  }

  async row<R>(query: Query<R>): Promise<R | undefined> {
    return this.connection.withQuery(query, (statement, parameters) => {
      const row = statement.get(parameters)
      return row && named<R>(statement.names, row)
    })
  }

  async *batches(query: Query, size: number): AsyncGenerator<Row[]> {
    const { sql, parameters } = compile(query)
    const connection = this.connection
    const rows = connection.guarded(() => connection.statement(sql).each(parameters))
    this.#unfinished.add(rows)
    try {
      for (;;) {
        const batch = connection.guarded(() => taken(rows, size))
        if (batch.length > 0) yield batch
        if (batch.length < size) return
        await setImmediate()
        assume(this.#open, 'a batch was asked for after its transaction had ended')
      }
    } finally {
      rows.return(undefined)
      this.#unfinished.delete(rows)
    }
  }

  async *pages(query: Query, by: string, size: number): AsyncGenerator<Row[]> {
    const { sql, parameters } = compile(query)
    const page = `SELECT * FROM (${sql}) WHERE ${quoted(by)} > ? ORDER BY ${quoted(by)} LIMIT ${size}`
    for (let after: Value = Number.MIN_SAFE_INTEGER; ; ) {
      const rows = this.connection.guarded(() =>
        this.connection.statement(page).all([...parameters, boundParameter(after)]),
      )
      if (rows.length > 0) yield rows
      if (rows.length < size) return
      after = rows.at(-1)![0]!
      await setImmediate()
    }
  }

  async serverTypes(table: string): Promise<ServerTypes | undefined> {
    const connection = this.connection
    const rows = connection.guarded(() => connection.statement(TABLE_SQL).all([]))
    return serverTypesOf(rows.map(String), table)
  }

  async lookup(from: Target, keys: readonly Row[]): Promise<(Row | undefined)[]> {
    const connection = this.connection
    return connection.guarded(() => {
      const statement = connection.statement(lookupSql(from))
      return keys.map(key => statement.get(boundRow(key)))
    })
  }
}

export const matches = (key: readonly string[]): string =>
  key.map(column => `${quoted(column)} = ?`).join(' AND ')

function lookupSql(from: Target): string {
  const columns = from.columns.length === 0 ? '1' : from.columns.map(quoted).join(', ')
  return `SELECT ${columns} FROM ${quoted(from.table)} WHERE ${matches(from.key)} LIMIT 1`
}

function named<R>(names: readonly string[], row: Row): R {
  const record: Record<string, unknown> = {}
  for (let index = 0; index < names.length; index++) record[names[index]!] = row[index]
  return record as R
}

function taken(rows: Iterator<Row>, size: number): Row[] {
  const batch: Row[] = []
  while (batch.length < size) {
    const next = rows.next()
    if (next.done) break
    batch.push(next.value)
  }
  return batch
}
