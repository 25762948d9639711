/** What a satellite's traveller did to records that have left the office, and what central says of what the office took (SPEC 9). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { listInbox } from '../../src/travel/inbox.ts'
import { accountOf, ownAccount } from '../../src/travel/ledger.ts'
import { EVA, KAI, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { type Branch, openBranch } from '../support/branch.ts'
import type { Laptop, Office } from '../support/office.ts'

interface Stage extends AsyncDisposable {
  readonly office: Office
  readonly north: Branch
  readonly ee: Laptop
}

/** Central, the office of the North, and Eva on the road from there. */
async function stage(): Promise<Stage> {
  const office = await openAtHome()
  const north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  return {
    office,
    north,
    ee,
    async [Symbol.asyncDispose]() {
      await north[Symbol.asyncDispose]()
      await office[Symbol.asyncDispose]()
    },
  }
}

const inboxOf = ({ site }: Laptop) => site.db.snapshot(read => listInbox(site, read))
const account = (laptop: Laptop) => laptop.site.db.snapshot(ownAccount)

test('an edit of a record that has left the office is passed on, judged at central, and its author hears', async () => {
  await using at = await stage()
  const { office, north, ee } = at
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await north.exchange()
  expect(await north.desk.get('contact', NORDLYS)).toBeUndefined()
  office.clock.pass(60)
  await ee.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  office.clock.pass(60)
  await ee.exchange()
  expect(await account(ee)).toMatchObject({ made: 1, held: 1 })
  expect(await ee.desk.get('contact', NORDLYS)).toBeUndefined()
  await north.exchange()
  // Later than the move, which it had not seen: it wins whole, owner and all.
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS', associate_id: EVA })
  expect(await north.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS' })
  await ee.exchange()
  expect(await account(ee)).toMatchObject({ made: 1, applied: 1, held: 0 })
  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS' })
})

test('an edit that is passed on and loses is told to its author', async () => {
  await using at = await stage()
  const { office, north, ee } = at
  office.clock.pass(60)
  await ee.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  office.clock.pass(60)
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await north.exchange()
  await ee.exchange()
  await north.exchange()
  await ee.exchange()
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys', associate_id: KAI })
  expect(await account(ee)).toMatchObject({ made: 1, overruled: 1, held: 0 })
  expect(await inboxOf(ee)).toMatchObject([{ verdict: 'overruled' }])
})

test('a deletion that is passed on covers what the office edited, and that is kept: its author had not seen it', async () => {
  await using at = await stage()
  const { office, north, ee } = at
  const phone = await office.desk.insert('phone', { owner_id: NORDLYS, ptype_idx: 1, phone: '1' }, 1)
  await north.exchange()
  await ee.exchange()
  office.clock.pass(60)
  await north.desk.update('phone', phone, { phone: '2' }, EVA)
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await north.exchange()
  office.clock.pass(60)
  await ee.desk.delete('contact', NORDLYS, EVA)
  await ee.exchange()
  await north.exchange()

  expect(await office.desk.get('phone', phone)).toBeUndefined()
  const lost = (await conflicts(office.site)).filter(({ table }) => table === 'phone')
  expect(lost).toMatchObject([{ record: phone, reason: 'owner-deleted' }])
})

test('what the office took and central overruled is overruled for its author too', async () => {
  await using at = await stage()
  const { office, north, ee } = at
  office.clock.pass(60)
  await ee.desk.update('contact', NORDLYS, { name: 'from the road' }, EVA)
  office.clock.pass(60)
  await ee.exchange()
  expect(await account(ee)).toMatchObject({ made: 1, applied: 1 })
  await office.desk.update('contact', NORDLYS, { name: 'from central' }, 1)
  await north.exchange()
  expect(await north.desk.get('contact', NORDLYS)).toMatchObject({ name: 'from central' })
  await ee.exchange()
  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'from central' })
  expect(await account(ee)).toMatchObject({ made: 1, applied: 0, overruled: 1 })
  expect(await inboxOf(ee)).toMatchObject([{ verdict: 'overruled' }])
  expect(await north.site.db.snapshot(read => accountOf(read, 1))).toMatchObject({ made: 1, overruled: 1 })
})

test('the log keeps author and time of the first parent over both links', async () => {
  await using at = await stage()
  const { office, north, ee } = at
  office.clock.pass(60)
  const when = office.clock.now()
  const id = await ee.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  office.clock.pass(600)
  await north.desk.update('contact', NORDLYS, { name: 'at the office' }, EVA)
  await ee.exchange()
  office.clock.pass(600)
  await north.exchange()
  const rows = await office.desk.rows<{ time: number; who: number; record: number; type: number }>(
    sql`select ttime as time, associate_id as who, record_id as record, type
      from traveltransactionlog where tablenumber = 5 and type = 4352`,
  )
  expect(rows).toMatchObject([{ time: when, who: EVA }])
  expect(rows[0]!.record >>> 24).toBe(1)
  expect(id >>> 24).toBe(0x7e)
})

test('an edit of what its author and central both know is no conflict when it is passed on: what it replaces comes with it', async () => {
  await using at = await stage()
  const { office, north, ee } = at
  const person = await office.desk.insert('person', { contact_id: NORDLYS, lastname: 'Berg' }, 1)
  await north.exchange()
  await ee.exchange()
  office.clock.pass(60)
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await north.exchange()
  await ee.desk.update('person', person, { lastname: 'Berg by ee' }, EVA)
  for (const each of [ee, north, ee]) await each.exchange()

  expect(await office.desk.get('person', person)).toMatchObject({ lastname: 'Berg by ee' })
  expect(await office.desk.rows(sql`select * from hc_conflict`)).toEqual([])
  expect(await account(ee)).toMatchObject({ made: 1, applied: 1, held: 0 })
})
