/** Records that move between areas, while people are away with them (SPEC 7). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { compareChild } from '../../src/simulate/reference/compare.ts'
import { EVA, FJORD, JON, KAI, look, NORDLYS, openRegions, settle } from '../support/areas/regions.ts'
import type { Laptop, Office } from '../support/office.ts'
import { laptopReads, officeSends } from '../support/steps.ts'

const has = async (laptop: Laptop, table: string, id: number): Promise<boolean> =>
  (await laptop.desk.get(table, id)) !== undefined

const wrongAt = (office: Office, laptop: Laptop): Promise<string[]> =>
  compareChild(office.site, laptop.site, office.clock.seconds)

async function soleContact(office: Office, name: string): Promise<number> {
  const rows = await office.desk.rows(
    sql<{ id: number }>`select contact_id as id from contact where name = ${name}`,
  )
  expect(rows.length).toBe(1)
  return rows[0]!.id
}

/** Nordlys with everything that belongs to it, over several depths: [table, id]. */
async function furnish(office: Office): Promise<[string, number][]> {
  const made: [string, number][] = []
  const insert = async (table: string, values: Record<string, number>): Promise<number> => {
    const id = await office.desk.insert(table, values, 1)
    made.push([table, id])
    return id
  }
  const details = await insert('udcontactsmall', {})
  await office.desk.update('contact', NORDLYS, { userdef_id: details }, 1)
  const person = await insert('person', { contact_id: NORDLYS })
  await insert('phone', { owner_id: person, ptype_idx: 16385 })
  await insert('address', { owner_id: NORDLYS, atype_idx: 1 })
  const sale = await insert('sale', { contact_id: NORDLYS, associate_id: 1 })
  await insert('salestakeholder', { sale_id: sale })
  const appointment = await insert('appointment', { sale_id: sale, associate_id: 1 })
  const document = await insert('document', { appointment_id: appointment })
  await insert('text', { type: 5, owner_id: document })
  return [...made, ['contact', NORDLYS]]
}

test('a company that changes owner takes along its persons, sales, follow-ups, documents, addresses and user-defined rows', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  const kk = await office.leave('kk')
  const all = await furnish(office)
  await settle(ee, kk)
  for (const [table, id] of all)
    expect([table, await has(ee, table, id), await has(kk, table, id)]).toEqual([table, true, false])

  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await settle(ee, kk)
  for (const [table, id] of all)
    expect([table, await has(ee, table, id), await has(kk, table, id)]).toEqual([table, false, true])
})

test('the same when the owner is changed on the road, by somebody who will not have it any more', async () => {
  await using office = await openRegions()
  const all = await furnish(office)
  const ee = await office.leave('ee')
  const kk = await office.leave('kk')
  await ee.desk.update('contact', NORDLYS, { associate_id: KAI }, EVA)
  await settle(ee, kk)

  for (const [table, id] of all)
    expect([table, await has(ee, table, id), await has(kk, table, id)]).toEqual([table, false, true])
  expect(await wrongAt(office, ee)).toEqual([])
  expect(await wrongAt(office, kk)).toEqual([])
})

test('what another rule covers stays', async () => {
  await using office = await openRegions()
  const own = await office.desk.insert('sale', { contact_id: NORDLYS, associate_id: EVA }, 1)
  const others = await office.desk.insert('sale', { contact_id: NORDLYS, associate_id: KAI }, 1)
  const ee = await office.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await settle(ee)

  expect(await has(ee, 'contact', NORDLYS)).toBe(false)
  expect(await has(ee, 'sale', own)).toBe(true)
  expect(await has(ee, 'sale', others)).toBe(false)
})

test('what comes back is there again, with all its values', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI, name: 'Nordlys AS' }, 1)
  await settle(ee)
  await office.desk.update('contact', NORDLYS, { associate_id: EVA }, 1)
  await settle(ee)

  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS', associate_id: EVA })
})

test('what left, was deleted and came back elsewhere under its id leaves all the same', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await look(office)
  await office.desk.delete('contact', NORDLYS, 1)
  await look(office)
  await office.desk.insertAs('contact', NORDLYS, { name: 'again', associate_id: KAI }, 1)
  await settle(ee)

  expect(await has(ee, 'contact', NORDLYS)).toBe(false)
})

test('what left and came back between two exchanges has never been away', async () => {
  await using office = await openRegions()
  const person = await office.desk.insert('person', { contact_id: NORDLYS, lastname: 'Berg' }, 1)
  const ee = await office.leave('ee')
  await ee.desk.update('person', person, { lastname: 'Dal' }, EVA)
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  const kk = await office.leave('kk')
  await kk.exchange()
  await office.desk.update('contact', NORDLYS, { associate_id: EVA }, 1)
  await settle(ee, kk)

  expect(await ee.desk.get('person', person)).toMatchObject({ lastname: 'Dal' })
  expect(await office.desk.get('person', person)).toMatchObject({ lastname: 'Dal' })
  expect(await has(kk, 'person', person)).toBe(false)
})

