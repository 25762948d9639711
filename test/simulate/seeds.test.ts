/**
 * Seeds: other worlds with every commit, the same ones for the same commit.
 * HOMECOMING_TEST_SEED=7 begins with seed 7; HOMECOMING_TEST_RUNS=5 lives five of them.
 */
import { expect, test } from 'vitest'
import { simulate } from '../../src/index.ts'
import { firstSeed } from '../support/first-seed.ts'

const COUNT = Number(process.env.HOMECOMING_TEST_RUNS ?? 42)
const WORLDS = ['trade', 'fields', 'lists']
const STEPS = 200

const first = firstSeed()
const each = Math.ceil(COUNT / WORLDS.length)
const ranges = WORLDS.map((world, index) => ({
  world,
  first: first + index * each,
  last: first + (index + 1) * each - 1,
}))

test.for(ranges)(
  'all is well in the $world worlds $first to $last, whatever goes wrong there',
  { timeout: 900_000 },
  async ({ world, first, last }) => {
    const { failed, passed } = await simulate({ seeds: [first, last], steps: STEPS, world })
    expect(failed).toEqual([])
    expect(passed).toBe(each)
  },
)
