/**
 * MessagePack, writing: one value in, its bytes out, in plain MessagePack that any reader understands.
 * Role:   says exactly what it was given: -0, 64-bit integers, text that begins with a byte order mark.
 * Never:  extension types, shared structures, a float for an integer.
 * Why not a library: docs/packet-format.md, "How values are written"; tests read and write against msgpackr.
 */
import { assume } from '../core/errors.ts'

const FIRST_ROOM = 1 << 20
const SHORT_TEXT = 64
const LARGEST_HEADER = 9
const TWO_TO_THE_32 = 2 ** 32
const utf8 = new TextEncoder()

/** One buffer for all values: it grows to the largest and stays. Encoding never waits, so nobody else is in it. */
let bytes = new Uint8Array(FIRST_ROOM)
let view = new DataView(bytes.buffer)
let end = 0

/**
 * Arrays, plain objects (fields that are undefined are left out) and the values of core/values.ts.
 * Text that is no Unicode (a lone surrogate) is written with U+FFFD in its place, as every database does.
 * @returns bytes of its own
 * @throws {BrokenAssumption} for anything else, and for integers beyond 64 bits
 */
export function encode(value: unknown): Uint8Array {
  end = 0
  writeValue(value)
  return bytes.slice(0, end)
}

function writeValue(value: unknown): void {
  makeRoom(LARGEST_HEADER)
  if (typeof value === 'string') writeText(value)
  else if (typeof value === 'number') writeNumber(value)
  else if (value === null) bytes[end++] = 0xc0
  else if (typeof value === 'boolean') bytes[end++] = value ? 0xc3 : 0xc2
  else if (typeof value === 'bigint') writeInteger64(value)
  else if (Array.isArray(value)) writeArray(value)
  else if (value instanceof Uint8Array) writeBytes(value)
  else writeMap(value)
}

function writeText(text: string): void {
  makeRoom(text.length * 3 + 5)
  const guessed = textHeaderLength(text.length)
  const start = end + guessed
  const length = putText(text, start)
  const header = textHeaderLength(length)
  if (header !== guessed) bytes.copyWithin(end + header, start, start + length)
  if (header === 1) bytes[end++] = 0xa0 | length
  else writeLength(length, 0xd9, 0xda, 0xdb)
  end += length
}

function textHeaderLength(length: number): number {
  if (length < 32) return 1
  if (length < 0x100) return 2
  return length < 0x10000 ? 3 : 5
}

/** Short ASCII text is the rule in business data, and a loop is quicker there than the encoder. */
function putText(text: string, start: number): number {
  const length = text.length
  if (length >= SHORT_TEXT) return utf8.encodeInto(text, bytes.subarray(start)).written
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index)
    if (unit >= 0x80) return utf8.encodeInto(text, bytes.subarray(start)).written
    bytes[start + index] = unit
  }
  return length
}

function writeNumber(value: number): void {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) writeDouble(value)
  else if (value >= 0) writeNatural(value)
  else if (value >= -0x20) bytes[end++] = value
  else if (value >= -0x80000000) writeInteger32(value)
  else writeInteger64(BigInt(value))
}

function writeNatural(value: number): void {
  if (value < 0x80) bytes[end++] = value
  else if (value < TWO_TO_THE_32) writeLength(value, 0xcc, 0xcd, 0xce)
  else writeInteger64(BigInt(value))
}

function writeInteger32(value: number): void {
  bytes[end++] = 0xd2
  view.setInt32(end, value)
  end += 4
}

function writeDouble(value: number): void {
  bytes[end++] = 0xcb
  view.setFloat64(end, value)
  end += 8
}

function writeInteger64(value: bigint): void {
  assume(BigInt.asIntN(64, value) === value, `${value} does not fit into 64 bits`)
  bytes[end++] = 0xd3
  view.setBigInt64(end, value)
  end += 8
}

function writeArray(values: readonly unknown[]): void {
  if (values.length < 16) bytes[end++] = 0x90 | values.length
  else writeLength(values.length, undefined, 0xdc, 0xdd)
  for (const value of values) writeValue(value)
}

function writeBytes(value: Uint8Array): void {
  makeRoom(value.length + 5)
  writeLength(value.length, 0xc4, 0xc5, 0xc6)
  bytes.set(value, end)
  end += value.length
}

function writeMap(value: unknown): void {
  const plain = typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
  assume(plain, `no packet can hold a ${typeof value} (${String(value)})`)
  const fields = Object.entries(value as object).filter(([, field]) => field !== undefined)
  if (fields.length < 16) bytes[end++] = 0x80 | fields.length
  else writeLength(fields.length, undefined, 0xde, 0xdf)
  for (const [name, field] of fields) {
    writeText(name)
    writeValue(field)
  }
}

/** An unsigned number in 8, 16 or 32 bits, after the code that says which. */
function writeLength(length: number, code8: number | undefined, code16: number, code32: number): void {
  if (code8 !== undefined && length < 0x100) {
    bytes[end++] = code8
    bytes[end++] = length
  } else if (length < 0x10000) {
    bytes[end++] = code16
    view.setUint16(end, length)
    end += 2
  } else {
    bytes[end++] = code32
    view.setUint32(end, length)
    end += 4
  }
}

function makeRoom(count: number): void {
  if (end + count <= bytes.length) return
  const larger = new Uint8Array(Math.max(bytes.length * 2, end + count))
  larger.set(bytes.subarray(0, end))
  bytes = larger
  view = new DataView(larger.buffer)
}
