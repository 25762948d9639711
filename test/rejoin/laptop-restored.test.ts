/** SPEC 10, "After a break": a laptop is restored from an older copy, and goes on. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { finishHome, releaseHome, sealForHome } from '../../src/app/journey.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { prune } from '../../src/travel/prune.ts'
import { verify } from '../../src/travel/verify.ts'
import { writeOff } from '../../src/travel/write-off.ts'
import type { Laptop, Office } from '../support/office.ts'
import { laptopReads, laptopSends, officeReads, officeSends, openNotebook } from '../support/steps.ts'
import { backupOf, cloneOf, restore } from './copies.ts'
import { titles } from './holdings.ts'

const same = async (office: Office, laptop: Laptop): Promise<unknown> =>
  (await verify(office.site, laptop.site)).differences

test('what had reached the office comes back, and what was made after the restore arrives', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  const backup = backupOf(ee)
  await ee.desk.update('book', 1, { title: 'Ships, before' })
  const lost = await ee.desk.insert('book', { title: 'before' })
  await ee.exchange()

  ee = await restore(ee, backup)
  office.clock.pass(60)
  const kept = await ee.desk.insert('book', { title: 'after' })
  await ee.desk.update('book', 2, { title: 'Stars, after' })
  expect(kept).toBe(lost)
  expect(await ee.exchange()).toMatchObject({ rejoined: true })
  expect(await ee.exchange()).toMatchObject({ sent: [], received: [], refused: [], rejoined: false })

  expect(await titles(office)).toEqual(['Ships, before', 'Stars, after', 'after', 'before'])
  expect(await titles(ee)).toEqual(await titles(office))
  expect(await same(office, ee)).toEqual([])
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 4, applied: 4, unanswered: 0 })
})

test('the same, packet by packet', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  await ee.exchange()
  const backup = backupOf(ee)
  await ee.desk.insert('book', { title: 'before' })
  await office.desk.insert('book', { title: 'of the office' })
  await ee.exchange()
  ee = await restore(ee, backup)
  await ee.desk.insert('book', { title: 'after' })
  for (let round = 0; round < 4; round++) {
    await laptopSends(ee)
    await officeReads(ee)
    await officeSends(ee)
    await laptopReads(ee)
  }

  expect(await titles(office)).toEqual(['Ships', 'Stars', 'after', 'before', 'of the office'])
  expect(await same(office, ee)).toEqual([])
})

test('a restored laptop that has nothing to say gets back what it had forgotten', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  const backup = backupOf(ee)
  await ee.desk.insert('book', { title: 'before' })
  await ee.exchange()
  ee = await restore(ee, backup)
  await ee.exchange()

  expect(await titles(ee)).toEqual(['Ships', 'Stars', 'before'])
  expect(await same(office, ee)).toEqual([])
})

test('restored twice from the same copy, it finds its way twice', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  const backup = backupOf(ee)
  for (const title of ['first', 'second', 'third']) {
    await ee.desk.insert('book', { title })
    await ee.exchange()
    expect(await same(office, ee)).toEqual([])
    ee = await restore(ee, backup)
  }
  await ee.exchange()
  expect(await titles(ee)).toEqual(['Ships', 'Stars', 'first', 'second', 'third'])
  expect(await same(office, ee)).toEqual([])
})

test('it comes home from there', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  const backup = backupOf(ee)
  await ee.desk.insert('book', { title: 'before' })
  await ee.exchange()
  ee = await restore(ee, backup)
  await ee.desk.insert('book', { title: 'after' })
  const { account } = await ee.comeHome()
  expect(account).toMatchObject({ made: 2, applied: 2 })
  expect(await titles(office)).toEqual(['Ships', 'Stars', 'after', 'before'])
})

test('a record that was made before the copy and had reached the office since stays one record', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'Rivers', owner_id: 2 })
  const note = await ee.desk.insert('note', { book_id: book, text: 'delta' })
  const backup = backupOf(ee)
  await ee.exchange()
  const [there] = await office.desk.rows(
    sql<{ id: number }>`select book_id as id from book where title = 'Rivers'`,
  )
  office.clock.pass(60)
  await office.desk.update('book', there!.id, { title: 'Rivers, at the office' }, 3)

  ee = await restore(ee, backup)
  office.clock.pass(60)
  await ee.desk.update('note', note, { text: 'delta, again' })
  await ee.exchange()
  await ee.exchange()

  const titlesOfRivers = (await titles(office)).filter(title => title.startsWith('Rivers'))
  expect(titlesOfRivers).toEqual(['Rivers, at the office'])
  const notes = await office.desk.rows(sql`select text from note where book_id = ${there!.id}`)
  expect(notes).toEqual([{ text: 'delta, again' }])
  expect(await same(office, ee)).toEqual([])
})

test('work that was in no packet yet when the copy was made is sent once, and nothing made since takes its place', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  await ee.desk.insert('book', { title: 'in the copy' })
  const backup = backupOf(ee)
  office.clock.pass(60)
  await ee.desk.insert('book', { title: 'lost life, sent' })
  await ee.exchange()
  await ee.desk.insert('book', { title: 'lost life, unsent' })

  ee = await restore(ee, backup)
  await ee.desk.insert('book', { title: 'since the restore' })
  await ee.exchange()
  await ee.exchange()

  expect(await titles(office)).toEqual([
    'Ships',
    'Stars',
    'in the copy',
    'lost life, sent',
    'since the restore',
  ])
  expect(await titles(ee)).toEqual(await titles(office))
  expect(await same(office, ee)).toEqual([])
})

test('who comes home with a copy that is refused is told that another one goes on', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  const first = backupOf(ee)
  await ee.desk.insert('book', { title: 'of one copy' })
  await ee.exchange()
  const one = backupOf(ee, `${ee.folder}-one`)
  ee = await restore(ee, first)
  await ee.desk.insert('book', { title: 'of the other, which goes on' })
  await ee.exchange()
  await ee.exchange()

  ee = await restore(ee, one)
  await ee.desk.insert('book', { title: 'of the one again' })
  const { refused } = await ee.exchange()
  expect(refused).toMatchObject([{ code: 'LINK_TWIN' }])
  await expect(ee.comeHome()).rejects.toMatchObject({
    code: 'RELEASE_MISSING',
    values: { twin: expect.stringContaining('another copy') },
  })
})

test('a copy that was made of a restored laptop before it had found back goes on like any other', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  await ee.exchange()
  const first = backupOf(ee)
  await ee.desk.insert('book', { title: 'of the first life' })
  await ee.exchange()
  ee = await restore(ee, first)
  await ee.desk.insert('book', { title: 'since the first restore' })
  await laptopSends(ee)
  expect(await officeReads(ee)).toMatchObject([{ code: 'LINK_REJOINING' }])
  const second = backupOf(ee, `${ee.folder}-second`)
  await ee.exchange()
  await ee.desk.insert('book', { title: 'found back' })
  await ee.exchange()

  ee = await restore(ee, second)
  await ee.desk.insert('book', { title: 'since the second restore' })
  const { refused } = await ee.exchange()
  await ee.exchange()

  expect(refused.filter(({ code }) => code === 'LINK_TWIN')).toEqual([])
  expect(await titles(office)).toEqual([
    'Ships',
    'Stars',
    'found back',
    'of the first life',
    'since the first restore',
    'since the second restore',
  ])
  expect(await same(office, ee)).toEqual([])
})

test('where the log does not reach back to the copy, it says exactly what is needed, and that is enough', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  const backup = backupOf(ee)
  await office.desk.update('book', 1, { title: 'Ships, by the office' })
  await ee.exchange()
  await ee.desk.insert('book', { title: 'sent' })
  await ee.exchange()
  // Old prototypes hold the log back no more.
  await buildPrototype(office.site, 0)
  await prune(office.site, 0)
  ee = await restore(ee, backup)
  await ee.desk.insert('book', { title: 'since the restore' })

  const [refused] = (await ee.exchange()).refused.filter(({ code }) => code === 'LINK_BROKEN')
  expect(refused?.message).toBe(
    'ee was restored from a copy that is older than the log here reaches back to: write this journey off, then leave again',
  )
  await expect(ee.exchange()).rejects.toMatchObject({
    code: 'LINK_BROKEN',
    message: refused?.message,
    hint: expect.stringMatching(/Keep its folder.*`homecoming write-off`/),
  })
  await writeOff(office.site, 'ee')
  const again = await office.leave('ee')
  await again.exchange()
  expect(await titles(again)).toEqual(['Ships, by the office', 'Stars', 'sent'])
})

test('a deletion that is sealed again is judged by what its author had read when it was sealed first', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  await ee.exchange()
  const backup = backupOf(ee)
  const note = await office.desk.insert('note', { book_id: 1, text: 'of the office' })
  await officeSends(ee)
  await ee.desk.update('book', 2, { title: 'Stars, before' })
  await laptopSends(ee)
  await officeReads(ee)
  await officeSends(ee)
  ee = await restore(ee, backup)
  office.clock.pass(60)
  await ee.desk.delete('book', 1)
  await laptopReads(ee)
  await ee.exchange()

  expect(await titles(office)).toEqual(['Stars, before'])
  expect(
    await office.desk.rows(sql`select record_id as record, reason from hc_conflict where mine <> ''`),
  ).toEqual([{ record: note, reason: 'owner-deleted' }])
  expect(await same(office, ee)).toEqual([])
})

test('a deletion covers what the same laptop had sent in a lost life, and its author hears of that', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const other = await cloneOf(ee)
  await other.desk.update('note', 1, { text: 'by the other copy' })
  await other.exchange()
  office.clock.pass(60)
  await ee.desk.delete('book', 1)
  await ee.exchange()

  expect(
    await office.desk.rows(sql`select record_id as record, reason from hc_conflict where mine <> ''`),
  ).toEqual([{ record: 1, reason: 'owner-deleted' }])
  expect(await same(office, ee)).toEqual([])
})

test('an older copy goes on with ids past all those that other copies had jumped to', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  await ee.exchange()
  const first = backupOf(ee)
  await ee.desk.insert('book', { title: 'of the first life' })
  await ee.exchange()
  ee = await restore(ee, first)
  await ee.exchange()
  const second = backupOf(ee, `${ee.folder}-second`)
  await ee.desk.insert('book', { title: 'of the second life' })
  await ee.exchange()
  ee = await restore(ee, second)
  await ee.exchange()
  const nextTopic = sql<{ next: number }>`select next_id as next from sequence where tablename = 'topic'`
  const [before] = await ee.desk.rows(nextTopic)

  ee = await restore(ee, first)
  await ee.exchange()

  const [after] = await ee.desk.rows(nextTopic)
  expect(after!.next).toBeGreaterThan(before!.next)
  expect(await same(office, ee)).toEqual([])
})

test.for(['with both ends at hand', 'packet by packet'])(
  'coming home it asks for what it had read before the copy was put back (%s)',
  async how => {
    await using office = await openNotebook()
    let ee = await office.leave('ee')
    const backup = backupOf(ee)
    await office.desk.update('book', 1, { title: 'Ships, by the office' })
    await officeSends(ee)
    await laptopReads(ee)
    ee = await restore(ee, backup)
    if (how === 'packet by packet') {
      await sealForHome(ee.site)
      await askOffice(ee)
      await expect(finishHome(ee.site)).rejects.toMatchObject({ code: 'RELEASE_MISSING' })
      await sealForHome(ee.site)
      await askOffice(ee)
      await finishHome(ee.site)
    } else await ee.comeHome()

    expect(existsSync(join(ee.folder, 'travel.key'))).toBe(false)
  },
)

const askOffice = ({ office, site, folder }: Laptop) =>
  releaseHome(office.site, { name: site.identity.name, tag: site.identity.tag }, join(folder, 'packets'))

test('a laptop that has said nothing since its copy is sent again what only the lost disk had read', async () => {
  await using office = await openNotebook()
  await buildPrototype(office.site, 0)
  const ee = await office.leave('ee')
  const backup = backupOf(ee)
  await office.desk.update('book', 1, { title: 'Ships, by the office' })
  await officeSends(ee)
  await laptopReads(ee)
  const older = await restore(ee, backup)
  await older.exchange()

  expect(await titles(older)).toEqual(['Ships, by the office', 'Stars'])
  expect(await same(office, older)).toEqual([])
  expect((await older.exchange()).sent.filter(({ name }) => name.endsWith('.dwn'))).toEqual([])
})
