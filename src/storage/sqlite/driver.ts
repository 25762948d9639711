/**
 * Driver: the one place that names the SQLite library; everything else here takes its handle.
 * Shape:  `DriverDatabase` is one connection, `DriverStatement` one prepared statement.
 */
import Driver, { type Database as DriverHandle, type Statement } from 'better-sqlite3-multiple-ciphers'
import type { Value } from '../../core/values.ts'

export type DriverDatabase = DriverHandle
export type DriverStatement = Statement<unknown[]>
/** What the library binds; booleans are 0 and 1 in SQLite. */
export type Bound = Exclude<Value, boolean>

export interface DriverError extends Error {
  readonly code: string
}

export function openDriver(path: string, options: { readonly readOnly: boolean }): DriverDatabase {
  // timeout 0: waiting is ours (waiting.ts), because the library's own would block the whole process.
  return new Driver(path, { readonly: options.readOnly, fileMustExist: true, timeout: 0 })
}

export function isDriverError(error: unknown): error is DriverError {
  return error instanceof Driver.SqliteError
}

/** Version of the SQLite library itself. */
export function driverVersion(): string {
  const db = new Driver(':memory:')
  const version = db.prepare('SELECT sqlite_version()').pluck().get()
  db.close()
  return `SQLite ${String(version)}`
}
