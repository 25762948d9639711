/** What the classic travel tables say, as docs/parity.md promises to those who read them. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Value } from '../../src/core/values.ts'
import { type Desk, type Laptop, type Office, START } from '../support/office.ts'
import { laptopReads, laptopSends, officeReads, officeSends, openNotebook } from '../support/steps.ts'

type Columns = Record<string, Value>

const only = async (desk: Desk, table: string): Promise<Columns> => {
  const rows = await desk.rows(sql<Columns>`select * from ${sql.table(table)}`)
  expect(rows).toHaveLength(1)
  return rows[0]!
}

const newestLogId = async (desk: Desk): Promise<number> => {
  const [row] = await desk.rows(
    sql<{ id: number }>`select max(traveltransactionlog_id) as id from traveltransactionlog where type <> 0`,
  )
  return row!.id
}

/** ee leaves at START; both edit a minute later. */
async function away(office: Office): Promise<Laptop> {
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'road' })
  await ee.desk.update('note', 1, { text: 'road' })
  await office.desk.update('book', 2, { title: 'office' }, 1)
  office.clock.pass(60)
  return ee
}

test('a child knows when it and central were made, and how its packets are encrypted', async () => {
  await using office = await openNotebook()
  office.clock.pass(60)
  const ee = await office.leave('ee', { mode: 1 })

  expect(await only(ee.desk, 'travelcurrent')).toMatchObject({
    current_generatedtime: START + 60,
    central_generatedtime: START,
    central_id: 0,
    current_id: 2,
    encryptedcomm: 1,
    registered: '2026-01-05T08:01:00Z',
  })
  expect(await only(office.desk, 'travelcurrent')).toMatchObject({
    current_generatedtime: START,
    central_generatedtime: START,
  })
  expect(await only(office.desk, 'traveller')).toMatchObject({ generatedtime: START + 60, encryptedcomm: 1 })
})

test('an UP is recorded at the child and played back at the parent, each with the rows of its own log', async () => {
  await using office = await openNotebook()
  const ee = await away(office)
  await laptopSends(ee)

  expect(await only(ee.desk, 'travelcurrent')).toMatchObject({
    last_recordtime: START + 120,
    first_recordnumber: 1,
    last_recordnumber: await newestLogId(ee.desk),
    last_playbacktime: 0,
  })
  office.clock.pass(60)
  await officeReads(ee)
  expect(await only(office.desk, 'traveller')).toMatchObject({
    last_playbacktime: START + 180,
    last_playbacknumber: await newestLogId(office.desk),
    last_recordtime: START,
    last_recordnumber: 0,
  })
})

test('a DWN is recorded at the parent, and played back at the child by its id in the log of the parent', async () => {
  await using office = await openNotebook()
  const ee = await away(office)
  await officeSends(ee)
  const last = await newestLogId(office.desk)
  await office.desk.update('book', 2, { title: 'later' }, 1)
  office.clock.pass(60)
  await laptopReads(ee)

  expect(await only(office.desk, 'traveller')).toMatchObject({
    last_recordtime: START + 120,
    last_recordnumber: last,
    updated: '2026-01-05T08:02:00Z',
  })
  expect(await only(ee.desk, 'travelcurrent')).toMatchObject({
    last_playbacktime: START + 180,
    last_playbacknumber: last,
  })
})

test('who leaves with an older prototype has what the log said then', async () => {
  await using office = await openNotebook()
  await office.desk.update('book', 2, { title: 'before' }, 1)
  await office.leave('ee')

  expect(await only(office.desk, 'travelgenerateddatabase')).toMatchObject({ lastlogid: 0, state: 0 })
  expect(await only(office.desk, 'traveller')).toMatchObject({ last_recordnumber: 1 })
})

test('a packet covers the log rows that it says, and an acknowledgement covers none', async () => {
  await using office = await openNotebook()
  const ee = await away(office)
  const last = await newestLogId(ee.desk)
  await ee.exchange()

  expect(
    await ee.desk.rows(
      sql`select tranlogfirst_id as first, tranloglast_id as last, recordstatus as status
        from travelgeneratedtransaction order by transmissionnumber`,
    ),
  ).toEqual([
    { first: 1, last, status: 2 },
    { first: 0, last: 0, status: 1 },
  ])
})

test('central exchanges with nobody above it: its own row says so', async () => {
  await using office = await openNotebook()
  const ee = await away(office)
  await ee.exchange()

  expect(await only(office.desk, 'travelcurrent')).toMatchObject({
    last_recordtime: 0,
    last_recordnumber: 0,
    last_playbacktime: 0,
    last_playbacknumber: 0,
  })
})
