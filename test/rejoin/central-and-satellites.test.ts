/** SPEC 10, "After a break": central is restored, and its satellites, with travellers of their own, tell it what it has lost. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { buildPrototype } from '../../src/prototype/build.ts'
import { editArea } from '../../src/travel/areas.ts'
import { switchFieldLevel } from '../../src/travel/field-level.ts'
import { restored } from '../../src/travel/restored.ts'
import { verify } from '../../src/travel/verify.ts'
import { EVA, FJORD, KAI, NORDLYS, NORTH, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'
import { backupOfOffice, restoreOffice } from './copies.ts'
import { names } from './holdings.ts'

test('a restored central gets back what its satellite has, also what a traveller of the satellite did', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await ee.exchange()
  await north.exchange()
  backupOfOffice(office)
  office.clock.pass(60)
  await office.desk.insert('contact', { name: 'x by central', associate_id: EVA }, EVA)
  await north.desk.insert('contact', { name: 'x by the satellite', associate_id: EVA }, EVA)
  await ee.desk.insert('contact', { name: 'x by ee', associate_id: EVA }, EVA)
  await ee.exchange()
  await north.exchange()
  await north.exchange()
  await ee.exchange()

  await restoreOffice(office)
  expect(await names(office.desk)).toEqual([])
  await north.exchange()
  await ee.exchange()
  await north.exchange()

  for (const desk of [office.desk, north.desk, ee.desk])
    expect(await names(desk)).toEqual(['x by central', 'x by ee', 'x by the satellite'])
  expect((await verify(office.site, north.site)).differences).toEqual([])
  expect((await verify(north.site, ee.site)).differences).toEqual([])
})

test('field by field, what a restored central says beside what its satellite tells it again reaches travellers too', async () => {
  await using office = await openAtHome()
  await switchFieldLevel(office.site, 'contact', true)
  await buildPrototype(office.site, 0)
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  const admin = await office.leave('admin')
  backupOfOffice(office)
  await admin.desk.update('contact', NORDLYS, { department: 'ships' })
  for (const place of [admin, north, ee]) await place.exchange()

  office.clock.pass(60)
  await restoreOffice(office, { told: false })
  await restored(office.site)
  await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' })
  for (const place of [north, ee, north, ee]) await place.exchange()

  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS', department: 'ships' })
  expect((await verify(north.site, ee.site)).differences).toEqual([])
  expect(await ee.desk.rows(sql`select * from hc_difference`)).toEqual([])
})

test('what nobody has ever changed comes back to a restored central as no change', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.exchange()
  backupOfOffice(office)
  await editArea(office.site, NORTH, { include: [KAI] }, 1)
  await north.exchange()
  expect(await north.desk.get('contact', FJORD)).toMatchObject({ name: 'Fjord' })

  office.clock.pass(60)
  await restoreOffice(office, { told: false })
  await restored(office.site)
  for (let round = 0; round < 2; round++) await north.exchange()
  const changes = await office.desk.rows(
    sql`select maker_position from hc_version where tablenumber = 5 and record_id = ${FJORD}`,
  )
  expect(changes).toEqual([])
})
