import fc from 'fast-check'
import { expect, test } from 'vitest'
import { areaCommands, commands } from '../support/history/commands.ts'
import { live } from '../support/history/life.ts'
import { crmAreasWorld } from '../support/worlds/crm-areas-world.ts'
import { crmWorld } from '../support/worlds/crm-world.ts'
import {
  fieldWorld,
  notebookWorld,
  strictFieldWorld,
  strictLaptopWorld,
  strictWorld,
} from '../support/worlds/notebook-world.ts'
import { shippingAreasWorld, shippingFieldAreasWorld } from '../support/worlds/shipping-areas-world.ts'
import { shippingFieldWorld, shippingWorld } from '../support/worlds/shipping-world.ts'

// Each commit has other histories.
const RUNS = Number(process.env.HOMECOMING_TEST_RUNS ?? (process.env.CI ? 3 : 12))
const SEED = process.env.HOMECOMING_TEST_SEED

test.each([
  notebookWorld,
  fieldWorld,
  strictWorld,
  strictFieldWorld,
  strictLaptopWorld,
  shippingWorld,
  shippingFieldWorld,
  crmWorld,
])(
  'after any history in the $name world everyone holds the same, every edit is accounted for and none is lost',
  async world => {
    await fc.assert(
      fc.asyncProperty(commands(40), async history => {
        expect(await live(world, history)).toEqual([])
      }),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    )
  },
  3_600_000,
)

test.each([shippingAreasWorld, shippingFieldAreasWorld, crmAreasWorld])(
  'after any history in the $name world everyone holds just their area, and what they created',
  async world => {
    await fc.assert(
      fc.asyncProperty(areaCommands(100, world.areas!.assigned.length), async history => {
        expect(await live(world, history)).toEqual([])
      }),
      { numRuns: Math.ceil(RUNS / 2), ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    )
  },
  3_600_000,
)
