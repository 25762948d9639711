/**
 * Split by weight: keeps a frame small enough for any reader, whatever people paste into a text field.
 * Blocks are counted in rows; this parts the few that are too heavy.
 */
import type { Row, Value } from '../core/values.ts'

/** What a frame should weigh at most, far below the container's limit: a reader holds one whole. */
export const HEAVY_FRAME = 8 * 1024 * 1024

/** In order, none empty; one item alone may be heavier than `most`. */
export function* splitByWeight<T>(
  items: readonly T[],
  weigh: (item: T) => number,
  most: number = HEAVY_FRAME,
): Generator<T[]> {
  let part: T[] = []
  let weight = 0
  for (const item of items) {
    const more = weigh(item)
    if (part.length > 0 && weight + more > most) {
      yield part
      part = []
      weight = 0
    }
    part.push(item)
    weight += more
  }
  if (part.length > 0) yield part
}

/** About the bytes that a row takes in a frame: exact enough to split by, quick enough to ask for each. */
export function weighRow(row: Row | null): number {
  let weight = 0
  for (const value of row ?? []) weight += weighValue(value)
  return weight
}

function weighValue(value: Value): number {
  if (typeof value === 'string') return value.length * 3 + 5
  return value instanceof Uint8Array ? value.length + 5 : 9
}
