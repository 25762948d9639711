/** The hash of a record, from docs/packet-format.md alone: it imports nothing of ours. */
type Value = null | number | string | boolean | Uint8Array

export interface Field {
  readonly derived?: boolean
  /** nil where it has none. */
  readonly usual: Value
}

const times = (x: number, y: number): number => Number((BigInt(x >>> 0) * BigInt(y)) & 0xffffffffn)

/** @returns 16 hex digits. @param row the key first */
export function hashOf(table: number, fields: readonly Field[], row: readonly Value[]): string {
  let a = (0x9e3779b9 ^ table) >>> 0
  let b = (0x85ebca6b ^ table) >>> 0
  for (const word of wordsOf(fields, row)) {
    a = times(a ^ word, 2654435761)
    a = (a ^ (a >>> 15)) >>> 0
    b = times(b ^ word, 1597334677)
    b = (b ^ (b >>> 13)) >>> 0
  }
  const first = stirred(a, b)
  return hex(first === 0 ? 1 : first) + hex(stirred(b, a))
}

function* wordsOf(fields: readonly Field[], row: readonly Value[]): Generator<number> {
  yield row[0] as number
  for (let index = 1; index < fields.length; index++) {
    const { derived, usual } = fields[index]!
    const value = row[index] ?? null
    if (derived || number(value) === number(usual)) continue
    yield index
    yield* wordsIn(number(value))
  }
}

const number = (value: Value): Value => (typeof value === 'boolean' ? Number(value) : value)

function* wordsIn(value: Value): Generator<number> {
  if (value === null) yield -1
  else if (value instanceof Uint8Array) yield* value
  else if (typeof value === 'number' && Number.isInteger(value)) {
    yield Number(BigInt.asIntN(32, BigInt(value)))
    yield Number(BigInt.asIntN(32, BigInt(value) >> 32n))
  } else {
    const text = String(value)
    for (let at = 0; at + 1 < text.length; at += 2)
      yield text.charCodeAt(at) + text.charCodeAt(at + 1) * 0x10000
    yield text.length % 2 === 1 ? text.charCodeAt(text.length - 1) : text.length
  }
}

function stirred(x: number, y: number): number {
  const t = (times(x ^ (x >>> 16), 2246822507) ^ times(y ^ (y >>> 13), 3266489909)) >>> 0
  return (times(t ^ (t >>> 16), 2246822519) ^ (t >>> 13)) >>> 0
}

const hex = (word: number): string => word.toString(16).padStart(8, '0')
