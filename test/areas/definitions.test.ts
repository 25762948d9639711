/** Areas that change while people are away with them (SPEC 7). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { writeUpdates } from '../../src/app/journey.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { compareChild } from '../../src/simulate/reference/compare.ts'
import {
  EVA,
  FJORD,
  JON,
  KAI,
  look,
  NORDLYS,
  NORTH,
  openRegions,
  SOUTH,
  settle,
} from '../support/areas/regions.ts'

const include = (area_id: number, associate_id: number) => ({ area_id, associate_id })

test('somebody more is included: all of theirs arrives, with what belongs to it', async () => {
  await using office = await openRegions()
  const person = await office.desk.insert('person', { contact_id: FJORD, lastname: 'Dal' }, 1)
  const ee = await office.leave('ee')
  const row = await office.desk.insert('areauserinclusion', include(NORTH, KAI), 1)
  await settle(ee)
  expect(await ee.desk.get('contact', FJORD)).toMatchObject({ name: 'Fjord' })
  expect(await ee.desk.get('person', person)).toMatchObject({ lastname: 'Dal' })

  await office.desk.delete('areauserinclusion', row, 1)
  await settle(ee)
  expect(await ee.desk.get('contact', FJORD)).toBeUndefined()
  expect(await ee.desk.get('person', person)).toBeUndefined()
})

test('an area left without inclusion stops its link with a code, and empties nobody', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.sql(`delete from areauserinclusion where area_id = ${NORTH}`)

  await expect(ee.exchange()).rejects.toMatchObject({ code: 'AREA_EMPTY' })
  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys' })
  await office.desk.insert('areauserinclusion', include(NORTH, EVA), 1)
  await settle(ee)
  expect(await compareChild(office.site, ee.site, office.clock.seconds)).toEqual([])
})

test('an area that is gone stops its link with a code, and empties nobody', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.sql(`delete from areauserinclusion where area_id = ${NORTH}`)
  await office.sql(`delete from area where area_id = ${NORTH}`)

  await expect(ee.exchange()).rejects.toMatchObject({ code: 'AREA_UNKNOWN' })
  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys' })
})

test('whoever is away with an area that is gone can come home', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await ee.desk.update('contact', NORDLYS, { name: 'Nordlys AS' })
  await office.sql(`delete from areauserinclusion where area_id = ${NORTH}`)
  await office.sql(`delete from area where area_id = ${NORTH}`)

  const { account } = await ee.comeHome()

  expect(account).toMatchObject({ made: 1, applied: 1 })
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS' })
})

test('news are written for all others while one area is stopped, and it is said whose', async () => {
  await using office = await openRegions()
  await office.leave('ee')
  await office.leave('kk')
  await office.desk.update('contact', FJORD, { name: 'Fjord AS' }, 1)
  await office.sql(`delete from areauserinclusion where area_id = ${NORTH}`)

  const sent = await writeUpdates(office.site)

  expect(sent.find(each => each.name === 'ee')).toMatchObject({ code: 'AREA_EMPTY', number: 0 })
  expect(sent.some(each => each.name.startsWith('kk') && each.code === undefined)).toBe(true)
})

test('others go on while one area is stopped', async () => {
  await using office = await openRegions()
  const kk = await office.leave('kk')
  await office.sql(`delete from areauserinclusion where area_id = ${NORTH}`)
  await office.desk.update('contact', FJORD, { name: 'Fjord AS' }, 1)
  await settle(kk)

  expect(await kk.desk.get('contact', FJORD)).toMatchObject({ name: 'Fjord AS' })
})

test('whoever is assigned to another area while away keeps the area that they left with until home', async () => {
  await using office = await openRegions()
  const jo = await office.leave('jo')
  await office.sql(`update areauserassignment set area_id = ${SOUTH} where associate_id = ${JON}`)
  await settle(jo)
  expect(await jo.desk.get('contact', NORDLYS)).toBeDefined()
  expect(await jo.desk.get('contact', FJORD)).toBeUndefined()

  await jo.comeHome()
  const again = await office.leave('jo')
  expect(await again.desk.get('contact', NORDLYS)).toBeUndefined()
  expect(await again.desk.get('contact', FJORD)).toBeDefined()
})

test('an area that becomes one of everything brings the rest, and takes it away when it turns back', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.sql(`update area set alldata = 1 where area_id = ${NORTH}`)
  await settle(ee)
  expect(await ee.desk.get('contact', FJORD)).toBeDefined()

  const unowned = await office.desk.insert('contact', { name: 'nobody', associate_id: 1 }, 1)
  await settle(ee)
  expect(await ee.desk.get('contact', unowned)).toBeDefined()

  await office.sql(`update area set alldata = 0 where area_id = ${NORTH}`)
  await settle(ee)
  expect(await compareChild(office.site, ee.site, office.clock.seconds)).toEqual([])
  expect(await ee.desk.get('contact', unowned)).toBeUndefined()
})

test('who has not heard yet that an area is one of everything has not seen what is below a record that they delete', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  const relation = await office.desk.insert(
    'relations',
    {
      ...{ source_table: 5, source_record: NORDLYS },
      ...{ destination_table: 5, destination_record: FJORD },
    },
    1,
  )
  await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, 1)
  await settle(ee)
  await office.sql(`update area set alldata = 1 where area_id = ${NORTH}`)
  await ee.desk.delete('contact', NORDLYS, EVA)
  await settle(ee)

  expect(await office.desk.get('relations', relation)).toBeUndefined()
  expect(
    await office.desk.rows(sql`select tablenumber as t, record_id as r, reason from hc_conflict`),
  ).toEqual([{ t: 52, r: relation, reason: 'owner-deleted' }])
})

test('what was deleted while an area was one of everything is gone when it turns back', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.sql(`update area set alldata = 1 where area_id = ${NORTH}`)
  await settle(ee)
  await office.desk.delete('contact', FJORD, 1)
  await look(office)
  await office.sql(`update area set alldata = 0 where area_id = ${NORTH}`)
  await settle(ee)

  expect(await ee.desk.get('contact', FJORD)).toBeUndefined()
  expect(await compareChild(office.site, ee.site, office.clock.seconds)).toEqual([])
})

test('who leaves with an older prototype has what the area is now', async () => {
  await using office = await openRegions()
  await office.desk.insert('areauserinclusion', include(NORTH, KAI), 1)
  await office.desk.update('contact', NORDLYS, { associate_id: 1 }, 1)
  const ee = await office.leave('ee')

  expect(await ee.desk.rows(sql`select contact_id as id from contact`)).toEqual([{ id: FJORD }])
})

test('old follow-ups are left out of a prototype; one that changes later travels', async () => {
  await using office = await openRegions()
  await office.sql(`update area set maxdataage = 30 where area_id = ${NORTH}`)
  const appointment = (activedate: string) =>
    office.desk.insert('appointment', { associate_id: EVA, activedate }, 1)
  const [old, young] = [await appointment('2025-06-01T00:00:00Z'), await appointment('2026-01-02T00:00:00Z')]
  await buildPrototype(office.site, NORTH)
  const ee = await office.leave('ee')
  expect(await ee.desk.get('appointment', old)).toBeUndefined()
  expect(await ee.desk.get('appointment', young)).toBeDefined()

  await office.desk.update('appointment', old, { location: 'Oslo' }, 1)
  office.clock.pass(90 * 86_400)
  await settle(ee)
  expect(await ee.desk.get('appointment', old)).toMatchObject({ location: 'Oslo' })
  expect(await ee.desk.get('appointment', young)).toBeDefined()
})

test('what belongs to an old follow-up that gets a new date is there with it', async () => {
  await using office = await openRegions()
  await office.sql(`update area set maxdataage = 30 where area_id = ${NORTH}`)
  const old = await office.desk.insert(
    'appointment',
    { associate_id: EVA, activedate: '2025-06-01T00:00:00Z' },
    1,
  )
  const text = await office.desk.insert('text', { type: 4, owner_id: old, text: 'agenda' }, 1)
  await buildPrototype(office.site, NORTH)
  const ee = await office.leave('ee')
  await office.desk.update('appointment', old, { activedate: '2026-01-04T00:00:00Z' }, 1)
  await settle(ee)

  expect(await ee.desk.get('appointment', old)).toBeDefined()
  expect(await ee.desk.get('text', text)).toMatchObject({ text: 'agenda' })
})
