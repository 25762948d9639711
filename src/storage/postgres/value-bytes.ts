/**
 * Value bytes: the values of values.ts from the bytes of the text in which the server writes them.
 * Shape: most are whole numbers, texts and times of the usual form, which are read without a text in between.
 */
import type { Value } from '../../core/values.ts'
import { type ColumnReader, type ResultColumn, readerOf, TYPE } from './values.ts'

/** What `toString` comes to in the end, and a third quicker. Node's types leave them out. */
export interface Bytes extends Buffer {
  latin1Slice(start: number, end: number): string
  utf8Slice(start: number, end: number): string
}

export type BytesReader = (bytes: Bytes, start: number, end: number) => Value

export const bytesReaderOf = (column: ResultColumn): BytesReader =>
  READERS.get(column.dataTypeID) ?? throughText(readerOf(column))

const throughText = (read: ColumnReader | undefined): BytesReader =>
  read ? (bytes, start, end) => read(bytes.latin1Slice(start, end)) : readText

const readText = (bytes: Bytes, start: number, end: number): string => bytes.utf8Slice(start, end)

const [MINUS, ZERO, PLUS, T, Z, TRUE] = Buffer.from('-0+TZt') as unknown as Codes
type Codes = readonly [number, number, number, number, number, number]

/** So many digits fit into a number whatever they are. */
const EXACT = 15

/** Digits and perhaps a sign, nothing else. */
function integer(bytes: Bytes, start: number, end: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start
  let number = 0
  for (; at < end; at++) number = number * 10 + bytes[at]! - ZERO
  return bytes[start] === MINUS ? -number : number
}

const readLarge = readerOf({ name: '', dataTypeID: TYPE.int8, tableID: 0 })!
const large = (bytes: Bytes, start: number, end: number): Value =>
  end - start <= EXACT ? integer(bytes, start, end) : readLarge(bytes.latin1Slice(start, end))

const USUAL_TIME = '2026-11-21 04:05:06+00'.length
const DAY = '2026-11-21'.length
const ZONE = '+00'.length
const readOddTime = readerOf({ name: '', dataTypeID: TYPE.timestamptz, tableID: 0 })!

function time(bytes: Bytes, start: number, end: number): Value {
  if (end - start !== USUAL_TIME || bytes[end - ZONE] !== PLUS)
    return readOddTime(bytes.latin1Slice(start, end))
  // The bytes are ours, and nobody reads them again.
  bytes[start + DAY] = T
  bytes[end - ZONE] = Z
  return bytes.latin1Slice(start, end - ZONE + 1)
}

const READERS: ReadonlyMap<number, BytesReader> = new Map<number, BytesReader>([
  [TYPE.boolean, (bytes, start) => bytes[start] === TRUE],
  [TYPE.int2, integer],
  [TYPE.int4, integer],
  [TYPE.oid, integer],
  [TYPE.int8, large],
  [TYPE.timestamp, time],
  [TYPE.timestamptz, time],
])
