/** SPEC 10, "After a break": what a restored office reads again at once, from what it keeps beside its database (decision 24). */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { journeyCarrier } from '../../src/app/wire.ts'
import { LOG } from '../../src/log/types.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { noteRestore } from '../../src/rejoin/restored.ts'
import { keptJourneys } from '../../src/travel/applied.ts'
import { switchFieldLevel } from '../../src/travel/field-level.ts'
import { goOnTravel } from '../../src/travel/go.ts'
import { finishHome, release, sendLastUp } from '../../src/travel/home.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { setTravelRight } from '../../src/travel/people.ts'
import { restored } from '../../src/travel/restored.ts'
import { readStatus } from '../../src/travel/status.ts'
import { verify } from '../../src/travel/verify.ts'
import { writeOff } from '../../src/travel/write-off.ts'
import { EVA, JON, KAI, NORDLYS, NORTH, openAtHome, openRegions, settle } from '../support/areas/regions.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Laptop, type Office, openOffice } from '../support/office.ts'
import {
  laptopReads,
  laptopSends,
  officeReads,
  officeSends,
  openNotebook,
  packetNames,
  packetsOf,
} from '../support/steps.ts'
import { backupOfOffice, putBack, restoreOffice } from './copies.ts'
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

test('what people had sent is there again before anybody exchanges, under the ids that others know', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  backupOfOffice(office)
  await ee.desk.insert('book', { title: 'by ee' })
  await ee.exchange()
  await jo.exchange()
  const ids = () => office.desk.rows(sql`select book_id, title from book order by title`)
  const before = await ids()

  await putBack(office)
  expect(await ids()).toEqual(before)
  await jo.exchange()
  await ee.exchange()
  expect(await ids()).toEqual(before)
  expect((await verify(office.site, jo.site)).differences).toEqual([])
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 1, applied: 1, unanswered: 0 })
})

test('an edit comes back whose record has left the area of its author since', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  backupOfOffice(office)
  await ee.desk.update('contact', NORDLYS, { name: 'Nordlys, given to Kai', associate_id: KAI }, EVA)
  await ee.exchange()
  expect(await ee.desk.get('contact', NORDLYS)).toBeUndefined()

  await putBack(office)
  await ee.exchange()

  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({
    name: 'Nordlys, given to Kai',
    associate_id: KAI,
  })
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('field by field, an edit of what the office had made since the backup comes after that', async () => {
  await using office = await openAtHome()
  await switchFieldLevel(office.site, 'contact', true)
  await buildPrototype(office.site, NORTH)
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  backupOfOffice(office)
  const made = await office.desk.insert('contact', { name: 'Havblikk', associate_id: EVA })
  await settle(ee, jo)

  await putBack(office)
  await ee.desk.update('contact', made, { associate_id: JON }, EVA)
  await settle(ee, jo)

  expect(await office.desk.get('contact', made)).toMatchObject({ name: 'Havblikk', associate_id: JON })
  expect(await ownersBefore(office, made)).toEqual([EVA])
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 1, applied: 1, rejected: 0 })
  for (const laptop of [ee, jo]) {
    expect((await verify(office.site, laptop.site)).differences).toEqual([])
    expect(await laptop.desk.rows(sql`select * from hc_difference`)).toEqual([])
  }
})

test('field by field, what comes back with whoever left after the backup leaves his own edit beside it, for others to collide with', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
  const jo = await office.leave('jo')
  const made = await office.desk.insert('book', { title: 'new' })
  await jo.exchange()
  backupOfOffice(office)
  const ee = await office.leave('ee')
  await ee.desk.update('book', made, { title: 'by ee' })
  await ee.exchange()
  await putBack(office)
  office.clock.pass(60)
  await jo.desk.update('book', made, { title: 'by jo', topic_id: 1 })
  await settle(ee, jo)

  expect(await office.desk.get('book', made)).toMatchObject({ title: 'by jo', topic_id: 1 })
  expect(await conflicts(office.site)).toMatchObject([
    { record: made, verdict: 'overruled', loser: { associate: ee.site.identity.associate } },
  ])
  for (const laptop of [ee, jo]) expect((await verify(office.site, laptop.site)).differences).toEqual([])
})

