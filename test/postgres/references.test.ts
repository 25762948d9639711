/** Foreign keys of the application: one that does not hold stops its own record, and nothing else. */
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { held } from '../../src/app/look.ts'
import type { Site } from '../../src/log/site.ts'
import { verify } from '../../src/travel/verify.ts'
import { sqlAt } from '../support/application.ts'
import { onPostgres } from '../support/central.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Office, openOffice } from '../support/office.ts'

type Kind = (typeof KINDS)[number]
const KINDS = [
  { on: 'PostgreSQL', keys: '' },
  { on: 'PostgreSQL', keys: 'deferrable' },
  { on: 'SQLite', keys: '' },
  { on: 'SQLite', keys: 'deferrable initially deferred' },
] as const

/** Books point at their best note, and notes at their book. */
const circle = notebook.tables.map(table =>
  table.name === 'book'
    ? {
        ...table,
        fields: [
          ...table.fields,
          { name: 'best_id', type: 'id', nullable: true, references: { kind: 'plain', table: 'note' } },
        ],
      }
    : table,
)
const orders = { forwards: circle, backwards: circle.toReversed() }

async function openWithKeys({ on, keys }: Kind, order: keyof typeof orders): Promise<Office> {
  const dictionary = { ...notebook, tables: orders[order] }
  if (on === 'SQLite') return openOffice({ dictionary, fill: site => fillWithKeys(site, keys), at: onFile })
  const office = await openOffice({ dictionary, fill: fillNotebook, at: onPostgres })
  await office.sql('update book set topic_id = 1')
  await office.sql(`alter table book add foreign key (topic_id) references topic ${keys}`)
  await office.sql(`alter table note add foreign key (book_id) references book ${keys}`)
  await office.sql(`alter table book add foreign key (best_id) references note ${keys}`)
  return office
}

/** SQLite has foreign keys from the beginning of a table. */
async function fillWithKeys(site: Site, keys: string): Promise<void> {
  await sqlAt(site, 'drop table note')
  await sqlAt(site, 'drop table book')
  await sqlAt(
    site,
    `create table book (book_id integer primary key, title text, owner_id int not null default 0,
      topic_id int not null default 1 references topic ${keys}, best_id int references note ${keys})`,
  )
  await sqlAt(
    site,
    `create table note (note_id integer primary key, book_id int references book ${keys}, text text)`,
  )
  await fillNotebook(site, 1)
}

const onFile = async (folder: string): Promise<string> => join(folder, 'central.db')

const countOf = async (office: Office, table: string) =>
  (await office.desk.rows<{ n: number }>(sql`select count(*) as n from ${sql.table(table)}`))[0]?.n

const [ATONCE, LATER, SQLITE, SQLITE_LATER] = KINDS
const CASES = [
  [ATONCE, 'forwards'],
  [ATONCE, 'backwards'],
  [LATER, 'backwards'],
  [SQLITE, 'backwards'],
  [SQLITE_LATER, 'forwards'],
  [SQLITE_LATER, 'backwards'],
] as const

describe.each(CASES)('foreign keys %o, tables %s', (kind, order) => {
  test('new records arrive, whatever stands first in the packet', async () => {
    await using office = await openWithKeys(kind, order)
    const ee = await office.leave('ee')
    const topic = await ee.desk.insert('topic', { title: 'wind' })
    const book = await ee.desk.insert('book', { title: 'Sails', topic_id: topic })
    for (let note = 0; note < 120; note++) await ee.desk.insert('note', { book_id: book, text: `n${note}` })
    await ee.exchange()

    expect(await held(office.site)).toEqual([])
    expect(await countOf(office, 'note')).toBe(123)
    expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
  })

  test('records go together, whatever stands first in the packet', async () => {
    await using office = await openWithKeys(kind, order)
    const ee = await office.leave('ee')
    await ee.desk.delete('note', 2)
    await ee.desk.delete('book', 2)
    await ee.exchange()

    expect(await held(office.site)).toEqual([])
    expect(await office.desk.get('book', 2)).toBeUndefined()
    expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
  })

  test('a pointer at nothing holds its own record', async () => {
    await using office = await openWithKeys(kind, order)
    const ee = await office.leave('ee')
    await office.desk.insert('topic', { title: 'other' })
    await ee.desk.update('book', 1, { topic_id: 4711 })
    await ee.desk.insert('note', { book_id: 2, text: 'beside it' })
    await ee.exchange()

    expect(await held(office.site)).toMatchObject([{ table: 'book', record: 1 }])
    expect(await countOf(office, 'note')).toBe(4)
  })

  test('a record that others still point at stays', async () => {
    await using office = await openWithKeys(kind, order)
    const ee = await office.leave('ee')
    await ee.desk.delete('topic', 1)
    await ee.desk.insert('note', { book_id: 2, text: 'beside it' })
    await ee.exchange()

    expect(await held(office.site)).toMatchObject([{ table: 'topic', record: 1 }])
    expect(await countOf(office, 'note')).toBe(4)
  })

  test('new records that point at each other arrive together', async () => {
    await using office = await openWithKeys(kind, order)
    const ee = await office.leave('ee')
    const book = await ee.desk.insert('book', { title: 'Sails', topic_id: 1 })
    const note = await ee.desk.insert('note', { book_id: book, text: 'best' })
    await ee.desk.update('book', book, { best_id: note })
    await ee.exchange()
    await ee.exchange()

    expect(await held(office.site)).toEqual([])
    expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
    const log = sql`select record_id, type from traveltransactionlog where tablenumber = 103 and origin_id <> 0`
    expect(await office.desk.rows(log)).toHaveLength(2)
  })

  test('what was put below a record meanwhile goes with it', async () => {
    await using office = await openWithKeys(kind, order)
    const ee = await office.leave('ee')
    await office.desk.insert('note', { book_id: 2, text: 'meanwhile' })
    await ee.desk.delete('note', 2)
    await ee.desk.delete('book', 2)
    await ee.exchange()
    await ee.exchange()

    expect(await held(office.site)).toEqual([])
    expect(await office.desk.get('book', 2)).toBeUndefined()
    expect(await countOf(office, 'note')).toBe(2)
    expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
  })

  test('what belongs to a record that waits, waits with it', async () => {
    await using office = await openWithKeys(kind, order)
    const ee = await office.leave('ee')
    const book = await ee.desk.insert('book', { title: 'Sails', topic_id: 4711 })
    await ee.desk.insert('note', { book_id: book, text: 'below' })
    await ee.exchange()
    expect(await held(office.site)).toHaveLength(2)

    await office.sql(`insert into topic (topic_id, title) values (4711, 'wind')`)
    await ee.exchange()
    await ee.desk.insert('note', { book_id: 1, text: 'later' })
    await ee.exchange()

    expect(await held(office.site)).toEqual([])
    expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
  })
})
