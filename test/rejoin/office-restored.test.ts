/** SPEC 10, "After a break": the office is restored from an older copy while people are away. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { exchange } from '../../src/app/journey.ts'
import { verifyDeep } from '../../src/travel/deep.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { restored } from '../../src/travel/restored.ts'
import { differences as found } from '../../src/travel/same.ts'
import { readStatus } from '../../src/travel/status.ts'
import { verify } from '../../src/travel/verify.ts'
import type { Laptop, Office } from '../support/office.ts'
import {
  laptopReads,
  laptopSends,
  officeReads,
  officeSends,
  openNotebook,
  packetsOf,
} from '../support/steps.ts'
import { backupOfOffice, restoreOffice } from './copies.ts'
import { titles } from './holdings.ts'

const differences = async (office: Office, laptop: Laptop) =>
  (await verify(office.site, laptop.site)).differences

test('what people had sent, and what they had been sent, comes back with them', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await ee.exchange()
  backupOfOffice(office)
  office.clock.pass(60)
  await ee.desk.insert('book', { title: 'by ee' })
  await office.desk.insert('book', { title: 'by the office' })
  await office.desk.update('book', 1, { title: 'Ships, by the office' })
  await ee.exchange()
  await jo.exchange()
  await ee.desk.update('book', 2, { title: 'Stars, by ee, unsent' })

  office.clock.pass(60)
  await restoreOffice(office)
  expect(await titles(office)).toEqual(['Ships', 'Stars'])
  await office.desk.insert('book', { title: 'after the restore' })
  await ee.exchange()
  await jo.exchange()
  await ee.exchange()

  expect(await titles(office)).toEqual([
    'Ships, by the office',
    'Stars, by ee, unsent',
    'after the restore',
    'by ee',
    'by the office',
  ])
  for (const laptop of [ee, jo]) expect(await differences(office, laptop)).toEqual([])
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 2, applied: 2, unanswered: 0 })
  expect(await office.desk.rows(sql`select * from hc_conflict`)).toEqual([])
})

test('who came home after the backup is home again: what was kept of the journey is read once more', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  const book = await office.desk.insert('book', { title: 'by the office' })
  await ee.exchange()
  await ee.desk.insert('book', { title: 'by ee' })
  await ee.desk.update('book', book, { title: 'by the office, and ee' })
  await ee.desk.update('book', 1, { title: 'Ships, by ee' })
  await ee.comeHome()
  await restoreOffice(office, { told: false })

  expect(await restored(office.site)).toMatchObject({ home: [{ name: 'ee' }], away: [], unknown: [] })
  expect(await titles(office)).toEqual(['Ships, by ee', 'Stars', 'by ee', 'by the office, and ee'])
  expect((await readStatus(office.site)).links).toMatchObject([{ state: 'home' }])
})

test('status names who was not heard of since, until they have exchanged', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  await ee.desk.insert('book', { title: 'by ee' })
  await ee.exchange()
  await restoreOffice(office, { told: false })

  expect(await restored(office.site)).toMatchObject({ home: [], away: ['ee'] })
  expect((await readStatus(office.site)).links).toMatchObject([{ unheard: true }])
  await ee.exchange()
  expect((await readStatus(office.site)).links).toMatchObject([{ unheard: false }])
  expect(await differences(office, ee)).toEqual([])
})

test('nobody who works after the restore takes an id that somebody away knows', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  backupOfOffice(office)
  const lost = await office.desk.insert('book', { title: 'lost' })
  await ee.exchange()
  await restoreOffice(office)

  expect(await office.desk.insert('book', { title: 'new' })).toBeGreaterThan(lost + 65_000)
  await ee.exchange()
  expect(await office.desk.get('book', lost)).toMatchObject({ title: 'lost' })
  expect(await differences(office, ee)).toEqual([])
})

test('who left after the backup is known again when they exchange, and so is what they did', async () => {
  await using office = await openNotebook()
  backupOfOffice(office)
  const ee = await office.leave('ee')
  await ee.desk.insert('book', { title: 'by ee, sent' })
  await office.desk.insert('book', { title: 'by the office' })
  await ee.exchange()
  await ee.desk.insert('book', { title: 'by ee, unsent' })
  await restoreOffice(office)
  expect((await readStatus(office.site)).links).toEqual([])
  await ee.exchange()

  expect(await titles(office)).toEqual(['Ships', 'Stars', 'by ee, sent', 'by ee, unsent', 'by the office'])
  expect((await readStatus(office.site)).links).toMatchObject([{ name: 'ee', state: 'away', unheard: false }])
  expect(await differences(office, ee)).toEqual([])
  expect((await ee.comeHome()).account).toMatchObject({ made: 2, applied: 2 })
})

test('a database of another installation is not taken up', async () => {
  await using office = await openNotebook()
  await using other = await openNotebook()
  backupOfOffice(office)
  const stranger = await other.leave('ee')
  await restoreOffice(office)

  await expect(exchange(office.site, stranger.site)).rejects.toMatchObject({ code: 'PACKET_FOREIGN' })
})

test('the day after, acknowledged packets are cleared away as on any other day', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  backupOfOffice(office)
  await office.desk.update('book', 1, { title: 'Ships, by the office' })
  await ee.exchange()
  await restoreOffice(office)
  await ee.exchange()
  office.clock.pass(86_400)
  await ee.desk.insert('book', { title: 'by ee, the day after' })
  await ee.exchange()

  expect(await titles(office)).toEqual(['Ships, by the office', 'Stars', 'by ee, the day after'])
  expect(await differences(office, ee)).toEqual([])
})

test('where the office reads a packet of its lost life once more, and calls the records in it otherwise, its child follows', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  const book = await ee.desk.insert('book', { title: 'by ee' })
  await ee.desk.insert('note', { book_id: book, text: 'by ee' })
  backupOfOffice(office)
  await ee.exchange()
  await jo.exchange()
  office.clock.pass(60)
  await restoreOffice(office)
  copyFileSync(join(packetsOf(ee), 'done', 'ee0001.up'), join(packetsOf(ee), 'ee0001.up'))
  for (const laptop of [ee, jo, ee, jo]) await laptop.exchange()
  await ee.desk.update('book', book, { title: 'by ee, once more' })
  for (const laptop of [ee, jo]) await laptop.exchange()

  expect(await titles(office)).toEqual(['Ships', 'Stars', 'by ee, once more'])
  for (const laptop of [ee, jo]) {
    expect(await differences(office, laptop)).toEqual([])
    expect(await found(laptop.site)).toEqual([])
    expect((await verifyDeep(laptop.site)).bypassed).toEqual([])
  }
})

test.for(['the author', 'whoever edited it'])(
  'a record that the office calls otherwise since, and that somebody else has edited, stands once: first comes %s',
  async who => {
    await using office = await openNotebook()
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    await ee.desk.insert('book', { title: 'before' })
    const book = await ee.desk.insert('book', { title: 'by ee' })
    await ee.desk.insert('book', { title: 'after' })
    await ee.desk.update('note', 1, { book_id: book })
    backupOfOffice(office)
    await ee.exchange()
    await jo.exchange()
    office.clock.pass(60)
    const [known] = await jo.desk.rows(
      sql<{ id: number }>`select book_id as id from book where title = 'by ee'`,
    )
    await jo.desk.update('book', known!.id, { owner_id: 3 })
    await jo.exchange()
    office.clock.pass(60)
    await restoreOffice(office)
    copyFileSync(join(packetsOf(ee), 'done', 'ee0001.up'), join(packetsOf(ee), 'ee0001.up'))
    const order = who === 'the author' ? [ee, jo] : [jo, ee]
    for (const laptop of [...order, ...order]) await laptop.exchange()
    for (const id of [book - 1, book, book + 1]) await ee.desk.update('book', id, { topic_id: 1 })
    for (const laptop of [ee, jo, ee, jo]) await laptop.exchange()

    const theirs = sql`select title, owner_id as owner, topic_id as topic from book where book_id > 2 order by title`
    expect(await office.desk.rows(theirs)).toEqual([
      { title: 'after', owner: 0, topic: 1 },
      { title: 'before', owner: 0, topic: 1 },
      { title: 'by ee', owner: 3, topic: 1 },
    ])
    for (const laptop of [ee, jo]) {
      expect(await differences(office, laptop)).toEqual([])
      expect(await found(laptop.site)).toEqual([])
      expect((await verifyDeep(laptop.site)).bypassed).toEqual([])
    }
  },
)

test('a record of the laptop’s own that comes as a stranger’s, before the laptop hears how the office calls it, stands there once', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  for (const laptop of [ee, jo]) await laptop.exchange()
  backupOfOffice(office)
  office.clock.pass(60)
  await ee.desk.insert('book', { title: 'by ee' })
  await laptopSends(ee)
  await officeReads(ee)
  await jo.exchange()
  office.clock.pass(60)
  await restoreOffice(office, { told: false })
  for (let round = 0; round < 2; round++) await jo.exchange()
  await officeSends(ee)
  await laptopReads(ee)
  expect(await titles(ee)).toEqual(['Ships', 'Stars', 'by ee', 'by ee'])
  for (let round = 0; round < 3; round++) for (const laptop of [ee, jo]) await laptop.exchange()

  for (const one of [office, ee, jo]) expect(await titles(one)).toEqual(['Ships', 'Stars', 'by ee'])
  for (const laptop of [ee, jo]) expect((await verify(office.site, laptop.site)).differences).toEqual([])
  for (const laptop of [ee, jo]) expect(await found(laptop.site)).toEqual([])
  expect((await verifyDeep(ee.site)).bypassed).toEqual([])
  office.clock.pass(60)
  await restoreOffice(office)
  for (let round = 0; round < 3; round++) for (const laptop of [ee, jo]) await laptop.exchange()
  for (const one of [office, ee, jo]) expect(await titles(one)).toEqual(['Ships', 'Stars', 'by ee'])
})

test.for([['the author'], ['whoever has it'], ['the author', 'and nobody else']])(
  'an id that an office gave once more before it was told of its restore takes no record from anybody: first comes %s',
  async ([first, alone]) => {
    await using office = await openNotebook()
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    await ee.desk.insert('book', { title: 'by ee' })
    backupOfOffice(office)
    await ee.exchange()
    if (!alone) await jo.exchange()
    office.clock.pass(60)
    await restoreOffice(office, { told: false })
    await office.desk.insert('book', { title: 'by the office, since' })
    office.clock.pass(60)
    copyFileSync(join(packetsOf(ee), 'done', 'ee0001.up'), join(packetsOf(ee), 'ee0001.up'))
    await officeReads(ee)
    const order = first === 'the author' ? [ee, jo] : [jo, ee]
    for (let round = 0; round < 3; round++) for (const laptop of order) await laptop.exchange()

    for (const one of [office, ee, jo])
      expect(await titles(one)).toEqual(['Ships', 'Stars', 'by ee', 'by the office, since'])
    for (const laptop of [ee, jo]) {
      expect(await differences(office, laptop)).toEqual([])
      expect(await found(laptop.site)).toEqual([])
    }
  },
)

test('what only the lost disk had read of somebody is at the office again when they have exchanged once', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  await ee.desk.insert('book', { title: 'by ee' })
  await laptopSends(ee)
  await officeReads(ee)
  office.clock.pass(60)
  await restoreOffice(office)
  await ee.exchange()

  expect(await titles(office)).toEqual(['Ships', 'Stars', 'by ee'])
  await ee.exchange()
  expect(await differences(office, ee)).toEqual([])
})
