/** SPEC 6, "Held": what cannot be applied waits, and what comes later on the same record joins it. */
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { verify } from '../../src/travel/verify.ts'
import type { Laptop, Office } from '../support/office.ts'
import { laptopReads, laptopSends, officeReads, officeSends, openNotebook } from '../support/steps.ts'

const heldAt = async ({ desk }: Office | Laptop): Promise<number> => (await desk.rows(queryHeld))[0]!.n

import { sql } from 'kysely'

const queryHeld = sql<{ n: number }>`select count(*) as n from hc_held`
const same = async (office: Office, laptop: Laptop) =>
  expect(await verify(office.site, laptop.site)).toMatchObject({ same: true, differences: [] })

/** The office refuses books that are called so. */
const refuseBooks = (office: Office, title: string) =>
  office.sql(`create trigger app_books before insert on book when new.title = '${title}'
    begin select raise(abort, 'not such a book'); end`)
const allowBooks = (office: Office) => office.sql('drop trigger app_books')

test('a record that waits at a laptop is not put back over its own later state', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const own = await ee.desk.insert('topic', { title: 'alpha' })
  office.clock.pass(60)
  const other = await office.desk.insert('topic', { title: 'alpha' }, 1)
  await officeSends(ee)
  await laptopReads(ee)
  expect(await heldAt(ee)).toBe(1)
  await office.desk.update('topic', other, { title: 'beta' }, 1)
  await officeSends(ee)
  await laptopReads(ee)
  expect(await ee.desk.get('topic', other)).toMatchObject({ title: 'beta' })
  expect(await heldAt(ee)).toBe(0)
  await ee.desk.update('topic', own, { title: 'gamma' })
  await ee.exchange()
  await ee.exchange()

  expect(await ee.desk.get('topic', other)).toMatchObject({ title: 'beta' })
  await same(office, ee)
})

test('a record that waits at a laptop gives way to an edit made there meanwhile, once that is judged', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const own = await ee.desk.insert('topic', { title: 'alpha' })
  office.clock.pass(60)
  await office.desk.update('topic', 1, { title: 'alpha' }, 1)
  await officeSends(ee)
  await laptopReads(ee)
  expect(await heldAt(ee)).toBe(1)
  office.clock.pass(60)
  await ee.desk.update('topic', 1, { title: 'later' })
  await ee.exchange()
  await ee.desk.update('topic', own, { title: 'own' })
  await ee.exchange()
  await ee.exchange()

  expect(await office.desk.get('topic', 1)).toMatchObject({ title: 'later' })
  await same(office, ee)
})

test('a later edit that the office can apply decides for the one that waits too', async () => {
  await using office = await openNotebook()
  await refuseBooks(office, 'bad')
  const ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'bad', owner_id: 2 })
  await ee.exchange()
  await ee.desk.update('book', book, { title: 'better' })
  await ee.exchange()

  expect(await heldAt(office)).toBe(0)
  expect(await conflicts(office.site)).toEqual([])
  await same(office, ee)
  expect((await ee.comeHome()).account).toMatchObject({ made: 2, applied: 2, held: 0 })
})

test('edits of one record that wait together are applied together, the last one stands, nobody overrules himself', async () => {
  await using office = await openNotebook()
  await refuseBooks(office, 'bad')
  const ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'bad', owner_id: 2 })
  await ee.exchange()
  await ee.desk.update('book', book, { owner_id: 3 })
  await ee.exchange()
  await ee.desk.update('book', book, { topic_id: 1 })
  await ee.exchange()
  expect(await ee.desk.rows(sql`select held from hc_ledger where held > 0`)).toHaveLength(3)
  await allowBooks(office)
  await ee.desk.insert('topic', { title: 'any' })
  await ee.exchange()

  expect(await heldAt(office)).toBe(0)
  expect(await office.desk.rows(sql`select owner_id, topic_id from book where title = 'bad'`)).toEqual([
    { owner_id: 3, topic_id: 1 },
  ])
  expect(await conflicts(office.site)).toEqual([])
  await same(office, ee)
  expect((await ee.comeHome()).account).toMatchObject({ made: 4, applied: 4, held: 0 })
})

test('what belongs to a record that waits waits too, also when it comes in a later packet', async () => {
  await using office = await openNotebook()
  await refuseBooks(office, 'bad')
  const ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'bad', owner_id: 2 })
  await ee.exchange()
  await ee.desk.insert('note', { book_id: book, text: 'below' })
  await ee.exchange()
  expect(await heldAt(office)).toBe(2)
  expect(await office.desk.rows(sql`select note_id from note where text = 'below'`)).toEqual([])
  await allowBooks(office)
  await ee.desk.insert('topic', { title: 'any' })
  await ee.exchange()
  await ee.exchange()

  expect(await heldAt(office)).toBe(0)
  await same(office, ee)
  expect((await ee.comeHome()).account).toMatchObject({ made: 3, applied: 3, held: 0 })
})

test('a held edit is counted as held at both ends until it is judged', async () => {
  await using office = await openNotebook()
  await refuseBooks(office, 'bad')
  const ee = await office.leave('ee')
  await ee.desk.insert('book', { title: 'bad', owner_id: 2 })
  await laptopSends(ee)
  await officeReads(ee)
  expect((await ee.comeHome()).account).toMatchObject({ made: 1, applied: 0, held: 1 })
})

test('what waits of a record that is merged meanwhile is judged as an edit of the one that was kept', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  const rivers = await office.desk.insert('topic', { title: 'rivers' }, 1)
  await office.sql(`create trigger app_topics before update on topic when new.title = 'oceans'
    begin select raise(abort, 'not such a topic'); end`)
  await ee.desk.update('topic', 1, { title: 'oceans' })
  await laptopSends(ee)
  await officeReads(ee)
  expect(await heldAt(office)).toBe(1)
  office.clock.pass(60)
  await jo.desk.update('topic', 1, { title: 'rivers' })
  await jo.exchange()
  expect(await office.desk.get('topic', 1)).toBeUndefined()
  await office.sql('drop trigger app_topics')
  for (let round = 0; round < 2; round++) {
    await ee.desk.insert('book', { title: 'Nile', owner_id: 2 })
    for (const laptop of [ee, jo]) await laptop.exchange()
  }

  expect(await heldAt(office)).toBe(0)
  expect(await office.desk.get('topic', 1)).toBeUndefined()
  expect(await office.desk.get('topic', rivers)).toMatchObject({ title: expect.any(String) })
  for (const laptop of [ee, jo]) await same(office, laptop)
})
