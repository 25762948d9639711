/**
 * Arrays: a column of many rows as one parameter. Whole numbers go as the server itself keeps them, everything else as text.
 * Why: most columns of ours are whole numbers, and a server takes three times as long to read them from text.
 * @source PostgreSQL, array_recv: dimensions, whether there are nulls, type of the elements; then number and first index
 */
import type { Row } from '../../core/values.ts'
import { arrayText } from './array-text.ts'
import { type Bound, TYPE } from './values.ts'

interface IntegerType {
  readonly id: number
  readonly width: 2 | 4 | 8
  /** The highest that fits; of 64 bits, those that a number holds exactly. */
  readonly highest: number
}

const INTEGERS: ReadonlyMap<string, IntegerType> = new Map([
  ['pg_catalog.int2', { id: TYPE.int2, width: 2, highest: 2 ** 15 - 1 }],
  ['pg_catalog.int4', { id: TYPE.int4, width: 4, highest: 2 ** 31 - 1 }],
  ['pg_catalog.int8', { id: TYPE.int8, width: 8, highest: Number.MAX_SAFE_INTEGER }],
])

const HEADER = 20
const LENGTH = 4
const NULL = -1

/** @param type of the column, see Connection.columnTypes; undefined: not known */
export function arrayOf(rows: readonly Row[], column: number, type: string | undefined): Bound {
  const integer = INTEGERS.get(type ?? '')
  return (integer && integers(rows, column, integer)) ?? arrayText(rows, column)
}

/** @returns undefined where something else is among them: the server says then what it thinks of it */
function integers(
  rows: readonly Row[],
  column: number,
  { id, width, highest }: IntegerType,
): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(HEADER + rows.length * (LENGTH + width))
  for (const [index, word] of [1, 1, id, rows.length, 1].entries()) bytes.writeInt32BE(word, index * 4)
  let at = HEADER
  for (const row of rows) {
    const value = row[column]
    if (value === null) {
      at = bytes.writeInt32BE(NULL, at)
      continue
    }
    if (typeof value !== 'number' || !Number.isInteger(value) || value > highest || value < -highest)
      return undefined
    at = bytes.writeInt32BE(width, at)
    if (width === 8) at = bytes.writeInt32BE(Math.floor(value / 2 ** 32), at)
    at = width === 2 ? bytes.writeInt16BE(value, at) : bytes.writeInt32BE(value | 0, at)
  }
  return bytes.subarray(0, at)
}