test('a leave is no deletion: nothing in the log says so, and the record is still at the office', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await settle(ee)
  const home = await ee.comeHome()

  expect(home.account).toMatchObject({ made: 0, overruled: 0 })
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys' })
  expect(
    await office.desk.rows(sql`select * from traveltransactionlog where type = 4864 and tablenumber = 5`),
  ).toEqual([])
})

test('nor does the log of the laptop', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await settle(ee)

  expect(await ee.desk.rows(sql`select * from traveltransactionlog where type = 4864`)).toEqual([])
})

test('a deletion reaches whoever holds the record, and nobody else hears of it', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  const kk = await office.leave('kk')
  await office.desk.delete('contact', NORDLYS, 1)
  await settle(ee, kk)
  const deletions = (laptop: Laptop) =>
    laptop.desk.rows(sql`select record_id as id from traveltransactionlog where type = 4864`)

  expect(await has(ee, 'contact', NORDLYS)).toBe(false)
  expect(await deletions(ee)).toEqual([{ id: NORDLYS }])
  expect(await deletions(kk)).toEqual([])
})

test('the history of a record stays with those who hold the record', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, 1)
  await office.desk.update('contact', FJORD, { name: 'Fjord AS' }, 1)
  await settle(ee)

  expect(
    await ee.desk.rows(sql`select distinct record_id as id from traveltransactionlog where tablenumber = 5`),
  ).toEqual([{ id: NORDLYS }])
})

test('an edit that is on its way keeps its record from leaving, until it is answered', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  office.clock.pass(60)
  await officeSends(ee)
  await ee.desk.update('contact', NORDLYS, { name: 'by Eva', associate_id: KAI }, EVA)
  await laptopReads(ee)
  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'by Eva' })

  await settle(ee)
  expect(await has(ee, 'contact', NORDLYS)).toBe(false)
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'by Eva', associate_id: KAI })
})

test('a record created outside the own area stays until homecoming, and changes by others reach it', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  const local = await ee.desk.insert('contact', { name: 'Sor', associate_id: KAI }, EVA)
  await settle(ee)
  const made = await soleContact(office, 'Sor')
  await office.desk.update('contact', made, { name: 'Sor AS' }, 1)
  await settle(ee)
  expect(await ee.desk.get('contact', local)).toMatchObject({ name: 'Sor AS' })

  await ee.comeHome()
  const again = await office.leave('ee')
  expect(await has(again, 'contact', made)).toBe(false)
})

test('what somebody created stays with them, also where it leaves with the company that it belongs to', async () => {
  await using office = await openRegions()
  const jo = await office.leave('jo')
  const ee = await office.leave('ee')
  const person = await ee.desk.insert('person', { contact_id: NORDLYS, lastname: 'mine' }, EVA)
  await settle(ee, jo)
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await settle(ee, jo)

  expect(await has(ee, 'contact', NORDLYS)).toBe(false)
  expect(await ee.desk.get('person', person)).toMatchObject({ lastname: 'mine', contact_id: NORDLYS })
  expect(await jo.desk.rows(sql`select * from person`)).toEqual([])
})

test('what others put below such a record does not come', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  const local = await ee.desk.insert('contact', { name: 'Sor', associate_id: KAI }, EVA)
  const mine = await ee.desk.insert('person', { contact_id: local, lastname: 'mine' }, EVA)
  await settle(ee)
  const made = await soleContact(office, 'Sor')
  const theirs = await office.desk.insert('person', { contact_id: made, lastname: 'theirs' }, 1)
  await settle(ee)

  expect(await has(ee, 'person', mine)).toBe(true)
  expect(await has(ee, 'person', theirs)).toBe(false)
  expect(await wrongAt(office, ee)).toEqual([])
})

test('what others put below it, and its author deletes without having seen it, is overruled and kept', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  const local = await ee.desk.insert('contact', { name: 'Sor', associate_id: KAI }, EVA)
  await settle(ee)
  const made = await soleContact(office, 'Sor')
  const theirs = await office.desk.insert('person', { contact_id: made, lastname: 'theirs' }, 1)
  await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, 1)
  await settle(ee)
  await ee.desk.delete('contact', local, EVA)
  await settle(ee)

  expect(await office.desk.get('person', theirs)).toBeUndefined()
  expect(
    await office.desk.rows(
      sql`select record_id as id, verdict, reason from hc_conflict where tablenumber = 6`,
    ),
  ).toEqual([{ id: theirs, verdict: 'overruled', reason: 'owner-deleted' }])
})

