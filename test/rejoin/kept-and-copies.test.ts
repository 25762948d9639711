import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { journeyCarrier } from '../../src/app/wire.ts'
import { finishHome, release, sendLastUp } from '../../src/travel/home.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Laptop, type Office, openOffice } from '../support/office.ts'
import { laptopReads, laptopSends, officeReads, officeSends, openNotebook } from '../support/steps.ts'
import { backupOf, backupOfOffice, cloneOf, putBack, restore } from './copies.ts'
import { titles } from './holdings.ts'

/** Never with both ends at hand. */
async function byPackets(laptop: Laptop): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await laptopSends(laptop)
    await officeReads(laptop)
    await officeSends(laptop)
    await laptopReads(laptop)
  }
}

test('where both were put back, and the office has read again what the laptop has forgotten, the laptop finds back first', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  backupOfOffice(office)
  await office.desk.update('book', 2, { title: 'Stars, by the office' })
  await byPackets(ee)
  const backup = backupOf(ee)
  for (const title of ['by ee', 'by ee again']) {
    office.clock.pass(60)
    await ee.desk.insert('book', { title })
    await byPackets(ee)
  }
  await putBack(office)
  const older = await restore(ee, backup)
  for (let round = 0; round < 3; round++) await byPackets(older)

  expect(await titles(office)).toEqual(['Ships', 'Stars, by the office', 'by ee', 'by ee again'])
  expect(await titles(older)).toEqual(await titles(office))
  expect((await verify(office.site, older.site)).differences).toEqual([])
})

test('an edit that waits for the rest of its record stands, also where another copy of the laptop brings that', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  backupOfOffice(office)
  const book = await office.desk.insert('book', { title: 'by the office' })
  await ee.exchange()
  const other = await cloneOf(ee)
  await other.desk.update('book', book, { title: 'by ee' })
  await other.exchange()

  await putBack(office)
  expect(await office.desk.get('book', book)).toBeUndefined()
  for (let round = 0; round < 3; round++) await byPackets(ee)

  expect(await office.desk.get('book', book)).toMatchObject({ title: 'by ee' })
  expect(await office.desk.rows(sql`select 1 from hc_held`)).toEqual([])
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('what whoever went on for another copy did not know is not known to him when it is read again', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  backupOfOffice(office)
  const other = await cloneOf(ee)
  await other.desk.update('note', 1, { text: 'by the other copy' })
  await other.exchange()
  office.clock.pass(60)
  await ee.desk.delete('book', 1)
  await ee.exchange()
  const journal = () =>
    office.desk.rows(sql`select record_id as record, reason from hc_conflict where mine <> ''`)
  expect(await journal()).toHaveLength(1)

  await putBack(office)
  expect(await journal()).toEqual([{ record: 1, reason: 'owner-deleted' }])
})

/** The carrier remembers all of them as read. */
async function exchangeDays(office: Office, laptop: Laptop, days: number): Promise<void> {
  for (let day = 1; day <= days; day++) {
    await office.desk.insert('book', { title: `one more day` })
    await laptop.exchange()
  }
}

test('an office that is put back is heard at once by a laptop that was put back before, and has jumped over the numbers of its packets', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  const backup = backupOf(ee)
  backupOfOffice(office)
  await exchangeDays(office, ee, 6)
  ee = await restore(ee, backup)
  await ee.exchange()
  await ee.desk.insert('book', { title: 'by ee' })
  await ee.exchange()
  await putBack(office)
  await byPackets(ee)

  expect(await titles(office)).toEqual(await titles(ee))
  expect(await titles(ee)).toContain('by ee')
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('where both were put back, whoever is at home by packets gets the release, also under a number that was read long ago', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  await exchangeDays(office, ee, 2)
  backupOfOffice(office)
  await exchangeDays(office, ee, 1)
  const backup = backupOf(ee)
  await exchangeDays(office, ee, 3)
  ee = await restore(ee, backup)
  await ee.desk.insert('book', { title: 'by ee' })
  await putBack(office)
  const carrier = journeyCarrier(ee.site, join(ee.folder, 'packets'), ee.site.identity)
  const comesHome = async () => {
    await sendLastUp(ee.site, carrier)
    await release(office.site, ee.site.identity.tag, carrier)
    return finishHome(ee.site, carrier)
  }
  const missing: unknown[] = []
  let account: unknown
  for (let tries = 0; tries < 6 && account === undefined; tries++)
    await comesHome().then(
      home => (account = home.account),
      error => missing.push(error.code),
    )
  expect(account).toMatchObject({ unanswered: 0 })
  expect(new Set(missing)).toEqual(new Set(['RELEASE_MISSING']))
  expect(await titles(office)).toContain('by ee')
})

test('an office that was put back tells its ids once more to a laptop that was put back, and was about to say so', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  await ee.desk.insert('book', { title: 'by ee' })
  const backup = backupOf(ee)
  await ee.exchange()
  await ee.exchange()
  backupOfOffice(office)
  await office.desk.insert('book', { title: 'by the office' })
  await ee.exchange()
  ee = await restore(ee, backup)
  await laptopSends(ee)
  await officeReads(ee)
  await officeSends(ee)
  await laptopReads(ee)
  await putBack(office)
  await byPackets(ee)

  expect(await titles(ee)).toEqual(await titles(office))
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})
