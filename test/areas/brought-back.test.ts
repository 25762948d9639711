/** What a deletion took away, and a later edit of one field brings back, belongs to its area again (SPEC 7, SPEC 9). */
import { expect, test } from 'vitest'
import { buildPrototype } from '../../src/app/prototypes.ts'
import { keepMembership } from '../../src/areas/upkeep.ts'
import { readLog } from '../../src/log/reader.ts'
import { createArea, editArea } from '../../src/travel/areas.ts'
import { differences } from '../../src/travel/same.ts'
import { verify } from '../../src/travel/verify.ts'
import { openOffice } from '../support/office.ts'
import { laptopReads, laptopSends, officeReads, officeSends } from '../support/steps.ts'
import { CREW, fillShips, secondModel } from './ships.ts'

test('a record that is asked for in full and brought back is in its area again, whatever else its packet brings', async () => {
  await using office = await openOffice({ dictionary: secondModel, fill: fillShips, fieldLevel: ['ship'] })
  const id = 3
  await createArea(office.site, { name: 'North', include: ['ee'], assign: ['ee', 'jo'] })
  await buildPrototype(office.site, 'North')
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await office.desk.delete('ship', id, CREW.admin)
  office.clock.pass(60)
  await ee.desk.update('ship', id, { call_sign: 'LDKF' }, CREW.ee)
  await laptopSends(ee)
  await officeReads(ee)
  await officeSends(ee)
  await laptopReads(ee)
  await ee.desk.insert('ship', { name: 'Belgica', captain_id: CREW.ee }, CREW.ee)
  await ee.exchange()
  await ee.exchange()
  await jo.exchange()

  expect(await office.desk.get('ship', id)).toMatchObject({ name: 'Maud', call_sign: 'LDKF' })
  expect(await jo.desk.get('ship', id)).toMatchObject({ name: 'Maud', call_sign: 'LDKF' })
  expect(await ee.desk.get('ship', id)).toMatchObject({ name: 'Maud', call_sign: 'LDKF' })
})

test('who brings back what was deleted before the area became one of everything keeps it', async () => {
  await using office = await openOffice({ dictionary: secondModel, fill: fillShips, fieldLevel: [] })
  const id = 3
  await createArea(office.site, { name: 'North', include: ['ee'], assign: ['ee'] })
  await buildPrototype(office.site, 'North')
  const ee = await office.leave('ee')
  await office.desk.delete('ship', id, CREW.admin)
  await office.site.db.change(async write => keepMembership(office.site, write, await readLog(write)))
  await editArea(office.site, 'North', { allData: true })
  office.clock.pass(60)
  await ee.desk.update('ship', id, { call_sign: 'LDKF' }, CREW.ee)
  await ee.exchange()
  await ee.exchange()

  expect(await ee.desk.get('ship', id)).toMatchObject({ call_sign: 'LDKF' })
  expect((await verify(office.site, ee.site)).differences).toEqual([])
  expect(await differences(ee.site)).toEqual([])
})

test('what is deleted and made again under its name in one packet, in another area, reaches who is away with that area', async () => {
  await using office = await openOffice({ dictionary: secondModel, fill: fillShips, fieldLevel: ['ship'] })
  const id = 2
  await createArea(office.site, { name: 'North', include: ['ee'], assign: ['jo'] })
  await createArea(office.site, { name: 'West', include: ['jo'], assign: [] })
  await buildPrototype(office.site, 'North')
  const kk = await office.leave('kk')
  const jo = await office.leave('jo')
  await office.desk.update('ship', id, { call_sign: 'LDKF' }, CREW.admin)
  await kk.exchange()
  office.clock.pass(60)
  const before = await kk.desk.get('ship', id)
  await kk.desk.delete('ship', id, CREW.kk)
  await kk.desk.insertAs('ship', id, { name: 'Gjoa', captain_id: CREW.ee, call_sign: 'LXYZ' }, CREW.kk)
  await kk.exchange()
  await jo.exchange()

  expect(before).toMatchObject({ call_sign: 'LDKF' })
  expect(await jo.desk.get('ship', id)).toMatchObject({ name: 'Gjoa', call_sign: 'LXYZ' })
  expect(await differences(jo.site)).toEqual([])
})
