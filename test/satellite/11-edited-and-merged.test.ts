/** SPEC 9, "One of two": what an office has edited, and merged into another record before central heard of it. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { switchFieldLevel } from '../../src/travel/field-level.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { verify } from '../../src/travel/verify.ts'
import { EVA, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'
import type { Office } from '../support/office.ts'
import { unlike } from '../support/sameness.ts'

const interests = ({ desk }: Pick<Office, 'desk'>) =>
  desk.rows(sql<{ id: number; name: string }>`select contint_id as id, name from contint order by 1`)

test.each(['the office', 'its traveller', 'nobody'])(
  'a merge into a record that everybody knows takes nothing from that, also where what was merged had been edited before by %s',
  async who => {
    await using office = await openAtHome()
    const golf = await office.desk.insert('contint', { name: 'golf' }, 1)
    const chess = await office.desk.insert('contint', { name: 'chess' }, 1)
    await using north = await openBranch(office, 'North')
    await north.build()
    const ee = await north.leave('ee')
    for (const each of [north, ee]) await each.exchange()
    office.clock.pass(60)
    if (who === 'the office') await north.desk.update('contint', chess, { name: 'chess club' }, EVA)
    if (who === 'its traveller') {
      await ee.desk.update('contint', chess, { name: 'chess club' })
      await ee.exchange()
    }
    await north.desk.update('contint', golf, { name: 'sports' }, EVA)
    office.clock.pass(60)
    await ee.desk.update('contint', chess, { name: 'sports' })
    for (let round = 0; round < 3; round++) for (const each of [ee, north]) await each.exchange()

    for (const each of [office, north, ee]) {
      expect(await interests(each)).toEqual([{ id: golf, name: 'sports' }])
      expect(await each.desk.rows(sql`select record_id from hc_difference`)).toEqual([])
    }
    expect(await unlike(office.site, north.site)).toEqual([])
    expect(await unlike(north.site, ee.site)).toEqual([])
    expect(await verify(office.site, north.site)).toMatchObject({ same: true })
    for (const { site } of [north, ee])
      expect(await site.db.snapshot(ownAccount)).toMatchObject({ unanswered: 0, held: 0 })
  },
)

test('what central asks for in full, and the office has merged into another record meanwhile, is no deletion of that', async () => {
  await using office = await openAtHome()
  await switchFieldLevel(office.site, 'contint', true)
  const golf = await office.desk.insert('contint', { name: 'golf' }, 1)
  const chess = await office.desk.insert('contint', { name: 'chess' }, 1)
  await buildPrototype(office.site, 0)
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  for (const each of [north, ee]) await each.exchange()
  await office.desk.delete('contint', chess, 1)
  office.clock.pass(60)
  await north.desk.update('contint', chess, { tooltip: 'with clocks' }, EVA)
  await north.desk.update('contint', golf, { name: 'sports' }, EVA)
  const share = { packets: `${office.folder}/share` }
  await writeUpdates(north.site, share)
  await readUpdates(office.site, share)
  await writeUpdates(office.site, share)
  await readUpdates(north.site, share)
  expect(await north.desk.rows(sql`select record_id from hc_wanted`)).toEqual([{ record_id: chess }])
  office.clock.pass(60)
  await ee.desk.update('contint', chess, { name: 'sports' })
  for (let round = 0; round < 3; round++) for (const each of [ee, north]) await each.exchange()

  for (const each of [office, north, ee]) {
    expect(await interests(each)).toEqual([{ id: golf, name: 'sports' }])
    expect(await each.desk.rows(sql`select record_id from hc_held`)).toEqual([])
  }
  expect(await verify(office.site, north.site)).toMatchObject({ same: true })
})
