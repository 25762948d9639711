/**
 * Measure: times in milliseconds; ours and the baseline take turns, so that a busy machine is unfair to neither.
 * Where it is too busy for that, processor time of this process stands for the clock (`--cpu`): it leaves out waiting,
 * for the disk too.
 */
import type { Compared } from './row.ts'

let clock = (): number => performance.now()

export function measureProcessorTime(): void {
  clock = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
}

export async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const start = clock()
  await work()
  return clock() - start
}

export function timedNow(work: () => void): number {
  const start = clock()
  work()
  return clock() - start
}

/** @returns the median time of each side; each is given the number of its round, from 0, and measures itself */
export async function inTurns(
  rounds: number,
  ours: (round: number) => Promise<number>,
  baseline: (round: number) => Promise<number>,
): Promise<Compared> {
  const times = { ours: [] as number[], baseline: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    times.baseline.push(await baseline(round))
    times.ours.push(await ours(round))
  }
  return { ours: median(times.ours), baseline: median(times.baseline) }
}

export function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
