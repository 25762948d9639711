/** What the simulator found about parents that are put back: each of these was wrong once (docs/simulation.md). */
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { journeyCarrier } from '../../src/app/wire.ts'
import { HomecomingError } from '../../src/core/errors.ts'
import { LOG } from '../../src/log/types.ts'
import { Journal } from '../../src/simulate/reference/journal.ts'
import { Membership } from '../../src/simulate/reference/membership.ts'
import { editArea } from '../../src/travel/areas.ts'
import { finishHome, release, sendLastUp } from '../../src/travel/home.ts'
import { prune } from '../../src/travel/prune.ts'
import { restored } from '../../src/travel/restored.ts'
import { readStatus } from '../../src/travel/status.ts'
import { KAI, look, NORTH, openRegions } from '../support/areas/regions.ts'
import type { Laptop, Office } from '../support/office.ts'
import { laptopReads, laptopSends, officeSends, openNotebook } from '../support/steps.ts'
import { backupOfOffice, restoreOffice } from './copies.ts'

const insertsOf = ({ desk }: Office, title: string) =>
  desk.rows(
    sql<{
      time: number
    }>`select ttime as time from traveltransactionlog l join book b on b.book_id = l.record_id
      where l.type = ${LOG.insert} and b.title = ${title}`,
  )

test('an office that is put back twice from one copy gives no id twice', async () => {
  await using office = await openNotebook()
  backupOfOffice(office)
  await restoreOffice(office)
  const first = await office.desk.insert('book', { title: 'after the first restore' })
  await restoreOffice(office)

  expect(await office.desk.insert('book', { title: 'after the second' })).toBeGreaterThan(first + 65_000)
})

test('what was on its way when the office was put back is told once', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  await office.desk.insert('book', { title: 'by the office' })
  await officeSends(ee)
  await laptopReads(ee)
  await ee.desk.insert('book', { title: 'by ee' })
  await laptopSends(ee)
  await restoreOffice(office)
  await ee.exchange()

  expect(await insertsOf(office, 'by ee')).toHaveLength(1)
})

test('an edit from before the restore keeps its time, although its author heard of the restore first', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  const time = office.clock.now()
  await ee.desk.insert('book', { title: 'by ee' })
  office.clock.pass(60)
  await restoreOffice(office)
  await officeSends(ee)
  await laptopReads(ee)
  await ee.exchange()

  expect(await insertsOf(office, 'by ee')).toEqual([{ time }])
})

test('an edit that had arrived before the restore keeps its time when it is told again', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  const time = office.clock.now()
  await ee.desk.insert('book', { title: 'by ee' })
  await ee.exchange()
  office.clock.pass(60)
  await restoreOffice(office)
  await ee.exchange()

  expect(await insertsOf(office, 'by ee')).toEqual([{ time }])
})

test('a change of an area that comes back with somebody changes what the area holds', async () => {
  await using office = await openRegions()
  const jo = await office.leave('jo')
  await jo.exchange()
  backupOfOffice(office)
  await editArea(office.site, NORTH, { include: [KAI] }, 1)
  await jo.exchange()
  await restoreOffice(office)
  await jo.exchange()

  const journal = await Journal.read(office.site, await look(office))
  expect(journal.differences(office.site.dictionary, await Membership.of(office.site))).toEqual([])
})

test('the log is pruned after a restore as before it', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  backupOfOffice(office)
  await office.desk.insert('book', { title: 'by the office' })
  await ee.exchange()
  await restoreOffice(office)
  await ee.exchange()
  await ee.desk.insert('book', { title: 'by ee' })
  await ee.exchange()

  expect(await prune(office.site, 0)).toMatchObject({ heldBackBy: 'prototype' })
})

/** The three steps, each end by itself. @returns whether the person is home */
async function step(office: Office, ee: Laptop): Promise<boolean> {
  const carrier = journeyCarrier(ee.site, join(ee.folder, 'packets'), ee.site.identity)
  await sendLastUp(ee.site, carrier)
  await release(office.site, ee.site.identity.tag, carrier)
  try {
    await finishHome(ee.site, carrier)
    return true
  } catch (error) {
    if (error instanceof HomecomingError && error.code === 'RELEASE_MISSING') return false
    throw error
  }
}

test('who has sealed the last packet for an office that is put back then comes home all the same', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  await ee.desk.insert('book', { title: 'by ee' })
  await ee.exchange()
  await ee.desk.insert('book', { title: 'by ee, the last' })
  const carrier = journeyCarrier(ee.site, join(ee.folder, 'packets'), ee.site.identity)
  await sendLastUp(ee.site, carrier)
  await restoreOffice(office)

  let home = false
  for (let tries = 0; tries < 4 && !home; tries++) home = await step(office, ee)
  await ee.close().catch(() => {})
  expect(home).toBe(true)
  expect((await readStatus(office.site)).links).toMatchObject([{ state: 'home' }])
  expect(await insertsOf(office, 'by ee')).toHaveLength(1)
  expect(await insertsOf(office, 'by ee, the last')).toHaveLength(1)
})

test('who came home after the backup without having heard of an edit is judged so when it is read again', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.desk.update('book', 1, { title: 'Ships, by the office' })
  backupOfOffice(office)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'Ships, by ee' })
  await ee.comeHome()
  const journal = () => office.desk.rows(sql`select mine from hc_conflict`)
  const before = await journal()
  await restoreOffice(office, { told: false })
  await restored(office.site)

  expect(before).toHaveLength(1)
  expect(await journal()).toEqual(before)
})

test('what somebody has not heard of is counted in changes, and not in the positions that a restore leaves out', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  await restoreOffice(office)
  await office.desk.insert('book', { title: 'after the restore' })
  const { links, prototypes } = await readStatus(office.site)

  expect(links).toMatchObject([{ name: 'ee', behind: 1 }])
  expect(prototypes).toMatchObject([{ changesSince: 1 }])
})
