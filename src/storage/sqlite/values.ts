/**
 * Values: between what a record holds and what SQLite stores.
 *   boolean -> 0 / 1, read back as boolean from columns declared BOOLEAN
 *   integer -> number within ±(2^53 - 1), bigint beyond, both ways without loss
 *   bytes   -> blob, read back as a plain Uint8Array
 * Never:  stores a number that is no number (SQLite would make NULL of it).
 */
import { HomecomingError } from '../../core/errors.ts'
import type { Row, Value } from '../../core/values.ts'
import type { Bound, DriverStatement } from './driver.ts'

/** A parameter of a query: whole numbers go as integers, so that `? / 2` means what it says. */
export function boundParameter(value: unknown): Bound {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return bound(value)
}

/** Rows for a table: SQLite makes integers of whole numbers by the column's type, which is cheaper. */
export function boundRow(row: Row): readonly Bound[] {
  return row.some(needsChange) ? row.map(bound) : (row as readonly Bound[])
}

function needsChange(value: Value | undefined): boolean {
  if (typeof value === 'number') return Number.isNaN(value)
  return typeof value === 'boolean' || typeof value === 'bigint' || value === undefined
}

function bound(value: unknown): Bound {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  if (value instanceof Uint8Array) return value
  throw new HomecomingError('VALUE_REFUSED', `${describe(value)} cannot be stored`, {})
}

const describe = (value: unknown): string => (typeof value === 'object' ? 'an object' : String(value))

/** How the columns of a statement are read. Text and real columns of ours need no look at their values. */
export type ColumnReader = 'as-is' | 'boolean' | 'any'

export function columnReaders(statement: DriverStatement): readonly ColumnReader[] {
  return statement.columns().map(column => readerOf(column.type))
}

function readerOf(declared: string | null): ColumnReader {
  const type = declared?.toUpperCase() ?? ''
  if (type === 'BOOLEAN') return 'boolean'
  return type === 'TEXT' || type === 'REAL' || type === 'SMALLINT' ? 'as-is' : 'any'
}

/** Thrown inward when a value read as number may have lost digits: the statement is read again, exactly. */
export const INEXACT = Symbol('inexact')

/** Reads one value. @throws INEXACT if a number may stand for an integer beyond ±(2^53 - 1) */
export function readValue(value: unknown, reader: ColumnReader): Value {
  if (typeof value === 'number') {
    if (reader === 'boolean') return value === 1 ? true : value === 0 ? false : value
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) throw INEXACT
    return value
  }
  if (value instanceof Uint8Array) return plain(value)
  return value as Value
}

/** The same for a statement that gives every integer as bigint. */
export function readExactValue(value: unknown, reader: ColumnReader): Value {
  if (typeof value === 'bigint') {
    if (reader === 'boolean' && (value === 0n || value === 1n)) return value === 1n
    return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? Number(value) : value
  }
  return value instanceof Uint8Array ? plain(value) : (value as Value)
}

/** The library gives Buffers of their own; a view of the same bytes is no Buffer any more and copies nothing. */
const plain = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
