/** A receipt about a record outside the child's area tells the outcome, not the values (SPEC 9). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts, inbox } from '../../src/app/look.ts'
import { restoreConflict } from '../../src/travel/conflicts.ts'
import { EVA, KAI, NORDLYS, openRegions, settle } from '../support/areas/regions.ts'
import type { Laptop, Office } from '../support/office.ts'

/** ee renames Nordlys; before that is read, the office does so too, later. */
async function overruled(office: Office, owner: number): Promise<Laptop> {
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('contact', NORDLYS, { name: 'by ee' }, EVA)
  office.clock.pass(60)
  await office.desk.update('contact', NORDLYS, { name: 'secret', associate_id: owner }, 1)
  await settle(ee)
  return ee
}

test('who lost an edit of a record that left the area hears that it lost, and not to what', async () => {
  await using office = await openRegions()
  const ee = await overruled(office, KAI)

  expect(await inbox(ee.site)).toMatchObject([{ table: 'contact', record: NORDLYS, verdict: 'overruled' }])
  const [told] = await conflicts(ee.site)
  expect(told).toMatchObject({ verdict: 'overruled', winner: { associate: 1 }, fields: [] })
  expect(await ee.desk.rows(sql`select base, mine, theirs from hc_conflict`)).toEqual([
    { base: '', mine: '', theirs: '' },
  ])
})

test('it is brought back at the office, where the values are', async () => {
  await using office = await openRegions()
  const ee = await overruled(office, KAI)
  const [lost] = await conflicts(ee.site)
  await expect(restoreConflict(ee.site, lost!.id)).rejects.toMatchObject({ code: 'CONFLICT_OUTSIDE' })
  await restoreConflict(office.site, lost!.id)

  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'by ee', associate_id: KAI })
})

test('within the area everything is told', async () => {
  await using office = await openRegions()
  const ee = await overruled(office, EVA)

  const [told] = await conflicts(ee.site)
  expect(told!.fields).toContainEqual(expect.objectContaining({ mine: 'by ee', theirs: 'secret' }))
})

test('of a deleted record its own edit is told', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('contact', NORDLYS, { name: 'by ee' }, EVA)
  office.clock.pass(60)
  await office.desk.delete('contact', NORDLYS, 1)
  await settle(ee)

  const [told] = await conflicts(ee.site)
  expect(told!.fields).toContainEqual(expect.objectContaining({ field: 'name', mine: 'by ee' }))
})
