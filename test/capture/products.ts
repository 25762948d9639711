/** The same rules of capture and of the reading order, on each database: how to have one of these tests' databases. */
import type { LogSource } from '../../src/storage/contract.ts'
import { logSource } from '../../src/storage/sqlite/log-source.ts'
import { resetSession, setActor, setCapture } from '../../src/storage/sqlite/session.ts'
import { CapturedDatabase, inWords, type Where } from './captured-database.ts'
import { CapturedPostgres } from './captured-postgres.ts'

export interface Captured extends AsyncDisposable {
  /** What a program writes; several statements in a row, in SQL that every database reads alike. */
  run(sql: string): Promise<void>
  all<T = Record<string, unknown>>(sql: string): Promise<T[]>
  value<T = number>(sql: string): Promise<T>
  /** One transaction in which somebody acts, or capture is off. */
  as(whoAndHow: { readonly associate?: number | null; readonly capture?: 'off' }, sql: string): Promise<void>
  /** A transaction of the reader. */
  changing<T>(work: (log: LogSource) => Promise<T>): Promise<T>
  /** What the reader gets now, in words: "Update contact 7", with the previous value or mask in parentheses. */
  news(limit?: number): Promise<string[]>
}

type Open = (where?: Where) => Promise<Captured>

export const PRODUCTS: readonly (readonly [string, Open])[] = [
  ['SQLite', async where => new CapturedSqlite(where)],
  ['PostgreSQL', where => CapturedPostgres.open(where)],
]

class CapturedSqlite implements Captured {
  readonly #base: CapturedDatabase

  constructor(where: Where = {}) {
    this.#base = new CapturedDatabase(where)
  }

  async run(sql: string): Promise<void> {
    this.#base.run(sql)
  }

  async all<T>(sql: string): Promise<T[]> {
    return this.#base.all<T>(sql)
  }

  async value<T>(sql: string): Promise<T> {
    return this.#base.value<T>(sql)
  }

  async as({ associate, capture }: Parameters<Captured['as']>[0], sql: string): Promise<void> {
    const { db } = this.#base
    db.transaction(() => {
      if (associate !== undefined) setActor(db, associate)
      if (capture) setCapture(db, capture)
      db.exec(sql)
      resetSession(db)
    })()
  }

  async changing<T>(work: (log: LogSource) => Promise<T>): Promise<T> {
    this.#base.run('BEGIN')
    try {
      const result = await work(logSource(this.#base.db))
      this.#base.run('COMMIT')
      return result
    } catch (error) {
      this.#base.run('ROLLBACK')
      throw error
    }
  }

  async news(limit = 1000): Promise<string[]> {
    return (await this.changing(log => log.readNew(limit))).map(inWords)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#base[Symbol.dispose]()
  }
}
