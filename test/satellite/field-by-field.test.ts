/** Field by field over three tiers: what an office makes, and what it hands on (SPEC 9). */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { journeyCarrier } from '../../src/app/wire.ts'
import { verifyDeep } from '../../src/travel/deep.ts'
import { switchFieldLevel } from '../../src/travel/field-level.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { receive } from '../../src/travel/receive.ts'
import { differences } from '../../src/travel/same.ts'
import { sendDwn, sendUp } from '../../src/travel/send.ts'
import { EVA, KAI, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

test('a record that an office made, showed to its travellers and changed before it told central is in no conflict with itself', async () => {
  await using office = await openAtHome()
  await switchFieldLevel(office.site, 'contact', true)
  await using north = await openBranch(office, 'North')
  const contact = await north.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await north.build()
  office.clock.pass(60)
  await north.desk.update('contact', contact, { department: 'fish' }, EVA)
  await north.exchange()
  office.clock.pass(60)
  await north.desk.update('contact', contact, { name: 'Skrei AS' }, EVA)
  await north.exchange()

  expect(await conflicts(office.site)).toEqual([])
  expect(await office.desk.get('contact', contact)).toMatchObject({ name: 'Skrei AS', department: 'fish' })
})

test('a record that central puts back reaches the travellers of an office with all its values', async () => {
  await using office = await openAtHome()
  await switchFieldLevel(office.site, 'contact', true)
  await using north = await openBranch(office, 'North')
  await north.build()
  await north.desk.delete('contact', NORDLYS, EVA)
  const ee = await north.leave('ee')
  await ee.exchange()
  expect(await ee.desk.get('contact', NORDLYS)).toBeUndefined()
  office.clock.pass(60)
  await office.desk.update('contact', NORDLYS, { department: 'ships' }, 1)
  await north.exchange()
  await ee.exchange()

  expect(await north.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys', department: 'ships' })
  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys', department: 'ships' })
})

test('a field that central changes beside an edit of an office that is still on its way is hashed for its travellers', async () => {
  await using office = await openAtHome()
  await switchFieldLevel(office.site, 'contact', true)
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const carrier = journeyCarrier(north.site, join(north.folder, 'packets'), north.site.identity)
  await north.desk.update('contact', NORDLYS, { department: 'ships' }, EVA)
  await sendUp(north.site, carrier)
  await north.build()
  await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, 1)
  await sendDwn(office.site, 1, carrier)
  await receive(north.site, carrier, undefined, 'parent')

  expect(await north.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS', department: 'ships' })
  expect((await verifyDeep(north.site)).bypassed).toEqual([])
})

for (const whose of ['office', 'traveller'] as const)
  test(`a field that central changes beside an edit of the ${whose}’s that is still on its way reaches the travellers`, async () => {
    await using office = await openAtHome()
    await switchFieldLevel(office.site, 'contact', true)
    await using north = await openBranch(office, 'North')
    await north.exchange()
    await north.build()
    const ee = await north.leave('ee')
    const carrier = journeyCarrier(north.site, join(north.folder, 'packets'), north.site.identity)
    await (whose === 'office' ? north : ee).desk.update('contact', NORDLYS, { department: 'ships' }, EVA)
    await ee.exchange()
    await sendUp(north.site, carrier)
    await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, 1)
    await sendDwn(office.site, 1, carrier)
    await receive(north.site, carrier, undefined, 'parent')
    await ee.exchange()

    expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS', department: 'ships' })
    // Nobody had to be repaired.
    expect(await differences(ee.site)).toEqual([])
  })

test('one field that is passed on brings no deleted record back, for nobody has the others, and its author hears', async () => {
  await using office = await openAtHome()
  await switchFieldLevel(office.site, 'contact', true)
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await north.exchange()
  office.clock.pass(60)
  await office.desk.delete('contact', NORDLYS, 1)
  office.clock.pass(60)
  await ee.desk.update('contact', NORDLYS, { department: 'ships' }, EVA)
  for (const place of [ee, north, ee]) await place.exchange()

  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 1, overruled: 1, held: 0 })
  expect(await office.desk.get('contact', NORDLYS)).toBeUndefined()
})
