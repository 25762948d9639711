/** Random histories of one laptop and a clone of its disk: in whatever order they are heard, exactly one of the two goes on. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { verify } from '../../src/travel/verify.ts'
import type { Laptop, Office } from '../support/office.ts'
import {
  laptopReads,
  laptopSends,
  officeReads,
  officeSends,
  openNotebook,
  packetNames,
  packetsOf,
} from '../support/steps.ts'
import { backupOf, cloneOf, restore } from './copies.ts'

const RUNS = Math.ceil(Number(process.env.HOMECOMING_TEST_RUNS ?? 12) / 6)
const SEED = process.env.HOMECOMING_TEST_SEED
const QUICK = process.env.HOMECOMING_TEST_QUICK ? { endOnFailure: true } : {}

const ACTS = {
  work: async laptop => void (await laptop.desk.insert('book', { title: `${laptop.office.clock.seconds}` })),
  send: laptopSends,
  heard: officeReads,
  answer: officeSends,
  read: laptopReads,
  exchange: laptop => laptop.exchange(),
  lose: loseWhatWaits,
} as const satisfies Record<string, (laptop: Laptop) => Promise<unknown>>

type Act = keyof typeof ACTS

async function loseWhatWaits(laptop: Laptop): Promise<void> {
  for (const name of await packetNames(laptop)) await rm(join(packetsOf(laptop), name))
}

/** Each has a folder of packets of its own, as two machines have. */
interface Step {
  readonly which: 0 | 1
  readonly act: Act | 'backup' | 'restore'
}

const step = (acts: readonly Step['act'][]): fc.Arbitrary<Step> =>
  fc.record({ which: fc.constantFrom(0, 1), act: fc.constantFrom(...acts) })

const OFTEN: readonly Step['act'][] = [
  'work',
  'work',
  'send',
  'heard',
  'answer',
  'read',
  'exchange',
  'exchange',
  'lose',
]

async function live(office: Office, copies: Laptop[], steps: readonly Step[]): Promise<void> {
  const backups: (string | undefined)[] = []
  for (const { which, act } of steps) {
    // Nobody works at two machines in one second.
    office.clock.pass(1)
    const laptop = copies[which]!
    if (act === 'backup') backups[which] = backupOf(laptop, `${laptop.folder}-backup-${which}`)
    else if (act !== 'restore') await ACTS[act](laptop)
    else if (backups[which]) copies[which] = await restore(laptop, backups[which])
  }
}

/** @returns of each copy whether it goes on, once all have heard of each other */
async function whoGoesOn(copies: readonly Laptop[]): Promise<boolean[]> {
  let goOn: boolean[] = []
  for (let round = 0; round < 4; round++) {
    goOn = []
    for (const laptop of copies) {
      await ACTS.work(laptop)
      laptop.office.clock.pass(1)
      const { refused } = await laptop.exchange()
      goOn.push(!refused.some(({ code }) => code === 'LINK_TWIN'))
    }
  }
  return goOn
}

const count = async (site: Laptop | Office): Promise<number> =>
  (await site.desk.rows(sql`select 1 from book`)).length

test.each([
  { what: 'that work and exchange', acts: OFTEN },
  { what: 'of which older copies are put back', acts: [...OFTEN, 'backup', 'restore'] as const },
])(
  'of two copies of a laptop $what one goes on, and the other is refused',
  async ({ acts }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step(acts), { maxLength: 6 }),
        fc.array(step(acts), { minLength: 4, maxLength: 30, size: 'max' }),
        async (before, steps) => {
          await using office = await openNotebook()
          const first = [await office.leave('ee')]
          await live(
            office,
            first,
            before.map(({ act }) => ({ which: 0, act })),
          )
          const copies = [first[0]!, await cloneOf(first[0]!)]
          await live(office, copies, steps)

          const goOn = await whoGoesOn(copies)
          expect(goOn.filter(Boolean)).toHaveLength(1)
          const one = copies[goOn.indexOf(true)]!
          await one.exchange()
          expect(await count(one)).toBe(await count(office))
          expect((await verify(office.site, one.site)).differences).toEqual([])
        },
      ),
      { numRuns: RUNS, ...QUICK, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    )
  },
  3_600_000,
)
