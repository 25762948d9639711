/** 2 of 7. On the road every change is noted by the database itself: which record, when, by whom; never the values. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { restoreConflict } from '../../src/travel/conflicts.ts'
import { readStatus } from '../../src/travel/status.ts'
import { openNotebook } from '../support/steps.ts'

const LOG = sql`select type, tablenumber as "table", record_id as record, associate_id as who from traveltransactionlog order by 1`

test('a change through any program is noted, whoever makes it', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.site.db.change(write => write.run(sql`update note set text = 'by plain SQL' where note_id = 1`))

  expect(await ee.desk.rows(LOG)).toEqual([{ type: 4608, table: 104, record: 1, who: 2 }])
})

test('giving a book to somebody else is noted with its owner before', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { owner_id: 3 })

  const rows = await ee.desk.rows(
    sql`select type, prev_record_id as before from traveltransactionlog order by 1`,
  )
  expect(rows).toEqual([
    { type: 4608, before: 0 },
    { type: 5120, before: 2 },
  ])
})

test('a change that is taken back leaves no note', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const undone = ee.site.db.change(async write => {
    await write.run(sql`update book set title = 'never' where book_id = 1`)
    throw new Error('changed my mind')
  })

  await expect(undone).rejects.toThrow('changed my mind')
  expect(await ee.desk.rows(LOG)).toEqual([])
})

test('what is kept at the office only cannot be changed on the road', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')

  await expect(ee.desk.update('person', 3, { login: 'somebody else' })).rejects.toThrow()
})

test('the laptop knows how much it has not sent yet', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'one' })
  await ee.desk.update('book', 1, { title: 'two' })
  await ee.desk.insert('note', { book_id: 1, text: 'new' })

  expect(await readStatus(ee.site)).toMatchObject({ journey: { unsent: 2 } })
})

test('a record that the office gave out comes back under its id, whoever deleted it and however long ago', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.delete('note', 1)
  await office.desk.delete('note', 2)
  await ee.exchange()
  await ee.exchange()
  await ee.desk.insertAs('note', 1, { book_id: 1, text: 'keel again' })
  await ee.desk.insertAs('note', 2, { book_id: 2, text: 'orbit again' })
  await ee.exchange()

  expect(await office.desk.get('note', 1)).toMatchObject({ text: 'keel again' })
  expect(await office.desk.get('note', 2)).toMatchObject({ text: 'orbit again' })
  await expect(ee.desk.insertAs('note', 99, { book_id: 1 })).rejects.toMatchObject({
    code: 'ID_OUT_OF_RANGE',
  })
})

test('an edit that lost against a deletion can be brought back on the road', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('note', 1, { text: 'mine' })
  office.clock.pass(60)
  await office.desk.delete('note', 1)
  await ee.exchange()
  const [lost] = await conflicts(ee.site)
  await restoreConflict(ee.site, lost!.id)
  await ee.exchange()

  expect(await office.desk.get('note', 1)).toMatchObject({ text: 'mine' })
})
