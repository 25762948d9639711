/** Rounds: the first of each key, then the second of each, and so on. What is about one record comes one after the other. */
export function inRounds<T>(all: readonly T[], keyOf: (one: T) => number): T[][] {
  const rounds: T[][] = []
  const times = new Map<number, number>()
  for (const one of all) {
    const round = times.get(keyOf(one)) ?? 0
    times.set(keyOf(one), round + 1)
    const into = rounds[round] ?? []
    rounds[round] = into
    into.push(one)
  }
  return rounds
}
