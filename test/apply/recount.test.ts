/** Counts are derived: nobody sends an edit of them, and whoever receives records counts anew (SPEC 11). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Desk, type Office, openOffice } from '../support/office.ts'

const counting = {
  ...notebook,
  tables: notebook.tables.map(table =>
    table.name !== 'book'
      ? table
      : {
          ...table,
          fields: [
            ...table.fields,
            { name: 'notes', type: 'int32', default: 0, derived: { count: 'note', by: 'book_id' } },
          ],
        },
  ),
}

/** Book 1 has two notes, book 2 one; the application has counted them. */
const openCounting = (): Promise<Office> =>
  openOffice({
    dictionary: counting,
    fill: async site => {
      await fillNotebook(site)
      await site.db.change(write =>
        write.run(sql`update book set notes = (select count(*) from note where note.book_id = book.book_id)`),
      )
    },
  })

/** An application that keeps its counters. */
async function addNote(desk: Desk, book: number): Promise<void> {
  await desk.insert('note', { book_id: book, text: 'more' })
  const [row] = await desk.rows(sql<{ n: number }>`select notes as n from book where book_id = ${book}`)
  await desk.update('book', book, { notes: row!.n + 1 })
}

const notesOf = async (desk: Desk, book: number) => (await desk.get('book', book))?.notes

test('both added one: whoever receives counts anew, and the counters are nobody’s edits', async () => {
  await using office = await openCounting()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await addNote(ee.desk, 1)
  await addNote(office.desk, 1)
  await ee.exchange()

  expect([await notesOf(office.desk, 1), await notesOf(ee.desk, 1)]).toEqual([4, 4])
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 1, applied: 1 })
  expect(await conflicts(office.site)).toEqual([])
})

test('a record that comes whole does not bring its author’s count', async () => {
  await using office = await openCounting()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await addNote(office.desk, 1)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await ee.exchange()

  expect([await notesOf(office.desk, 1), await notesOf(ee.desk, 1)]).toEqual([3, 3])
})

test('what is deleted, or moves to another record, is counted where it was and where it is', async () => {
  await using office = await openCounting()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.delete('note', 3)
  await ee.desk.update('note', 1, { book_id: 2 })
  await ee.exchange()

  expect([await notesOf(office.desk, 1), await notesOf(office.desk, 2)]).toEqual([0, 2])
})

test('what goes with a deleted owner, or is turned away, is counted too', async () => {
  await using office = await openCounting()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await addNote(ee.desk, 2)
  office.clock.pass(60)
  await office.desk.delete('book', 2, 1)
  await office.desk.update('note', 2, { book_id: 1 }, 1)
  await office.desk.update('book', 1, { notes: 3 }, 1)
  await ee.exchange()

  expect([await notesOf(office.desk, 1), await notesOf(ee.desk, 1)]).toEqual([3, 3])
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('two edits that differ in a count only are the same edit', async () => {
  await using office = await openCounting()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'the same', notes: 7 })
  await office.desk.update('book', 1, { title: 'the same' }, 1)
  await ee.exchange()

  expect(await conflicts(office.site)).toEqual([])
  expect(await notesOf(office.desk, 1)).toBe(2)
})

test('counting is no change: it is not logged, and it sets off no packet', async () => {
  await using office = await openCounting()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.insert('note', { book_id: 1, text: 'not counted by its application' })
  await ee.exchange()

  expect(await notesOf(office.desk, 1)).toBe(3)
  expect(
    await office.desk.rows(sql`select tablenumber as t, type from traveltransactionlog where type <> 0`),
  ).toEqual([{ t: 104, type: 4352 }])
  expect((await ee.exchange()).sent).toEqual([])
})
