/**
 * Values: what a field of a record may hold, the same on every database and in every packet.
 * Integers within ±2^53 are numbers, beyond that bigint; times are ISO 8601 UTC text; bytes are Uint8Array.
 */
export type Value = null | number | bigint | string | boolean | Uint8Array

/** The fields of one record, in the dictionary's order. Field 0 is the primary key. */
export type Row = readonly Value[]

/** Reads as equal what every database stores as equal: bytes by content, 1n as 1. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a instanceof Uint8Array && b instanceof Uint8Array) return sameBytes(a, b)
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    return (
      a !== null && b !== null && typeof a !== 'string' && typeof b !== 'string' && String(a) === String(b)
    )
  }
  return false
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
