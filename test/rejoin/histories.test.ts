/**
 * Random histories in which copies are put back: at rest everyone holds the same, and nothing that arrived is lost.
 * In CI other ones with each commit, and the same ones for the same commit.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstSeed } from '../support/first-seed.ts'
import { restoreCommands } from '../support/history/commands.ts'
import { live } from '../support/history/life.ts'
import { fieldWorld, notebookWorld, strictWorld } from '../support/worlds/notebook-world.ts'
import { shippingFieldWorld, shippingWorld } from '../support/worlds/shipping-world.ts'

const RUNS = Math.ceil(Number(process.env.HOMECOMING_TEST_RUNS ?? (process.env.CI ? 4 : 12)) / 2)
const SEED = process.env.HOMECOMING_TEST_SEED ?? (process.env.CI ? firstSeed() : undefined)
/** While looking for something: no time is spent on shrinking. */
const QUICK = process.env.HOMECOMING_TEST_QUICK ? { endOnFailure: true } : {}

test.each([notebookWorld, fieldWorld, strictWorld, shippingWorld, shippingFieldWorld])(
  'after any history with restored laptops in the $name world everyone holds the same, and nothing that had arrived is lost',
  async world => {
    await fc.assert(
      fc.asyncProperty(restoreCommands(40), async history => {
        expect(await live(world, history)).toEqual([])
      }),
      { numRuns: RUNS, ...QUICK, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    )
  },
  3_600_000,
)

test.each([notebookWorld, fieldWorld, shippingWorld])(
  'after any history with a restored office and restored laptops in the $name world everyone holds the same, and what somebody still has is not lost',
  async world => {
    await fc.assert(
      fc.asyncProperty(restoreCommands(40, 'both'), async history => {
        expect(await live(world, history)).toEqual([])
      }),
      { numRuns: RUNS, ...QUICK, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    )
  },
  3_600_000,
)