const ownersBefore = async ({ desk }: Office, record: number): Promise<number[]> =>
  (
    await desk.rows(
      sql<{ owner: number }>`select prev_record_id as owner from traveltransactionlog
        where type = ${LOG.updateOwner} and record_id = ${record}`,
    )
  ).map(({ owner }) => owner)

test('who left and came home after the backup is home again, with what was done on that journey', async () => {
  await using office = await openNotebook()
  backupOfOffice(office)
  const ee = await office.leave('ee')
  await ee.desk.insert('book', { title: 'by ee' })
  await ee.comeHome()

  expect(await putBack(office)).toMatchObject({ home: [{ name: 'ee' }], away: [], unknown: [] })
  expect(await titles(office)).toEqual(['Ships', 'Stars', 'by ee'])
  expect((await readStatus(office.site)).links).toMatchObject([{ name: 'ee', state: 'home' }])
})

test('who left after the backup is known to be away, and finds back by packets alone', async () => {
  await using office = await openNotebook()
  backupOfOffice(office)
  const ee = await office.leave('ee')
  await ee.desk.insert('book', { title: 'by ee, sent' })
  await office.desk.insert('book', { title: 'by the office' })
  await ee.exchange()
  await ee.desk.insert('book', { title: 'by ee, unsent' })

  expect(await putBack(office)).toMatchObject({ away: ['ee'], unknown: [] })
  await byPackets(ee)
  expect(await titles(office)).toEqual(['Ships', 'Stars', 'by ee, sent', 'by ee, unsent', 'by the office'])
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('of a laptop that was lost after the backup everything is there that it had sent', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  backupOfOffice(office)
  await ee.desk.insert('book', { title: 'by ee' })
  await ee.exchange()
  await writeOff(office.site, 'ee')

  expect(await putBack(office)).toMatchObject({ away: ['ee'] })
  await writeOff(office.site, 'ee')
  expect(await titles(office)).toEqual(['Ships', 'Stars', 'by ee'])
})

test('of two journeys of one person the first has ended, also where nothing says how', async () => {
  await using office = await openNotebook()
  backupOfOffice(office)
  await office.leave('ee')
  await writeOff(office.site, 'ee')
  const again = await office.leave('ee', { folder: join(office.folder, 'again') })

  expect(await putBack(office)).toMatchObject({ away: ['ee'] })
  await again.exchange()
  expect((await readStatus(office.site)).links.filter(({ state }) => state === 'away')).toHaveLength(1)
})

test('who died when a journey had just begun keeps its pass when it goes on', async () => {
  await using office = await openNotebook()
  await office.site.db.change(write => setTravelRight(office.site, write, 'ee', true))
  const folder = join(office.folder, 'trip')
  const dies = () => {
    throw new Error('the process dies')
  }
  await expect(goOnTravel(office.site, { associate: 'ee', folder }, dies)).rejects.toThrow('dies')
  const passes = async () => (await keptJourneys(office.site)).map(({ pass }) => typeof pass)
  const [{ folder: name } = { folder: '' }] = await keptJourneys(office.site)
  await rm(join(office.site.home, 'applied', name, 'pass'))

  await office.leave('ee', { folder })
  expect(await passes()).toEqual(['string'])
})

test('until all is read again nothing is sent, and nobody leaves', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  backupOfOffice(office)
  await restoreOffice(office, { told: false })
  await office.site.db.change(write => noteRestore(office.site, write))

  const unfinished = expect.objectContaining({ code: 'RESTORE_UNFINISHED' })
  await expect(officeSends(ee)).rejects.toEqual(unfinished)
  await expect(officeReads(ee)).rejects.toEqual(unfinished)
  await expect(office.leave('jo')).rejects.toEqual(unfinished)
  await restored(office.site)
  await ee.exchange()
})

