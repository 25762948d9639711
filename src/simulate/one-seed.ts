/** One seed: lived, and made shorter where it fails. What a worker does again and again. */
import type { SeedResult } from './report.ts'
import { type History, historyOf, liveHistory, type Outcome } from './seed.ts'
import { shrink, stepsAt } from './shrink.ts'
import type { Adapters } from './world.ts'

export interface Asked {
  readonly seed: number
  readonly steps: number
  readonly world: string
  /** Indices of the steps to take; absent: all. */
  readonly keep?: readonly number[]
  /** A server for the databases of central and satellites. */
  readonly server?: string
  /** Where the folders of worlds are made; absent: where there is room in memory. */
  readonly folder?: string
  /** How long a failing history may be made shorter, milliseconds; 0: not at all. */
  readonly shrinkFor: number
}

/** Is told how far a seed is. */
export interface Follower {
  /** Also of the shorter histories. */
  step(step: number): void
  /** The whole one, before it is made shorter. */
  lived(outcome: Outcome): void
}

export async function liveSeed(
  adapters: Adapters,
  { seed, steps, world, keep, shrinkFor }: Asked,
  follower: Follower,
): Promise<SeedResult> {
  const whole = historyOf(seed, steps, world)
  const history = keep ? { ...whole, steps: stepsAt(whole.steps, keep) } : whole
  const lives = (each: History) =>
    liveHistory(adapters, each, { before: async (_, step) => follower.step(step) })
  const outcome = await lives(history)
  follower.lived(outcome)
  if (!outcome.failure || shrinkFor === 0) return { outcome }
  const shrunk = await shrink(history, outcome.failure, lives, shrinkFor)
  const kept = keep ? shrunk.kept.map(index => keep[index]!) : shrunk.kept
  return { outcome, shrunk: { ...shrunk, kept } }
}
