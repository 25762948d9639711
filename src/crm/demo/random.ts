/**
 * Random: a tiny seeded generator, so that the same seed gives the same rows on every machine.
 */
export interface Random {
  /** At least 0, below 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  pick<T>(list: readonly T[]): T
  /** The first entries far more often than the last. */
  favour<T>(list: readonly T[]): T
  chance(probability: number): boolean
  shuffle<T>(list: readonly T[]): T[]
}

/** Mulberry32: 32 bits of state, a handful of instructions, good enough for demo data. */
export function seededRandom(seed: number): Random {
  let state = (seed * 0x9e3779b1) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (count: number): number => Math.floor(next() * count)
  return {
    next,
    between: (low, high) => low + below(high - low + 1),
    pick: list => list[below(list.length)]!,
    favour: list => list[Math.floor(next() ** 2 * list.length)]!,
    chance: probability => next() < probability,
    shuffle: list => shuffled(list, below),
  }
}

function shuffled<T>(list: readonly T[], below: (count: number) => number): T[] {
  const result = [...list]
  for (let last = result.length - 1; last > 0; last--) {
    const other = below(last + 1)
    const kept = result[last]!
    result[last] = result[other]!
    result[other] = kept
  }
  return result
}
