/** Shrink: what has nothing to do with a failure is left out. */
import { expect, test } from 'vitest'
import { type History, historyOf, type Outcome } from '../../src/simulate/seed.ts'
import { asRanges, fromRanges, shrink } from '../../src/simulate/shrink.ts'
import { noFaults } from '../../src/simulate/world.ts'

const history = historyOf(3, 40, 'trade')

/** Fails at the last of the two steps that it takes. */
function failingWith(needed: readonly number[]) {
  const wanted = needed.map(index => history.steps[index]!)
  return async ({ steps }: History): Promise<Outcome> => {
    const there = wanted.map(step => steps.indexOf(step))
    const step = Math.max(...there)
    const outcome = { seed: 3, steps: 0, settlings: 0, edits: 0, faults: noFaults(), wide: false, deaths: {} }
    return there.includes(-1) ? outcome : { ...outcome, failure: { step, message: 'ledger: one too many' } }
  }
}

test('the steps that a failure needs are kept, and no others', async () => {
  const lives = failingWith([7, 21])
  const { failure } = await lives(history)
  expect((await shrink(history, failure!, lives, 10_000)).kept).toEqual([7, 21])
})

test('steps are told as ranges, and read again', () => {
  expect(asRanges([0, 1, 2, 3, 7, 9, 10])).toBe('0-3,7,9-10')
  expect(fromRanges('0-3,7,9-10')).toEqual([0, 1, 2, 3, 7, 9, 10])
  expect(fromRanges('0-3,x')).toBeUndefined()
})