test('history is told once, whoever tells it', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  backupOfOffice(office)
  await office.desk.insert('book', { title: 'by the office' })
  await ee.desk.insert('book', { title: 'by ee' })
  for (const laptop of [ee, jo, ee, jo]) await laptop.exchange()
  await putBack(office)
  for (const laptop of [ee, jo, ee]) await laptop.exchange()

  const told = await office.desk.rows(
    sql<{
      n: number
    }>`select count(*) as n from traveltransactionlog where type = ${LOG.insert} and tablenumber =
      ${office.site.dictionary.table('book').number} and record_id > 2 group by record_id`,
  )
  expect(told).toEqual([{ n: 1 }, { n: 1 }])
})

test('who has sealed the last packet, and then reads what the office still has, brings back what it has not', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  await office.desk.update('book', 1, { title: 'Ships, by the office' })
  await ee.exchange()
  await ee.desk.update('book', 2, { title: 'Stars, by ee' })
  const carrier = journeyCarrier(ee.site, join(ee.folder, 'packets'), ee.site.identity)
  await sendLastUp(ee.site, carrier)
  await putBack(office)
  await ee.comeHome()

  expect(await titles(office)).toEqual(['Ships, by the office', 'Stars, by ee'])
  expect((await readStatus(office.site)).links).toMatchObject([{ state: 'home' }])
})

test('a release of the lost life that lies there as well is not kept in place of the one that was read', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  backupOfOffice(office)
  await office.desk.update('book', 1, { title: 'Ships, by the office' })
  await officeSends(ee)
  const carrier = journeyCarrier(ee.site, join(ee.folder, 'packets'), ee.site.identity)
  await sendLastUp(ee.site, carrier)
  const { tag } = ee.site.identity
  await release(office.site, tag, carrier)
  const [lost] = await packetNames(ee)
  await rm(join(packetsOf(ee), lost!))
  await putBack(office)
  await release(office.site, tag, carrier)

  expect(await packetNames(ee)).toEqual(['ee0001.dwn', 'ee0002.dwn'])
  await finishHome(ee.site, carrier)
})

test('of two edits the one that knew the other is read again after it', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  backupOfOffice(office)
  office.clock.pass(60)
  await jo.desk.update('book', 1, { title: 'by jo' })
  for (const laptop of [jo, ee]) await laptop.exchange()
  await ee.desk.update('book', 1, { title: 'by ee, knowing that' })
  await ee.exchange()

  await putBack(office)
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee, knowing that' })
  expect(await conflicts(office.site)).toEqual([])
})

test('a prototype of the lost life is known to have what was read before it', async () => {
  await using office = await openNotebook()
  const jo = await office.leave('jo')
  backupOfOffice(office)
  office.clock.pass(60)
  await jo.desk.update('book', 1, { title: 'by jo' })
  await jo.exchange()
  await buildPrototype(office.site, 0)
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'by ee, knowing that' })
  await ee.exchange()

  await putBack(office)
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee, knowing that' })
  expect(await conflicts(office.site)).toEqual([])
})

test('what the office had changed of an edit has the same name again, and its author may go on from it', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.desk.insert('topic', { title: 'Rivers' })
  backupOfOffice(office)
  const topic_id = await ee.desk.insert('topic', { title: 'Rivers' })
  const book = await ee.desk.insert('book', { title: 'The Nile', topic_id })
  await ee.exchange()
  const before = await conflicts(office.site)

  await ee.desk.update('book', book, { title: 'The Nile, again' })
  await putBack(office)
  await ee.exchange()
  expect(await office.desk.rows(sql`select title from book where title like 'The Nile%'`)).toEqual([
    { title: 'The Nile, again' },
  ])
  expect((await conflicts(office.site)).map(({ reason }) => reason)).toEqual(
    before.map(({ reason }) => reason),
  )
})
