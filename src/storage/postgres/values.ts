/**
 * Values: between what a record holds and what PostgreSQL sends and takes, which is text for everything but bytes.
 *   integer     -> number within ±(2^53 - 1), bigint beyond, both ways without loss
 *   numeric     -> text, digit by digit; a sum is a number where it is whole
 *   timestamps  -> `2026-11-21T04:05:06Z`, fractions only where there are any
 *   bytea       -> a plain Uint8Array
 * Never:  stores what is no value: NaN, U+0000 and halves of a surrogate pair are refused.
 */
import { HomecomingError } from '../../core/errors.ts'
import type { Value } from '../../core/values.ts'

/** Object ids of the types that are read as something else than text. They are the same on every server. */
export const TYPE = {
  unknown: 0,
  boolean: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  float4: 700,
  float8: 701,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
} as const

/** A parameter as the driver takes it. */
export type Bound = string | Uint8Array | null

export function boundParameter(value: unknown): Bound {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : textOf(value)
}

/** @returns the value as text, as every type of ours reads it. @throws {HomecomingError} VALUE_REFUSED */
export function textOf(value: unknown): string | null {
  if (value === null) return null
  if (typeof value === 'string') return checkedText(value)
  if (typeof value === 'number' && !Number.isNaN(value)) return String(value)
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof Uint8Array)
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
  throw new HomecomingError('VALUE_REFUSED', `${describe(value)} cannot be stored`, {})
}

function checkedText(value: string): string {
  if (value.includes('\0')) {
    throw new HomecomingError('VALUE_REFUSED', 'a text with U+0000 in it cannot be stored in PostgreSQL', {})
  }
  if (!value.isWellFormed()) {
    throw new HomecomingError('VALUE_REFUSED', 'a text with half a character in it cannot be stored', {})
  }
  return value
}

const describe = (value: unknown): string => (typeof value === 'object' ? 'an object' : String(value))

/** A column of a result: its type, and 0 where it is no column of a table but an expression. */
export interface ResultColumn {
  readonly name: string
  readonly dataTypeID: number
  readonly tableID: number
}

export type ColumnReader = (text: string) => Value

/** How a column is read; undefined: the text as it is. */
export function readerOf(column: ResultColumn): ColumnReader | undefined {
  if (column.dataTypeID === TYPE.numeric && column.tableID === 0) return readSum
  return READERS.get(column.dataTypeID)
}

const READERS: ReadonlyMap<number, ColumnReader> = new Map<number, ColumnReader>([
  [TYPE.boolean, text => text === 't'],
  [TYPE.int2, Number],
  [TYPE.int4, Number],
  [TYPE.oid, Number],
  [TYPE.int8, readInteger],
  [TYPE.float4, Number],
  [TYPE.float8, Number],
  [TYPE.bytea, readBytes],
  [TYPE.timestamp, readTime],
  [TYPE.timestamptz, readTime],
])

/** Fifteen digits fit into a number whatever they are. */
function readInteger(text: string): Value {
  if (text.length <= 15) return Number(text)
  const exact = BigInt(text)
  return exact <= Number.MAX_SAFE_INTEGER && exact >= Number.MIN_SAFE_INTEGER ? Number(exact) : exact
}

/** A sum of 64-bit integers is numeric here; elsewhere it is an integer like any other. */
function readSum(text: string): Value {
  return /^-?\d{1,19}$/.test(text) ? readInteger(text) : text
}

function readBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const PLAIN = '2026-11-21 04:05:06+00'.length
const TIME = /^(\S+) (\d\d:\d\d:\d\d(?:\.\d+)?)(?:\+00)?( BC)?$/

/** The connection's zone is UTC. `infinity` stays what it is, and so does an era: `0044-03-15T00:00:00Z BC`. */
function readTime(text: string): string {
  // Most are of this form, and there are many of them.
  if (text.length === PLAIN && text.endsWith('+00')) return `${text.slice(0, 10)}T${text.slice(11, 19)}Z`
  return text.replace(TIME, '$1T$2Z$3')
}
