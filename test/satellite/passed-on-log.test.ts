/** What an office passes on for its travellers is told in the log at central, and moves what it has to (SPEC 2, SPEC 9). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { verifyAreas } from '../../src/app/areas.ts'
import { EVA, KAI, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

test('a deletion that an office passes on stands in the log of central, and in no area any more', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  const person = await office.desk.insert('person', { contact_id: NORDLYS, lastname: 'Berg' }, 1)
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await north.exchange()
  office.clock.pass(60)
  await ee.desk.delete('person', person, EVA)
  await ee.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await ee.exchange()
  await north.exchange()

  expect(await office.desk.get('person', person)).toBeUndefined()
  const told = await office.desk.rows(
    sql`select associate_id as who from traveltransactionlog where type = 4864 and tablenumber = 6 and record_id = ${person}`,
  )
  expect(told).toEqual([{ who: EVA }])
  expect((await verifyAreas(office.site)).wrong).toEqual([])
})
