/** Runs: positions or places in a row whose log ids are in a row too. A transaction, or a day, is often one run. */

export interface Run {
  readonly first: number
  readonly count: number
}

/** Neighbours in the list that are neighbours as ids share a run. */
export function runsOf(ids: readonly number[]): Run[] {
  const runs: { first: number; count: number }[] = []
  for (const id of ids) {
    const last = runs.at(-1)
    if (last && last.first + last.count === id) last.count++
    else runs.push({ first: id, count: 1 })
  }
  return runs
}

export const idsIn = (runs: readonly Run[]): number => runs.reduce((sum, { count }) => sum + count, 0)

/** The first `limit` ids of the runs. */
export function firstOf(runs: readonly Run[], limit: number): Run[] {
  const some: Run[] = []
  for (let left = limit, index = 0; left > 0 && index < runs.length; index++) {
    const run = runs[index]!
    const count = Math.min(run.count, left)
    some.push({ first: run.first, count })
    left -= count
  }
  return some
}
