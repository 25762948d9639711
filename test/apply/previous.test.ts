import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { journeyCarrier } from '../../src/app/wire.ts'
import { receive } from '../../src/travel/receive.ts'
import { sendUp } from '../../src/travel/send.ts'
import { OwnerWatch } from '../support/history/log-rules.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

/** The book of a note is to a note what the contact is to an appointment. */
const dictionary = {
  ...notebook,
  tables: notebook.tables.map(table =>
    table.name !== 'note'
      ? table
      : {
          ...table,
          fields: table.fields.map(field =>
            field.name === 'book_id' ? { ...field, role: 'contact' } : field,
          ),
        },
  ),
}

test('the previous contact in a log row is, at each end, the record that has this id there', async () => {
  await using office = await openOffice({ dictionary, fill: fillNotebook })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  const book = await ee.desk.insert('book', { title: 'Rivers' })
  const note = await ee.desk.insert('note', { book_id: book, text: 'delta' })
  await ee.exchange()
  office.clock.pass(60)
  await office.desk.update('note', 4, { book_id: 1 })
  await ee.exchange()

  const previous = sql<{
    previous: number
    record: number
  }>`select prev_record_id as previous, record_id as record
    from traveltransactionlog where type = 10000`
  expect(await office.desk.rows(previous)).toEqual([{ previous: 3, record: 4 }])
  expect(await ee.desk.rows(previous)).toEqual([{ previous: book, record: note }])
})

test('a save that puts somebody else’s owner back is told once, with the owner that was there', async () => {
  await using office = await openOffice({ dictionary, fill: fillNotebook })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('book', 1, { owner_id: 3 }, 1)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'Ships, by ee' })
  await ee.desk.update('book', 2, { title: 'Stars, by ee' })
  await ee.exchange()

  const told = await office.desk.rows(
    sql`select type, record_id as record, prev_record_id as previous from traveltransactionlog
      where origin_id > 0 order by traveltransactionlog_id`,
  )
  expect(told).toEqual([
    { type: 4608, record: 1, previous: 0 },
    { type: 5120, record: 1, previous: 3 },
    { type: 4608, record: 2, previous: 0 },
  ])
})

test('what a save puts back stands among the changes of its author, in the order of their kinds', async () => {
  const owned = {
    ...dictionary,
    tables: dictionary.tables.map(table =>
      table.name === 'note'
        ? {
            ...table,
            fields: [
              ...table.fields,
              {
                name: 'owner_id',
                type: 'id',
                default: 0,
                references: { kind: 'plain', table: 'person' },
                role: 'owner',
              },
            ],
          }
        : table,
    ),
  }
  await using office = await openOffice({ dictionary: owned, fill: fillNotebook })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('note', 1, { owner_id: 3 }, 1)
  office.clock.pass(60)
  await ee.desk.update('note', 1, { book_id: 2 })
  await ee.exchange()

  const told = await office.desk.rows(
    sql`select type, prev_record_id as previous from traveltransactionlog where origin_id > 0 order by traveltransactionlog_id`,
  )
  expect(told).toEqual([
    { type: 4608, previous: 0 },
    { type: 5120, previous: 3 },
    { type: 10000, previous: 1 },
  ])
})

test('who makes a record again that he had deleted has not changed its owner, also where both arrive at once', async () => {
  await using office = await openOffice({ dictionary, fill: fillNotebook })
  const watch = new OwnerWatch(office.desk)
  await watch.start()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  const carrier = journeyCarrier(ee.site, join(ee.folder, 'packets'), ee.site.identity)
  await ee.desk.delete('book', 1)
  await sendUp(ee.site, carrier)
  await ee.desk.insertAs('book', 1, { title: 'Boats', owner_id: 3 })
  await sendUp(ee.site, carrier)
  await receive(office.site, carrier)

  const told = await office.desk.rows(
    sql`select type from traveltransactionlog where tablenumber = ${ee.site.dictionary.table('book').number} and record_id = 1`,
  )
  expect(told).toEqual([{ type: 4864 }, { type: 4352 }])
  expect(await watch.check()).toEqual([])
})
