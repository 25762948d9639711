/** SPEC 9, "Time": corrected once, by the first parent that reads the row; the tie is the parent's. */
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { journeyCarrier } from '../../src/app/wire.ts'
import { correctTime } from '../../src/apply/time.ts'
import { receive } from '../../src/travel/receive.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Office, openOffice } from '../support/office.ts'
import { laptopSends, officeReads, openNotebook } from '../support/steps.ts'

const HOUR = 3600

/** Times of the log rows of a record at the office, in the order in which they came there. */
const timesOf = async (office: Office, table: number, record: number): Promise<number[]> =>
  (
    await office.desk.rows(
      sql<{
        t: number
      }>`select ttime as t from traveltransactionlog where tablenumber = ${table} and record_id = ${record}
        order by traveltransactionlog_id`,
    )
  ).map(row => row.t)

const BOOK = 103
const NOTE = 104

test.each([
  ['shifted by the clock difference', 100, { shift: 20, earliest: 0, latest: 500 }, 120],
  ['not before what its maker knew', 100, { shift: 0, earliest: 300, latest: 500 }, 300],
  ['not after the moment of reading', 900, { shift: 0, earliest: 300, latest: 500 }, 500],
  ['shifted first, then bounded', 290, { shift: 20, earliest: 300, latest: 500 }, 310],
])('a time is %s', (_, time, bounds, corrected) => {
  expect(correctTime(time, bounds)).toBe(corrected)
})

test('a clock that is slow cannot make an edit older than what its author had read', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  await ee.exchange()
  const read = office.clock.now()
  ee.desk.skew = -HOUR
  office.clock.pass(60)
  await ee.desk.update('note', 1, { text: 'by ee' })
  await ee.exchange()

  expect(await timesOf(office, NOTE, 1)).toEqual([read])
})

test('a clock that is fast cannot make an edit later than the moment at which it is read', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  office.clock.pass(60)
  ee.desk.skew = HOUR
  await ee.desk.update('book', 1, { title: 'by ee' })
  await ee.exchange()
  const read = office.clock.now()
  office.clock.pass(60)
  await jo.desk.update('book', 1, { title: 'by jo, later' })
  await jo.exchange()

  expect((await timesOf(office, BOOK, 1))[0]).toBe(read)
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by jo, later' })
})

test('where a clock jumps back, what was written before is not later than what was written after', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  ee.desk.skew = HOUR
  await ee.desk.update('note', 1, { text: 'first' })
  ee.desk.skew = 0
  office.clock.pass(1)
  await ee.desk.update('note', 2, { text: 'second' })
  const second = office.clock.now()
  office.clock.pass(600)
  await ee.exchange()

  expect(await timesOf(office, NOTE, 1)).toEqual([second])
  expect(await timesOf(office, NOTE, 2)).toEqual([second])
})

test('a version is never older than the one that it replaces', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  ee.desk.skew = HOUR
  await ee.desk.update('note', 1, { text: 'first' })
  await laptopSends(ee)
  ee.desk.skew = -HOUR
  await ee.desk.update('note', 1, { text: 'second' })
  office.clock.pass(60)
  await ee.exchange()

  expect(await office.desk.get('note', 1)).toMatchObject({ text: 'second' })
  const [version] = await office.desk.rows(
    sql<{ time: number }>`select time from hc_version where tablenumber = ${NOTE}`,
  )
  const times = await timesOf(office, NOTE, 1)
  expect(version!.time).toBe(Math.max(...times))
})

test('an edit that replaces what the office has is taken, whatever the clocks say', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(HOUR)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  await ee.exchange()
  ee.desk.skew = -2 * HOUR
  await ee.desk.update('book', 1, { title: 'by ee' })
  await ee.exchange()

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
  expect(await conflicts(office.site)).toEqual([])
})

test('at a tie the office stands', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  await ee.exchange()

  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'by the office' })
  expect(await conflicts(ee.site)).toMatchObject([{ reason: 'parent-wins-tie', verdict: 'overruled' }])
})

test('a parent and what belongs to it may be edited in the same second', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('note', 1, { text: 'by the office' }, 1)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await ee.desk.update('note', 1, { text: 'by ee' })
  await laptopSends(ee)
  await officeReads(ee)

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
  expect(await office.desk.get('note', 1)).toMatchObject({ text: 'by ee' })
})

test('an edit that is sent once more in full keeps its time, in the log and before its judge', async () => {
  await using office = await openOffice({
    dictionary: notebook,
    fill: fillNotebook,
    fieldLevel: ['book'],
  })
  const ee = await office.leave('ee')
  await office.desk.delete('book', 2)
  office.clock.pass(HOUR)
  const edited = office.clock.now()
  await ee.desk.update('book', 2, { title: 'still here' })
  office.clock.pass(HOUR)
  await ee.exchange()
  office.clock.pass(HOUR)
  await ee.exchange()

  expect(await office.desk.get('book', 2)).toMatchObject({ title: 'still here', owner_id: 3 })
  expect((await timesOf(office, BOOK, 2)).at(-1)).toBe(edited)
  expect(
    await office.desk.rows(sql`select time from hc_version where tablenumber = ${BOOK} and record_id = 2`),
  ).toEqual([{ time: edited }])
})

test('a carrier that measures the difference of the clocks puts an edit where it was made', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  ee.desk.skew = -HOUR
  office.clock.pass(2 * HOUR)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  const made = office.clock.now()
  await laptopSends(ee)
  office.clock.pass(60)
  const folder = journeyCarrier(office.site, join(ee.folder, 'packets'), ee.site.identity)
  await receive(office.site, { ...folder, clockDifference: async () => -HOUR })

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
  expect((await timesOf(office, BOOK, 1)).at(-1)).toBe(made)
})

test('a folder cannot measure it: the edit of a slow clock counts as older', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  ee.desk.skew = -HOUR
  office.clock.pass(2 * HOUR)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await laptopSends(ee)
  await officeReads(ee)

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by the office' })
})
