/** SPEC 9, "One of two": a merge at a satellite that is not the last word on the two records. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { verify } from '../../src/travel/verify.ts'
import { EVA, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { type Branch, openBranch } from '../support/branch.ts'
import type { Laptop, Office } from '../support/office.ts'
import { unlike } from '../support/sameness.ts'

type Working = Pick<Office, 'desk'>

const interests = async ({ desk }: Working): Promise<string[]> =>
  (await desk.rows(sql<{ name: string }>`select name from contint order by 1`)).map(({ name }) => name)

async function allIsWell(office: Office, north: Branch, ee: Laptop): Promise<void> {
  for (const each of [office, north, ee]) {
    expect(await each.desk.rows(sql`select record_id from hc_difference`)).toEqual([])
    expect(await each.desk.rows(sql`select record_id from hc_held`)).toEqual([])
  }
  expect(await unlike(office.site, north.site)).toEqual([])
  expect(await unlike(north.site, ee.site)).toEqual([])
  expect(await verify(office.site, north.site)).toMatchObject({ same: true })
}

/** North has merged what everybody knows into a new record of its own. */
async function mergedAtNorth(office: Office) {
  const golf = await office.desk.insert('contint', { name: 'golf' }, 1)
  const north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  const chess = await north.desk.insert('contint', { name: 'chess' }, EVA)
  office.clock.pass(60)
  await ee.desk.update('contint', golf, { name: 'chess' })
  await ee.exchange()
  expect([await interests(north), await interests(ee)]).toEqual([['chess'], ['chess']])
  office.clock.pass(60)
  return { golf, chess, north, ee }
}

test.each(['the office', 'its traveller'])(
  'who deletes a new record of the office’s, into which another one has been merged, has deleted that, too (%s)',
  async who => {
    await using office = await openAtHome()
    const { golf, chess, north, ee } = await mergedAtNorth(office)
    await using _ = north
    if (who === 'the office') await north.desk.delete('contint', chess, EVA)
    else await ee.desk.delete('contint', chess)
    for (let round = 0; round < 3; round++) for (const each of [ee, north]) await each.exchange()

    for (const each of [office, north, ee]) expect(await interests(each)).toEqual([])
    const history = sql`select type, associate_id as who from traveltransactionlog
      where tablenumber = 70 and record_id = ${golf} order by 1`
    expect(await office.desk.rows(history)).toEqual([
      { type: 4352, who: 1 },
      { type: 4864, who: EVA },
    ])
    await allIsWell(office, north, ee)
  },
)

test('an edit at central that is later than such a deletion brings the old record back', async () => {
  await using office = await openAtHome()
  const { golf, chess, north, ee } = await mergedAtNorth(office)
  await using _ = north
  await north.desk.delete('contint', chess, EVA)
  office.clock.pass(60)
  await office.desk.update('contint', golf, { name: 'golf club' }, 1)
  for (let round = 0; round < 3; round++) for (const each of [north, ee]) await each.exchange()

  for (const each of [office, north, ee]) expect(await interests(each)).toEqual(['golf club'])
  await allIsWell(office, north, ee)
  office.clock.pass(60)
  await ee.desk.update('contint', golf, { name: 'minigolf' })
  for (const each of [ee, north]) await each.exchange()
  expect(await interests(office)).toEqual(['minigolf'])
})

test.each([
  ['stands', false],
  ['is deleted, too', true],
])(
  'where central refuses a merge, what was merged below it stands again, whatever became of the other one (it %s)',
  async (_, alsoBelow) => {
    await using office = await openAtHome()
    const golf = await office.desk.insert('contint', { name: 'golf' }, 1)
    const interest = (cinterest_idx: number) =>
      office.desk.insert('contactinterest', { contact_id: NORDLYS, cinterest_idx }, 1)
    const below = await interest(golf)
    await using north = await openBranch(office, 'North')
    await north.build()
    const ee = await north.leave('ee')
    const chess = await office.desk.insert('contint', { name: 'chess' }, 1)
    const other = await interest(chess)
    await north.exchange()
    office.clock.pass(60)
    await ee.desk.update('contint', golf, { name: 'chess' })
    await ee.exchange()
    const all = sql`select contactinterest_id as id, cinterest_idx as interest from contactinterest order by 1`
    expect(await north.desk.rows(all)).toEqual([{ id: other, interest: chess }])
    if (alsoBelow) await office.desk.delete('contactinterest', other, 1)
    await office.desk.delete('contint', chess, 1)
    for (let round = 0; round < 3; round++) for (const each of [north, ee]) await each.exchange()

    for (const each of [office, north, ee]) {
      expect(await interests(each)).toEqual(['golf'])
      expect(await each.desk.rows(all)).toEqual([
        { id: below, interest: golf },
        ...(alsoBelow ? [] : [{ id: other, interest: chess }]),
      ])
    }
    await allIsWell(office, north, ee)
  },
)
