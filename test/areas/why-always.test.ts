/** What is said of every record, after any edits, against the reference: who is in, since when, and in whole words. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Membership as Explained } from '../../src/areas/reasons.ts'
import { keepMembership } from '../../src/areas/upkeep.ts'
import { explain, type Why } from '../../src/areas/why.ts'
import { readLog } from '../../src/log/reader.ts'
import { Membership } from '../../src/simulate/reference/membership.ts'
import { type AreaEdit, edit, edits } from '../support/areas/edits.ts'
import type { World } from '../support/history/world.ts'
import { type Office, openOffice } from '../support/office.ts'
import { crmAreasWorld } from '../support/worlds/crm-areas-world.ts'
import { shippingAreasWorld } from '../support/worlds/shipping-areas-world.ts'

const RUNS = Number(process.env.HOMECOMING_TEST_RUNS ?? 8)
const SEED = process.env.HOMECOMING_TEST_SEED
const settings = { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) }

describe.each([shippingAreasWorld, crmAreasWorld])('in the $name', world => {
  test('why says of every record what the rules say, and since when within the log', async () => {
    await fc.assert(
      fc.asyncProperty(edits(30), async history => {
        expect(await wrongAfter(world, history)).toEqual([])
      }),
      settings,
    )
  }, 3_600_000)
})

interface Look {
  readonly membership: Membership
  readonly position: number
}

async function wrongAfter(world: World, history: readonly AreaEdit[]): Promise<string[]> {
  await using office = await openOffice({ dictionary: world.dictionary, fill: site => world.fill(site) })
  let before = await look(office)
  for (const each of history) {
    if (each.kind === 'look') before = await look(office)
    else await edit(office, world, each)
  }
  const after = await look(office)
  return await office.site.db.change(async write => {
    const wrong: string[] = []
    for (const area of after.membership.areas())
      for (const table of office.site.dictionary.prototyped)
        for (const record of after.membership.rows.get(table.name)!.keys()) {
          const question = { area, table: table.name, record, now: office.clock.seconds }
          const answer = await explain(office.site.dictionary, write, question, async () => [])
          wrong.push(...[...faults(answer, before, after)].map(fault => `${answer.sentence}: ${fault}`))
        }
    return wrong
  })
}

const look = (office: Office): Promise<Look> =>
  office.site.db
    .change(async write => {
      const position = await readLog(write)
      await keepMembership(office.site, write, position)
      return position
    })
    .then(async position => ({ membership: await Membership.of(office.site), position }))

function* faults(answer: Why, before: Look, after: Look): Generator<string> {
  const { area, table, record, member, since } = answer
  const was = before.membership.isMember(area.id, table, record)
  if (member !== after.membership.isMember(area.id, table, record)) yield 'the reference says otherwise'
  if (!answer.journalAgrees) yield 'the journal says otherwise'
  if (/undefined|null|NaN|\[object|: ,| {2}/.test(answer.sentence)) yield 'these are no words'
  if (since && since.position > after.position) yield 'it is of the future'
  // A table by area only, and an area with rules before and after: there the journal tells.
  const turned = [before, after].some(({ membership }) => membership.isEverything(area.id))
  const told = member || !mayBeUntold(answer.membership)
  if (!turned && told && was !== member && since && since.position <= before.position)
    yield `it is so only since a position after ${before.position}`
  if (!turned && was !== member && before.membership.rows.get(table)!.has(record) && !since)
    yield 'since when is not said'
}

/** Whoever takes a record off a list, or points at another, leaves no log row about the record that left. */
const mayBeUntold = ({ but }: Explained): boolean =>
  but.some(lack => {
    if (lack.rule === 'listed' || lack.rule === 'reverse') return true
    if (lack.rule === 'ends') return lack.ends.some(({ of }) => of && mayBeUntold(of))
    return lack.rule === 'parent' && lack.of !== undefined && mayBeUntold(lack.of)
  })
