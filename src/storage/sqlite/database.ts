/**
 * Database: one open SQLite file: a connection that writes, and connections that read beside it.
 * Shape:  WAL mode: a snapshot never blocks a change, a change never blocks a snapshot.
 * Never:  interleaves two changes, or runs a change inside another (a programmer's error, it would wait for itself).
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { assume, HomecomingError } from '../../core/errors.ts'
import type { Database, OpenOptions, Reading, Writing } from '../contract.ts'
import { Queue } from '../queue.ts'
import { Connection } from './connection.ts'
import type { DriverDatabase } from './driver.ts'
import { constraintOf } from './driver-errors.ts'
import { type Access, openConnection } from './open.ts'
import { noteOpen } from './open-files.ts'
import { SqliteReading } from './reading.ts'
import { hasSession, resetSession } from './session.ts'
import { DEFAULT_WAIT, waitingFor } from './waiting.ts'
import { SqliteWriting } from './writing.ts'

/** Reading connections kept open while nobody reads. */
const IDLE_READERS = 2

export class SqliteDatabase implements Database {
  readonly name: string
  readonly options: OpenOptions
  readonly #main: Connection
  readonly #forget: () => void
  readonly #queue = new Queue()
  readonly #inside = new AsyncLocalStorage<{ running: boolean }>()
  readonly #idle: Connection[] = []
  #open = true

  /** @param driver a connection that `openConnection` has prepared for this */
  constructor(path: string, options: OpenOptions, driver: DriverDatabase) {
    this.name = path
    this.options = { ...options, create: false }
    // A batch may be read while the same transaction writes; what it has not read yet may show the change or not.
    if (!options.readOnly) driver.unsafeMode(true)
    this.#main = new Connection(driver, path)
    this.#forget = noteOpen(path, options.key ? 'encrypted' : 'plain')
  }

  /** @throws {HomecomingError} see openConnection */
  static async open(path: string, options: OpenOptions): Promise<SqliteDatabase> {
    const driver = await openConnection(path, options, options.readOnly ? 'read' : 'write')
    return new SqliteDatabase(path, options, driver)
  }

  async snapshot<T>(work: (read: Reading) => Promise<T>): Promise<T> {
    const connection = await this.#reader()
    try {
      return await this.#reading(connection, work)
    } finally {
      this.#release(connection)
    }
  }

  async change<T>(work: (write: Writing) => Promise<T>): Promise<T> {
    assume(!this.#inside.getStore()?.running, 'a change was begun inside a change of the same database')
    return this.#queue.run(() => this.#changing(work))
  }

  /** A reading connection for copying: it may attach other databases and write them.
   *  @param name for messages @param work leaves nothing attached */
  async beside(name: string, work: (connection: Connection) => Promise<void>): Promise<void> {
    this.#checkOpen()
    const reader = this.options.readOnly ? await this.#connect('copy') : await this.#reader()
    let kept = false
    try {
      reader.execute('PRAGMA query_only = OFF')
      await work(new Connection(reader.driver, name))
      reader.execute('PRAGMA query_only = ON; PRAGMA shrink_memory')
      kept = !this.options.readOnly
    } finally {
      if (kept) this.#release(reader)
      else reader.close()
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return
    assume(!this.#inside.getStore()?.running, 'a database was closed inside its own change')
    this.#open = false
    await this.#queue.run(async () => {
      for (const connection of this.#idle.splice(0)) connection.close()
      this.#main.close()
      this.#forget()
    })
  }

  async #reading<T>(connection: Connection, work: (read: Reading) => Promise<T>): Promise<T> {
    await this.#waiting(() => {
      connection.execute('BEGIN')
      // The view is taken by the first read, not by BEGIN.
      endingOnError(connection, () => {
        connection.statement('SELECT 1 FROM sqlite_schema LIMIT 1').all([])
        connection.refresh()
      })
    })
    const read = new SqliteReading(connection)
    try {
      return await work(read)
    } finally {
      read.end()
      rollBack(connection)
    }
  }

  async #changing<T>(work: (write: Writing) => Promise<T>): Promise<T> {
    this.#checkOpen()
    if (this.options.readOnly) {
      throw new HomecomingError('FILE_FAILED', `${this.name} was opened for reading only`, {
        file: this.name,
      })
    }
    try {
      return await this.#once(work, false)
    } catch (error) {
      if (!(error instanceof ReferencesBroken)) throw error
      // Keys that are `initially deferred` tell at the commit only that one does not hold, and not whose.
      return await this.#once(work, true)
    }
  }

  /** @param checking every attempt looks whether references hold: slow where tables are large */
  async #once<T>(work: (write: Writing) => Promise<T>, checking: boolean): Promise<T> {
    const connection = this.#main
    await this.#waiting(() => connection.execute('BEGIN IMMEDIATE'))
    const write = new SqliteWriting(connection, checking)
    const inside = { running: true }
    try {
      connection.refresh()
      const result = await this.#inside.run(inside, () => work(write))
      write.end()
      await this.#commit(connection, checking)
      return result
    } catch (error) {
      rollBack(connection)
      throw error
    } finally {
      inside.running = false
      write.end()
    }
  }

  async #commit(connection: Connection, checking: boolean): Promise<void> {
    connection.guarded(() => {
      if (hasSession(connection.driver)) resetSession(connection.driver)
    })
    try {
      await this.#waiting(() => connection.execute('COMMIT'))
    } catch (error) {
      throw !checking && constraintOf(error)?.kind === 'reference' ? new ReferencesBroken() : error
    }
  }

  async #reader(): Promise<Connection> {
    this.#checkOpen()
    return this.#idle.pop() ?? this.#connect(this.options.readOnly ? 'read' : 'copy')
  }

  async #connect(access: Access): Promise<Connection> {
    const driver = await openConnection(this.name, this.options, access)
    driver.pragma('query_only = ON')
    return new Connection(driver, this.name)
  }

  #release(connection: Connection): void {
    if (this.#open && this.#idle.length < IDLE_READERS) this.#idle.push(connection)
    else connection.close()
  }

  #waiting<T>(attempt: () => T): Promise<T> {
    return waitingFor(this.name, this.options.waitFor ?? DEFAULT_WAIT, attempt)
  }

  #checkOpen(): void {
    assume(this.#open, `${this.name} was used after it had been closed`)
  }
}

/** Something points at nothing. The change is undone, and begun again with care. */
class ReferencesBroken extends Error {}

function endingOnError(connection: Connection, work: () => void): void {
  try {
    connection.guarded(work)
  } catch (error) {
    rollBack(connection)
    throw error
  }
}

/** Some errors (a full disk, a trigger's own rollback) have ended the transaction already. */
function rollBack(connection: Connection): void {
  if (connection.driver.inTransaction) connection.execute('ROLLBACK')
}