test('such a record that is deleted goes from its author too', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  const local = await ee.desk.insert('contact', { name: 'Sor', associate_id: KAI }, EVA)
  await settle(ee)
  const made = await soleContact(office, 'Sor')
  await office.desk.delete('contact', made, 1)
  await settle(ee)

  expect(await has(ee, 'contact', local)).toBe(false)
})

test('an edit of a record that has left meanwhile is judged: where it wins whole, the record comes back', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  office.clock.pass(60)
  await ee.desk.update('contact', NORDLYS, { name: 'by Eva' }, EVA)
  await settle(ee)

  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'by Eva', associate_id: EVA })
  expect(await has(ee, 'contact', NORDLYS)).toBe(true)
  expect((await ee.comeHome()).account).toMatchObject({ made: 1, applied: 1 })
})

test('an edit of a record that has left with another is taken, and answered with a leave', async () => {
  await using office = await openRegions()
  const person = await office.desk.insert('person', { contact_id: NORDLYS, lastname: 'Berg' }, 1)
  const ee = await office.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await ee.desk.update('person', person, { lastname: 'Dal' }, EVA)
  await settle(ee)

  expect(await office.desk.get('person', person)).toMatchObject({ lastname: 'Dal' })
  expect(await has(ee, 'person', person)).toBe(false)
  expect((await ee.comeHome()).account).toMatchObject({ made: 1, applied: 1 })
})

test('an older edit of a record that has left meanwhile is overruled, and kept', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await ee.desk.update('contact', NORDLYS, { name: 'by Eva' }, EVA)
  office.clock.pass(60)
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await settle(ee)

  expect(await has(ee, 'contact', NORDLYS)).toBe(false)
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys' })
  const home = await ee.comeHome()
  expect(home.account).toMatchObject({ made: 1, overruled: 1 })
})

test('two travellers of one area get the same news', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await office.desk.update('contact', FJORD, { associate_id: EVA, name: 'Fjord AS' }, 1)
  await ee.desk.insert('person', { contact_id: NORDLYS, lastname: 'Berg' }, EVA)
  await settle(ee, jo, ee)
  const names = (laptop: Laptop) => laptop.desk.rows(sql`select name from contact order by name`)
  const persons = (laptop: Laptop) => laptop.desk.rows(sql`select lastname from person`)

  expect(await names(jo)).toEqual([{ name: 'Fjord AS' }, { name: 'Nordlys' }])
  expect(await names(jo)).toEqual(await names(ee))
  expect(await persons(jo)).toEqual([{ lastname: 'Berg' }])
  expect([...(await wrongAt(office, ee)), ...(await wrongAt(office, jo))]).toEqual([])
})

test('a pointer to a record outside the area keeps its value', async () => {
  await using office = await openRegions()
  const sale = await office.desk.insert('sale', { associate_id: EVA, contact_id: FJORD }, 1)
  const ee = await office.leave('ee')
  await ee.desk.update('sale', sale, { heading: 'by Eva' }, EVA)
  await settle(ee)

  expect(await has(ee, 'contact', FJORD)).toBe(false)
  expect(await ee.desk.get('sale', sale)).toMatchObject({ contact_id: FJORD })
  expect(await office.desk.get('sale', sale)).toMatchObject({ contact_id: FJORD, heading: 'by Eva' })
})

test('per-user rows go where the user is assigned or included', async () => {
  await using office = await openRegions()
  const preference = (owner: number) =>
    office.desk.insert('userpreference', {
      ...{ deflevel: 5, owner_id: owner, prefsection: 'look', prefkey: 'colour' },
    })
  const [jons, kais] = [await preference(JON), await preference(KAI)]
  const ee = await office.leave('ee')

  expect(await has(ee, 'userpreference', jons)).toBe(true)
  expect(await has(ee, 'userpreference', kais)).toBe(false)
})

test('our own companies are everywhere, with their persons', async () => {
  await using office = await openRegions()
  const person = await office.desk.insert('person', { contact_id: FJORD }, 1)
  const ee = await office.leave('ee')
  expect(await has(ee, 'person', person)).toBe(false)
  const own = await office.desk.insert('ownercontactlink', { contact_id: FJORD }, 1)
  await settle(ee)
  expect([await has(ee, 'contact', FJORD), await has(ee, 'person', person)]).toEqual([true, true])
  await office.desk.delete('ownercontactlink', own, 1)
  await settle(ee)
  expect([await has(ee, 'contact', FJORD), await has(ee, 'person', person)]).toEqual([false, false])
})
