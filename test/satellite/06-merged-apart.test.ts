/** SPEC 9, "One of two", with two parents: central and a satellite merge the same two records, each into the other. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { conflicts } from '../../src/app/look.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { verify } from '../../src/travel/verify.ts'
import { EVA, FJORD, NORDLYS, openAtHome, SOUTH } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'
import type { Office } from '../support/office.ts'
import { unlike } from '../support/sameness.ts'
import { laptopSends, officeReads } from '../support/steps.ts'

type Working = Pick<Office, 'desk'>

const interests = async ({ desk }: Working): Promise<string[]> =>
  (await desk.rows(sql<{ name: string }>`select name from contint order by 1`)).map(({ name }) => name)

async function interestOf({ desk }: Working, name: string): Promise<number> {
  const [row] = await desk.rows(
    sql<{ id: number }>`select contint_id as id from contint where name = ${name}`,
  )
  return row!.id
}

const isInterested = ({ desk }: Working, contact_id: number, cinterest_idx: number): Promise<number> =>
  desk.insert('contactinterest', { contact_id, cinterest_idx }, 1)

test.each(['the satellite', 'central'])(
  'two records that central and a satellite have merged, each into the other, become the one that central has kept (%s speaks first)',
  async first => {
    await using office = await openAtHome()
    await buildPrototype(office.site, SOUTH)
    const kk = await office.leave('kk')
    const golf = await office.desk.insert('contint', { name: 'golf' }, 1)
    await using north = await openBranch(office, 'North')
    await north.build()
    const ee = await north.leave('ee')
    const own = await kk.desk.insert('contint', { name: 'chess' })
    await laptopSends(kk)
    await officeReads(kk)
    const chess = await interestOf(office, 'chess')
    for (const contact of [NORDLYS, FJORD])
      for (const interest of [golf, chess]) await isInterested(office, contact, interest)
    await north.exchange()

    office.clock.pass(60)
    await kk.desk.update('contint', own, { name: 'golf' })
    await ee.desk.update('contint', golf, { name: 'chess' })
    await kk.exchange()
    await ee.exchange()
    expect([await interestOf(office, 'golf'), await interests(office)]).toEqual([golf, ['golf']])
    expect([await interestOf(north, 'chess'), await interests(north)]).toEqual([chess, ['chess']])
    if (first === 'central') {
      await writeUpdates(office.site, { packets: `${office.folder}/share` })
      await readUpdates(north.site, { packets: `${office.folder}/share` })
    }
    for (let round = 0; round < 3; round++) for (const each of [north, ee, kk]) await each.exchange()

    for (const each of [office, north, ee, kk]) {
      expect([await interestOf(each, 'golf'), await interests(each)]).toEqual([golf, ['golf']])
      expect(await each.desk.rows(sql`select record_id from hc_difference`)).toEqual([])
    }
    expect(await verify(office.site, north.site)).toMatchObject({ same: true })
    expect(await unlike(office.site, north.site)).toEqual([])
    expect(await unlike(north.site, ee.site)).toEqual([])
  },
)

test('a merge into a record that central has deleted meanwhile is none: the old one stands, what points at it too, and it is edited as before', async () => {
  await using office = await openAtHome()
  await buildPrototype(office.site, SOUTH)
  const kk = await office.leave('kk')
  const golf = await office.desk.insert('contint', { name: 'golf' }, 1)
  await isInterested(office, NORDLYS, golf)
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await kk.desk.insert('contint', { name: 'golf' })
  await kk.exchange()
  const chess = await office.desk.insert('contint', { name: 'chess' }, 1)
  await north.exchange()

  office.clock.pass(60)
  await ee.desk.update('contint', golf, { name: 'chess' })
  await ee.exchange()
  expect(await north.desk.rows(sql`select cinterest_idx from contactinterest`)).toEqual([
    { cinterest_idx: chess },
  ])
  await office.desk.delete('contint', chess, 1)
  for (let round = 0; round < 3; round++) for (const each of [north, ee]) await each.exchange()

  for (const each of [office, north, ee]) {
    expect([await interestOf(each, 'golf'), await interests(each)]).toEqual([golf, ['golf']])
    expect(await each.desk.rows(sql`select cinterest_idx from contactinterest`)).toEqual([
      { cinterest_idx: golf },
    ])
    expect(await each.desk.rows(sql`select record_id from hc_difference`)).toEqual([])
  }
  expect(await north.desk.rows(sql`select old_id, kept_id from hc_alias`)).toEqual(
    await office.desk.rows(sql`select old_id, kept_id from hc_alias`),
  )
  const history = sql`select type, associate_id as who from traveltransactionlog
    where tablenumber = 70 and record_id = ${chess} order by 1`
  expect(await office.desk.rows(history)).toEqual([
    { type: 4352, who: 1 },
    { type: 4864, who: 1 },
  ])
  office.clock.pass(60)
  await ee.desk.update('contint', golf, { name: 'minigolf' })
  await ee.exchange()
  await north.exchange()
  expect(await office.desk.get('contint', golf)).toMatchObject({ name: 'minigolf' })
})

test.each([true, false])(
  'an edit at central of a record that a satellite merges into another is kept in the journal where the satellite had not seen it (seen: %j)',
  async seen => {
    await using office = await openAtHome()
    const golf = await office.desk.insert('contint', { name: 'golf' }, 1)
    await using north = await openBranch(office, 'North')
    await north.build()
    const ee = await north.leave('ee')
    office.clock.pass(60)
    await office.desk.update('contint', golf, { name: 'golf club' }, 1)
    if (seen) for (const each of [north, ee]) await each.exchange()
    await north.desk.insert('contint', { name: 'chess' }, EVA)
    office.clock.pass(60)
    await ee.desk.update('contint', golf, { name: 'chess' })
    for (let round = 0; round < 2; round++) for (const each of [ee, north]) await each.exchange()
    await ee.exchange()

    for (const each of [office, north, ee]) expect(await interests(each)).toEqual(['chess'])
    const kept = (await conflicts(office.site)).map(
      ({ fields }) => fields.find(f => f.field === 'name')?.mine,
    )
    expect(kept.filter(name => name === 'golf club')).toHaveLength(seen ? 0 : 1)
    for (const each of [office, north, ee])
      expect(await each.desk.rows(sql`select record_id from hc_difference`)).toEqual([])
  },
)
