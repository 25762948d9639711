/** SPEC 9, "Deletions": what belongs to a record that was refused shares its fate, however late it comes. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts, held } from '../../src/app/look.ts'
import type { Site } from '../../src/log/site.ts'
import { decideHeld } from '../../src/travel/held.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { verify } from '../../src/travel/verify.ts'
import { sqlAt } from '../support/application.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'
import { laptopSends, officeReads } from '../support/steps.ts'

/** Two books of one title are one too many. */
const oneTitle = {
  ...notebook,
  tables: notebook.tables.map(table =>
    table.name === 'book' ? { ...table, uniqueKeys: [{ fields: ['title'], onCollision: 'reject' }] } : table,
  ),
}

const strict = async (site: Site): Promise<void> => {
  await fillNotebook(site)
  await sqlAt(
    site,
    `create trigger app_strict before insert on book when new.title = 'rude'
      begin select raise(abort, 'mind your words'); end`,
  )
}

test('what is put below a record that an earlier packet brought in vain is rejected with it', async () => {
  await using office = await openOffice({ dictionary: oneTitle, fill: fillNotebook })
  const ee = await office.leave('ee')
  await office.desk.insert('book', { title: 'Rivers', owner_id: 1 }, 1)
  const book = await ee.desk.insert('book', { title: 'Rivers', owner_id: 2 })
  await laptopSends(ee)
  await officeReads(ee)
  await ee.desk.insert('note', { book_id: book, text: 'delta' })
  await ee.exchange()

  expect(await office.desk.rows(sql`select 1 from note where text = 'delta'`)).toEqual([])
  expect(await conflicts(office.site)).toMatchObject([
    { table: 'note', verdict: 'rejected', reason: 'owner-refused' },
    { table: 'book', verdict: 'rejected', reason: 'unique-rejected' },
  ])
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
  expect((await ee.comeHome()).account).toMatchObject({ made: 2, rejected: 2 })
})

test('a record that comes back takes what belongs to it again', async () => {
  await using office = await openOffice({ dictionary: oneTitle, fill: fillNotebook })
  const ee = await office.leave('ee')
  await office.desk.insert('book', { title: 'Rivers', owner_id: 1 }, 1)
  const book = await ee.desk.insert('book', { title: 'Rivers', owner_id: 2 })
  await laptopSends(ee)
  await officeReads(ee)
  await ee.desk.update('book', book, { title: 'Streams' })
  await ee.desk.insert('note', { book_id: book, text: 'delta' })
  await ee.exchange()

  expect(
    await office.desk.rows(sql`select title from book join note using (book_id) where text = 'delta'`),
  ).toEqual([{ title: 'Streams' }])
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
})

test('when an administrator rejects what waits, what waits below it is rejected too, and what comes there later', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: strict })
  const ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'rude', owner_id: 2 })
  await ee.desk.insert('note', { book_id: book, text: 'below' })
  await laptopSends(ee)
  await officeReads(ee)
  const [first] = await held(office.site)
  expect(await decideHeld(office.site, first!.id, 'reject')).toBe('rejected')
  expect(await held(office.site)).toEqual([])

  await ee.desk.insert('note', { book_id: book, text: 'later' })
  await ee.exchange()
  expect(
    await office.desk.rows(sql`select note_id from note where book_id not in (select book_id from book)`),
  ).toEqual([])
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 3, rejected: 3, held: 0 })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
})

test('operations on one record that wait together are rejected together', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: strict })
  const ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'rude', owner_id: 2 })
  await ee.exchange()
  await ee.desk.update('book', book, { owner_id: 3 })
  await ee.exchange()
  const waiting = await held(office.site)
  expect(waiting).toHaveLength(2)
  await decideHeld(office.site, waiting[0]!.id, 'reject')
  await ee.exchange()

  expect(await held(office.site)).toEqual([])
  expect(await ee.desk.get('book', book)).toBeUndefined()
  expect((await ee.comeHome()).account).toMatchObject({ made: 2, rejected: 2, held: 0 })
})

for (const fieldLevel of [[], ['note']])
  test(`whoever edits again what was refused, before hearing of that, is in no conflict with himself (field by field: ${fieldLevel})`, async () => {
    await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel })
    const ee = await office.leave('ee')
    await ee.desk.update('note', 1, { text: 'first' })
    await ee.exchange()
    await office.desk.delete('book', 2, 1)
    await ee.desk.update('note', 1, { book_id: 2, text: 'moved' })
    await laptopSends(ee)
    await officeReads(ee)
    await ee.desk.update('note', 1, { book_id: 1, text: 'moved back' })
    await ee.exchange()

    expect(await conflicts(office.site)).toMatchObject([{ table: 'note', reason: 'owner-deleted' }])
    expect(await office.desk.get('note', 1)).toMatchObject({ book_id: 1, text: 'moved back' })
    expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
  })
