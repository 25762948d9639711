/** One seed: lived, and made shorter where it fails. What a worker does again and again. */
import type { SeedResult } from './report.ts'
import { type History, historyOf, liveHistory } from './seed.ts'
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
  /** How long a failing history may be made shorter, milliseconds; 0: not at all. */
  readonly shrinkFor: number
}

export async function liveSeed(
  adapters: Adapters,
  { seed, steps, world, keep, shrinkFor }: Asked,
): Promise<SeedResult> {
  const whole = historyOf(seed, steps, world)
  const history = keep ? { ...whole, steps: stepsAt(whole.steps, keep) } : whole
  return liveAndShrink(adapters, history, keep, shrinkFor)
}

async function liveAndShrink(
  adapters: Adapters,
  history: History,
  keep: readonly number[] | undefined,
  shrinkFor: number,
): Promise<SeedResult> {
  const outcome = await liveHistory(adapters, history)
  if (!outcome.failure || shrinkFor === 0) return { outcome }
  const shrunk = await shrink(history, outcome.failure, each => liveHistory(adapters, each), shrinkFor)
  const kept = keep ? shrunk.kept.map(index => keep[index]!) : shrunk.kept
  return { outcome, shrunk: { ...shrunk, kept } }
}
