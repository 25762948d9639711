/** SPEC 9, "The ledger": it counts what was sent, and both ends say the same. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { accountOf } from '../../src/travel/ledger.ts'
import { laptopReads, laptopSends, linkOf, officeReads, officeSends, openNotebook } from '../support/steps.ts'

test('what was created and deleted before it was sent does not travel and counts as applied', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'a thought', owner_id: 2 })
  await ee.desk.delete('book', book)
  await ee.desk.update('note', 1, { text: 'stays' })
  const { account } = await ee.comeHome()

  expect(account).toMatchObject({ made: 2, created: 0, applied: 2 })
  expect(await office.desk.rows(sql`select title from book`)).toHaveLength(2)
  expect(await office.desk.rows(sql`select 1 from traveltransactionlog where tablenumber = 103`)).toEqual([])
})

test('nothing but a thought is nothing to send', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.delete('book', await ee.desk.insert('book', { title: 'a thought', owner_id: 2 }))

  expect(await laptopSends(ee)).toEqual([])
  expect((await ee.comeHome()).account).toMatchObject({ made: 1, applied: 1 })
})

test('several saves of one record are one edit, and a record that was sent counts again', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'one', owner_id: 2 })
  await ee.desk.update('book', book, { title: 'two' })
  await ee.exchange()
  await ee.desk.update('book', book, { title: 'three' })

  expect((await ee.comeHome()).account).toMatchObject({ made: 2, created: 1, applied: 2 })
})

test('a record that was sent and is deleted then is two edits', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'one', owner_id: 2 })
  await laptopSends(ee)
  await ee.desk.delete('book', book)

  expect((await ee.comeHome()).account).toMatchObject({ made: 2, created: 1, applied: 2 })
  expect(await office.desk.rows(sql`select title from book`)).toHaveLength(2)
})

test('until its answer comes an edit is unanswered', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'by ee' })
  await laptopSends(ee)
  const before = await ee.site.db.snapshot(read => accountOf(read, -1))
  await officeReads(ee)
  await officeSends(ee)
  await laptopReads(ee)

  expect(before).toMatchObject({ made: 1, applied: 0, unanswered: 1 })
  const { link_id } = await linkOf(ee)
  const after = await ee.site.db.snapshot(read => accountOf(read, -1))
  expect(after).toMatchObject({ made: 1, applied: 1, unanswered: 0 })
  expect(await office.site.db.snapshot(read => accountOf(read, link_id))).toEqual(after)
})

test('an unsent edit reaches its judge with the values that its author gave it, not with those of a packet read meanwhile', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await officeSends(ee)
  await laptopReads(ee)
  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
  await ee.exchange()

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
})

test('what a laptop passed over, because an edit of its own was on its way, comes again as the answer', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  await officeSends(ee)
  await laptopReads(ee)
  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
  await laptopSends(ee)
  await officeReads(ee)
  await officeSends(ee)
  await laptopReads(ee)

  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'by the office' })
})

test('the author and the time of each edit arrive with it', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'one' })
  const first = office.clock.now()
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'two' })
  const second = office.clock.now()
  office.clock.pass(60)
  await ee.exchange()

  const rows = await office.desk.rows(
    sql`select associate_id as who, ttime as time, type from traveltransactionlog where tablenumber = 103 order by 2`,
  )
  expect(rows).toEqual([
    { who: 2, time: first, type: 4608 },
    { who: 2, time: second, type: 4608 },
  ])
})

test('the previous owner in the log of the office is the one that the office had', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('book', 1, { owner_id: 3 }, 1)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { owner_id: 1 })
  await ee.exchange()

  const rows = await office.desk.rows(
    sql`select prev_record_id as before, associate_id as who from traveltransactionlog where type = 5120 order by traveltransactionlog_id`,
  )
  expect(rows).toEqual([
    { before: 2, who: 1 },
    { before: 3, who: 2 },
  ])
})
