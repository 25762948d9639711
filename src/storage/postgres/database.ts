/**
 * Database: one schema in a database of PostgreSQL: a connection that writes, and connections that read beside it.
 * Shape:  a snapshot is a read-only transaction with one view. A change holds a lock on the schema over all processes
 *         of Homecoming, taken before its view; other programs write beside it. Where one of them came between, the
 *         change begins again: so the work of a change may run more than once.
 * Never:  interleaves two changes, or runs a change inside another (a programmer's error, it would wait for itself).
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { assume, HomecomingError } from '../../core/errors.ts'
import type { Database, OpenOptions, Reading, Writing } from '../contract.ts'
import { Queue } from '../queue.ts'
import { lock, unlock } from './change-lock.ts'
import type { Connection } from './connection.ts'
import { checkSchema, DEFAULT_WAIT, openConnection } from './open.ts'
import { PostgresReading } from './reading.ts'
import { repeated } from './repeated.ts'
import { TablesFirst } from './tables-first.ts'
import { beginReading, beginWriting, commit, rollBack } from './transaction.ts'
import { PostgresWriting } from './writing.ts'

/** Reading connections kept open while nobody reads. */
const IDLE_READERS = 2

export class PostgresDatabase implements Database {
  readonly name: string
  readonly options: OpenOptions
  readonly #path: string
  readonly #queue = new Queue()
  readonly #inside = new AsyncLocalStorage<{ running: boolean }>()
  readonly #idle: Connection[] = []
  #main: Connection
  #open = true

  /** @param path may hold a password @param main a connection that `openConnection` has prepared for this */
  constructor(path: string, options: OpenOptions, main: Connection) {
    this.#path = path
    this.name = main.name
    this.options = { ...options, create: false }
    this.#main = main
    main.rest()
  }

  /** @throws {HomecomingError} see openConnection and checkSchema */
  static async open(path: string, options: OpenOptions): Promise<PostgresDatabase> {
    const main = await openConnection(path, options)
    try {
      await checkSchema(main, options)
      return new PostgresDatabase(path, options, main)
    } catch (error) {
      await main.close()
      throw error
    }
  }

  async snapshot<T>(work: (read: Reading) => Promise<T>): Promise<T> {
    return this.beside(connection => reading(connection, work), beginReading)
  }

  async change<T>(work: (write: Writing) => Promise<T>): Promise<T> {
    assume(!this.#inside.getStore()?.running, 'a change was begun inside a change of the same database')
    return this.#queue.run(() => this.#changing(work))
  }

  /** A reading connection for something of its own.
   *  @param begin its first statements; they may be sent again, over another connection */
  async beside<T>(
    work: (connection: Connection) => Promise<T>,
    begin: (connection: Connection) => Promise<void> = async () => {},
  ): Promise<T> {
    this.#checkOpen()
    const connection = await this.#reader(begin)
    try {
      return await work(connection)
    } finally {
      await this.#release(connection)
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return
    assume(!this.#inside.getStore()?.running, 'a database was closed inside its own change')
    this.#open = false
    await this.#queue.run(async () => {
      await Promise.all([...this.#idle.splice(0), this.#main].map(connection => connection.close()))
    })
  }

  async #changing<T>(work: (write: Writing) => Promise<T>): Promise<T> {
    this.#checkOpen()
    if (this.options.readOnly) {
      throw new HomecomingError('FILE_FAILED', `${this.name} was opened for reading only`, {
        file: this.name,
      })
    }
    const connection = await this.#writer()
    try {
      return await repeated(this.name, () => this.#once(connection, work))
    } finally {
      await unlock(connection, 'change')
      connection.rest()
    }
  }

  async #once<T>(
    connection: Connection,
    work: (write: Writing) => Promise<T>,
    first: readonly string[] = [],
  ): Promise<T> {
    const write = new PostgresWriting(connection, fresh => this.beside(fresh))
    const inside = { running: true }
    try {
      await beginWriting(connection, first)
      const result = await this.#inside.run(inside, () => work(write))
      await write.settle()
      write.end()
      await commit(connection, () => this.#connect(), this.options.waitFor ?? DEFAULT_WAIT)
      return result
    } catch (error) {
      await rollBack(connection)
      if (error instanceof TablesFirst) return this.#once(connection, work, error.tables)
      throw error
    } finally {
      inside.running = false
      write.end()
    }
  }

  /** The connection that writes, with the lock on changes. That it was lost while it rested may only turn out now. */
  async #writer(): Promise<Connection> {
    const rested = !this.#main.lost
    if (!rested) this.#main = await this.#connect()
    this.#main.hold()
    try {
      await lock(this.#main, 'change')
      return this.#main
    } catch (error) {
      this.#main.rest()
      if (!rested || !this.#main.lost) throw error
      return this.#writer()
    }
  }

  /** The same for reading: a server that was started anew has ended those that rested. */
  async #reader(begin: (connection: Connection) => Promise<void>): Promise<Connection> {
    const rested = this.#idle.pop()
    if (rested?.lost) return this.#reader(begin)
    const connection = rested ?? (await this.#connect())
    connection.hold()
    try {
      await begin(connection)
      return connection
    } catch (error) {
      await connection.close()
      if (!rested || !connection.lost) throw error
      return this.#reader(begin)
    }
  }

  #connect(): Promise<Connection> {
    return openConnection(this.#path, this.options)
  }

  async #release(connection: Connection): Promise<void> {
    if (this.#open && !connection.lost && this.#idle.length < IDLE_READERS) {
      connection.rest()
      this.#idle.push(connection)
    } else {
      await connection.close()
    }
  }

  #checkOpen(): void {
    assume(this.#open, `${this.name} was used after it had been closed`)
  }
}

async function reading<T>(connection: Connection, work: (read: Reading) => Promise<T>): Promise<T> {
  const read = new PostgresReading(connection)
  try {
    return await work(read)
  } finally {
    read.end()
    await rollBack(connection)
  }
}
