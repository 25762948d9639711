/**
 * Shrink: a shorter history that is still wrong in the same way.
 * Shape:  off with what came after; then parts are left out, half of it at first, single steps in the end, for as long as
 *         there is time.
 */

import type { Failure } from './live.ts'
import type { History, Outcome } from './seed.ts'
import type { Step } from './steps.ts'

export interface Shrunk {
  readonly history: History
  readonly failure: Failure
  /** Indices of the steps of the history that it was made of. */
  readonly kept: readonly number[]
}

/** What was wrong, without the numbers: the name of the check; of what was seen on the way, the words. */
export function kindOf({ message }: Failure): string {
  const [first = ''] = message.split('; ')
  const [name = '', said = ''] = first.split(': ')
  return name === 'settle' || name === 'error' ? `${name} ${said.replace(/[^ a-z]/gi, '')}`.trim() : name
}

/** @param lives lives a history @param milliseconds after which it is good enough */
export async function shrink(
  history: History,
  failure: Failure,
  lives: (history: History) => Promise<Outcome>,
  milliseconds: number,
): Promise<Shrunk> {
  const until = performance.now() + milliseconds
  let best: Shrunk = only(history, failure, range(failure.step + 1))
  for (let size = Math.ceil(best.kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.kept.length - 1 && performance.now() < until; ) {
      const kept = [...best.kept.slice(0, from), ...best.kept.slice(from + size)]
      const again = await stillFails(history, kept, failure, lives)
      if (again) best = again
      else from += size
    }
  }
  return best
}

async function stillFails(
  history: History,
  kept: readonly number[],
  failure: Failure,
  lives: (history: History) => Promise<Outcome>,
): Promise<Shrunk | undefined> {
  const tried = only(history, failure, kept)
  const outcome = await lives(tried.history)
  if (!outcome.failure || kindOf(outcome.failure) !== kindOf(failure)) return undefined
  return only(history, outcome.failure, kept.slice(0, outcome.failure.step + 1))
}

const only = (history: History, failure: Failure, kept: readonly number[]): Shrunk => ({
  history: { ...history, steps: stepsAt(history.steps, kept) },
  failure,
  kept,
})

export const stepsAt = (steps: readonly Step[], kept: readonly number[]): Step[] =>
  kept.flatMap(index => steps[index] ?? [])

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** "0-3,7". */
export function asRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last && last[1] === number - 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',')
}

/** @returns undefined where it is no list of numbers and ranges, or a range ends before it begins */
export function fromRanges(text: string): number[] | undefined {
  const numbers: number[] = []
  for (const part of text.split(',')) {
    const [, first, last] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part) ?? []
    if (first === undefined) return undefined
    if (Number(last ?? first) < Number(first)) return undefined
    for (let number = Number(first); number <= Number(last ?? first); number++) numbers.push(number)
  }
  return numbers
}
