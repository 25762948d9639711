import { sql } from 'kysely'
import { expect, test } from 'vitest'
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
