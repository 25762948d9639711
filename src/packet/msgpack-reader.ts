/**
 * MessagePack, reading: bytes in, exactly one value out.
 * Role:   takes every standard form of nil, booleans, numbers, text, bytes, arrays and maps, whoever wrote it.
 * Never:  trusts a length, runs generated code, or accepts extension types.
 */

const DEEPEST = 64
/** Beyond this an array grows as its elements come: a header alone cannot take memory. */
const TRUSTED_LENGTH = 0x10000
const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

let bytes: Uint8Array = new Uint8Array()
let view: DataView = new DataView(bytes.buffer)
/** All bytes as text of the same length: ASCII text is cut out of it, far quicker than decoded piece by piece. */
let characters = ''
let position = 0
let depth = 0

/**
 * Integers within ±2^53 come as numbers, beyond that as bigint. Bytes share the memory of `source`; longer texts keep
 * it alive, so copy what outlives the block.
 * @throws {Error} if the source is not exactly one value
 */
export function decode(source: Uint8Array): unknown {
  open(source)
  try {
    const value = readValue()
    if (position !== bytes.length) throw broken('the value ends elsewhere than its bytes')
    return value
  } finally {
    open(new Uint8Array())
  }
}

function open(source: Uint8Array): void {
  bytes = source
  view = new DataView(source.buffer, source.byteOffset, source.byteLength)
  characters = asciiOf(source)
  position = 0
  depth = 0
}

/**
 * One character a byte. Where the highest bit is set it is another character, which nobody looks at; but all of it is
 * ASCII, which decodes at once and into half the memory.
 */
function asciiOf(source: Uint8Array): string {
  if (source.length === 0) return ''
  const words = new Uint32Array(Math.ceil(source.length / 4))
  const copy = new Uint8Array(words.buffer, 0, source.length)
  copy.set(source)
  for (let index = 0; index < words.length; index++) words[index]! &= 0x7f7f7f7f
  return utf8.decode(copy)
}

function readValue(): unknown {
  const code = bytes[position++]!
  if (code < 0x80) return code
  if (code < 0x90) return readMap(code & 0x0f)
  if (code < 0xa0) return readArray(code & 0x0f)
  if (code < 0xc0) return readText(code & 0x1f)
  if (code >= 0xe0) return code - 0x100
  return readCoded(code)
}

function readCoded(code: number): unknown {
  switch (code) {
    case 0xc0:
      return null
    case 0xc2:
      return false
    case 0xc3:
      return true
    case 0xc4:
      return readBytes(take8())
    case 0xc5:
      return readBytes(take16())
    case 0xc6:
      return readBytes(take32())
    case 0xca:
      return view.getFloat32(advance(4))
    case 0xcb:
      return view.getFloat64(advance(8))
    case 0xcc:
      return take8()
    case 0xcd:
      return take16()
    case 0xce:
      return take32()
    case 0xcf:
      return narrowed(view.getBigUint64(advance(8)))
    case 0xd0:
      return view.getInt8(advance(1))
    case 0xd1:
      return view.getInt16(advance(2))
    case 0xd2:
      return view.getInt32(advance(4))
    case 0xd3:
      return narrowed(view.getBigInt64(advance(8)))
    case 0xd9:
      return readText(take8())
    case 0xda:
      return readText(take16())
    case 0xdb:
      return readText(take32())
    case 0xdc:
      return readArray(take16())
    case 0xdd:
      return readArray(take32())
    case 0xde:
      return readMap(take16())
    case 0xdf:
      return readMap(take32())
    default:
      throw broken(`code 0x${code?.toString(16)} has no meaning here`)
  }
}

function narrowed(value: bigint): number | bigint {
  return value >= -SAFE && value <= SAFE ? Number(value) : value
}

function readText(length: number): string {
  const start = advance(length)
  for (let index = start; index < position; index++)
    if (bytes[index]! >= 0x80) return utf8.decode(bytes.subarray(start, position))
  return characters.slice(start, position)
}

function readBytes(length: number): Uint8Array {
  const start = advance(length)
  return bytes.subarray(start, position)
}

function readArray(length: number): unknown[] {
  if (length > bytes.length - position) throw broken('an array is longer than what is left')
  deeper()
  const values: unknown[] = length < TRUSTED_LENGTH ? new Array(length) : []
  for (let index = 0; index < length; index++) values[index] = readValue()
  depth--
  return values
}

function readMap(length: number): Record<string, unknown> {
  deeper()
  const fields: Record<string, unknown> = {}
  for (let index = 0; index < length; index++) {
    const name = readValue()
    if (typeof name !== 'string' || name === '__proto__') throw broken('a field has no proper name')
    fields[name] = readValue()
  }
  depth--
  return fields
}

function deeper(): void {
  depth++
  if (depth > DEEPEST) throw broken('arrays and maps lie too deep in each other')
}

const take8 = (): number => view.getUint8(advance(1))
const take16 = (): number => view.getUint16(advance(2))
const take32 = (): number => view.getUint32(advance(4))

/** Steps over `count` bytes. @returns where they begin */
function advance(count: number): number {
  const start = position
  position += count
  if (position > bytes.length) throw broken('the bytes end in the middle of a value')
  return start
}

const broken = (why: string): Error => new Error(`no MessagePack value: ${why}`)
