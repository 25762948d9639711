/** SPEC 6 and 10: what waits at a laptop when the office is put back, and forgets that it had sent it. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import type { Site } from '../../src/log/site.ts'
import { editArea } from '../../src/travel/areas.ts'
import { differences } from '../../src/travel/same.ts'
import { verify } from '../../src/travel/verify.ts'
import { sqlAt } from '../support/application.ts'
import { EVA, FJORD, KAI, NORDLYS, NORTH, openRegions, settle } from '../support/areas/regions.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'
import { byPackets, laptopReads, laptopSends, officeSends } from '../support/steps.ts'
import { backupOfOffice, restoreOffice } from './copies.ts'

type Book = Record<string, string | number>

const open = (fieldLevel: readonly string[]) =>
  openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel })

const held = sql<{ record: number }>`select record_id as record from hc_held`

test.each([[[]], [['topic', 'book']]])(
  'what collides with a record of the laptop’s own, and the office has forgotten, comes back to the office and waits no longer (field by field: %j)',
  async fieldLevel => {
    await using office = await open(fieldLevel)
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    for (const laptop of [ee, jo]) await laptop.exchange()
    backupOfOffice(office)
    office.clock.pass(60)
    const moon = await ee.desk.insert('topic', { title: 'moon' })
    await ee.desk.update('book', 1, { topic_id: moon })
    const other = await office.desk.insert('topic', { title: 'moon' })
    await office.desk.update('book', 2, { topic_id: other })
    await laptopSends(ee)
    await officeSends(ee)
    await laptopReads(ee)
    expect(await ee.desk.rows(held)).toEqual([{ record: other }])

    await restoreOffice(office)
    for (let round = 0; round < 3; round++) for (const laptop of [ee, jo]) await laptop.exchange()

    expect(await ee.desk.rows(held)).toEqual([])
    const topics = sql<{ id: number; title: string }>`select topic_id as id, title from topic order by 1`
    const [sea, merged, ...more] = await office.desk.rows(topics)
    expect([sea, merged, more]).toEqual([{ id: 1, title: 'sea' }, { id: merged?.id, title: 'moon' }, []])
    expect(await office.desk.rows(sql`select book_id as id, topic_id as topic from book order by 1`)).toEqual(
      [
        { id: 1, topic: merged?.id },
        { id: 2, topic: merged?.id },
      ],
    )
    for (const laptop of [ee, jo]) expect((await verify(office.site, laptop.site)).differences).toEqual([])
  },
)

test.each([[[]], [['book']]])(
  'what the laptop’s database refuses, and the office has forgotten, comes back to the office, one change after the other (field by field: %j)',
  async fieldLevel => {
    await using office = await open(fieldLevel)
    const ee = await office.leave('ee')
    await sqlAt(
      ee.site,
      `create trigger app_strict before update on book when new.title = 'rude' begin select raise(abort, 'no'); end`,
    )
    await ee.exchange()
    backupOfOffice(office)
    office.clock.pass(60)
    await office.desk.update('book', 1, { title: 'rude' })
    await ee.exchange()
    await office.desk.update('book', 1, { owner_id: 3 })
    await ee.exchange()

    await restoreOffice(office)
    for (let round = 0; round < 3; round++) await ee.exchange()
    const standing = { title: 'rude', owner_id: 3 }
    expect(await office.desk.get('book', 1)).toMatchObject(standing)
    await sqlAt(ee.site, 'drop trigger app_strict')
    await office.desk.insert('book', { title: 'after that' })
    await ee.exchange()

    expect(await ee.desk.rows(held)).toEqual([])
    expect(await ee.desk.get('book', 1)).toMatchObject(standing)
    expect((await verify(office.site, ee.site)).differences).toEqual([])
    // Nobody but the office has changed anything, and only what somebody has changed names a database.
    expect(await office.desk.rows(sql`select tag from hc_database`)).toHaveLength(1)
  },
)

const refuseRude = (site: Site): Promise<unknown> =>
  sqlAt(
    site,
    `create trigger app_strict before update on book when new.title = 'rude' begin select raise(abort, 'no'); end`,
  )

test.each<[string[], boolean]>([
  [[], false],
  [[], true],
  [['book'], false],
  [['book'], true],
])(
  'what waits at a laptop is later than what the laptop gives back of the same record (field by field: %j, the office is put back once more: %j)',
  async (fieldLevel, twice) => {
    await using office = await open(fieldLevel)
    const ee = await office.leave('ee')
    await refuseRude(ee.site)
    await ee.exchange()
    backupOfOffice(office)
    for (const book of [{ title: 'Boats', owner_id: 3 }, { title: 'rude' }]) {
      office.clock.pass(60)
      await office.desk.update('book', 1, book)
      await ee.exchange()
    }
    expect(await ee.desk.rows(held)).toHaveLength(1)

    await restoreOffice(office)
    for (let round = 0; round < 2; round++) await byPackets(ee)
    if (twice) await restoreOffice(office)
    for (let round = 0; round < 3; round++) await byPackets(ee)
    expect(await ee.desk.rows(held)).not.toEqual([])
    await sqlAt(ee.site, 'drop trigger app_strict')
    await office.desk.insert('book', { title: 'after that' })
    await byPackets(ee)

    for (const { desk } of [office, ee])
      expect(await desk.get('book', 1)).toMatchObject({ title: 'rude', owner_id: 3 })
    expect((await verify(office.site, ee.site)).differences).toEqual([])
    expect([...(await differences(office.site)), ...(await differences(ee.site))]).toEqual([])
  },
)

test.each(
  [[], ['book']].flatMap(fieldLevel =>
    ['was not sent', 'was on its way', 'was not sent, and the office is put back once more'].map(
      (when): [string[], string] => [fieldLevel, when],
    ),
  ),
)(
  'what waits at a laptop, and the laptop has overtaken, is in the journal though the office has forgotten it (field by field: %j, the edit %s)',
  async (fieldLevel, when) => {
    await using office = await open(fieldLevel)
    const ee = await office.leave('ee')
    await refuseRude(ee.site)
    await ee.exchange()
    backupOfOffice(office)
    office.clock.pass(60)
    await office.desk.update('book', 1, { title: 'rude' })
    await ee.exchange()
    office.clock.pass(60)
    await ee.desk.update('book', 1, { title: 'Boats' })
    if (when === 'was on its way') {
      await laptopSends(ee)
      await office.desk.insert('book', { title: 'lost' })
      await officeSends(ee)
      await laptopReads(ee)
    }

    await restoreOffice(office)
    for (let round = 0; round < 2; round++) await byPackets(ee)
    if (when.endsWith('once more')) await restoreOffice(office)
    for (let round = 0; round < 4; round++) await byPackets(ee)

    for (const { desk } of [office, ee]) expect(await desk.get('book', 1)).toMatchObject({ title: 'Boats' })
    const lost = { field: 'title', mine: 'rude', theirs: 'Boats' }
    expect(await conflicts(office.site)).toMatchObject([{ verdict: 'overruled', fields: [lost] }])
    expect(await ee.desk.rows(held)).toEqual([])
    expect((await verify(office.site, ee.site)).differences).toEqual([])
  },
)

test.each<[string[], boolean, boolean]>([
  [[], false, false],
  [[], false, true],
  [['book'], false, true],
  [['book'], true, false],
  [['book'], true, true],
])(
  'what the office tells of a record while an edit of the laptop’s is on its way is in the journal though the office has forgotten it (field by field: %j, beside a field that is taken: %j, the office is put back once more: %j)',
  async (fieldLevel, beside, twice) => {
    await using office = await open(fieldLevel)
    const ee = await office.leave('ee')
    await ee.exchange()
    backupOfOffice(office)
    office.clock.pass(60)
    await office.desk.update('book', 1, { title: 'by the office', ...(beside && { owner_id: 3 }) })
    office.clock.pass(60)
    await ee.desk.update('book', 1, { title: 'Boats' })
    for (const step of [laptopSends, officeSends, laptopReads]) await step(ee)

    await restoreOffice(office)
    for (let round = 0; round < 2; round++) await byPackets(ee)
    if (twice) await restoreOffice(office)
    for (let round = 0; round < 4; round++) await byPackets(ee)

    const standing = { title: 'Boats', owner_id: beside ? 3 : 2 }
    for (const { desk } of [office, ee]) expect(await desk.get('book', 1)).toMatchObject(standing)
    const lost = { field: 'title', mine: 'by the office', theirs: 'Boats' }
    expect(await conflicts(office.site)).toMatchObject([{ verdict: 'overruled', fields: [lost] }])
    expect(await ee.desk.rows(sql`select * from hc_passed_by`)).toEqual([])
    expect((await verify(office.site, ee.site)).differences).toEqual([])
    expect([...(await differences(office.site)), ...(await differences(ee.site))]).toEqual([])
  },
)

test.each<[string[], boolean, Book]>([
  [[], false, { title: 'Ships', owner_id: 3 }],
  [[], true, { title: 'Ships', owner_id: 3 }],
  [['book'], false, { title: 'rude', owner_id: 3 }],
  [['book'], true, { title: 'rude', owner_id: 3 }],
])(
  'what waits at a laptop, and is on its way back to the office, stays until the office has read it (field by field: %j, the office is put back once more: %j)',
  async (fieldLevel, twice, standing) => {
    await using office = await open(fieldLevel)
    const ee = await office.leave('ee')
    await refuseRude(ee.site)
    await ee.exchange()
    backupOfOffice(office)
    office.clock.pass(60)
    await office.desk.update('book', 1, { title: 'rude' })
    await ee.exchange()

    await restoreOffice(office)
    office.clock.pass(60)
    await office.desk.update('book', 1, { owner_id: 3 })
    for (let round = 0; round < 2; round++) await byPackets(ee)
    if (twice) await restoreOffice(office)
    for (let round = 0; round < 4; round++) await byPackets(ee)
    await sqlAt(ee.site, 'drop trigger app_strict')
    await office.desk.insert('book', { title: 'after that' })
    await byPackets(ee)

    const lost = (await conflicts(office.site)).map(
      one => one.fields.find(({ field }) => field === 'title')?.mine,
    )
    expect(lost).toEqual(standing.title === 'rude' ? [] : ['rude'])
    for (const { desk } of [office, ee]) expect(await desk.get('book', 1)).toMatchObject(standing)
    expect(await ee.desk.rows(held)).toEqual([])
    expect((await verify(office.site, ee.site)).differences).toEqual([])
    expect([...(await differences(office.site)), ...(await differences(ee.site))]).toEqual([])
  },
)

test('what only enters or leaves the laptop’s area, and waits there, is nobody’s change: it is not given back', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await ee.exchange()
  for (const refused of ['delete on contact', `insert on contact when new.name = 'Fjord'`])
    await sqlAt(
      ee.site,
      `create trigger app_${refused.slice(0, 6)} before ${refused} begin select raise(abort, 'no'); end`,
    )
  await editArea(office.site, NORTH, { include: [KAI], exclude: [EVA] }, 1)
  await ee.exchange()
  expect(await ee.desk.rows(held)).toEqual([{ record: NORDLYS }, { record: FJORD }])
  backupOfOffice(office)
  await office.desk.insert('contact', { name: 'lost here', associate_id: KAI }, 1)
  await ee.exchange()

  await restoreOffice(office)
  await settle(ee)
  const contacts = sql`tablenumber = 5 and record_id in (${NORDLYS}, ${FJORD})`
  expect(await office.desk.rows(sql`select * from hc_version where ${contacts}`)).toEqual([])
  expect(await office.desk.rows(sql`select * from traveltransactionlog where ${contacts}`)).toEqual([])
  for (const name of ['app_delete', 'app_insert']) await sqlAt(ee.site, `drop trigger ${name}`)
  await office.desk.insert('contact', { name: 'after that', associate_id: KAI }, 1)
  await settle(ee)

  expect(await ee.desk.rows(held)).toEqual([])
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('a record that leaves the laptop’s area with a change that the office has forgotten, and waits there, is in the area again', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await ee.exchange()
  await sqlAt(
    ee.site,
    `create trigger app_stays before delete on contact begin select raise(abort, 'no'); end`,
  )
  backupOfOffice(office)
  office.clock.pass(60)
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await ee.exchange()
  expect(await ee.desk.rows(held)).toEqual([{ record: NORDLYS }])

  await restoreOffice(office)
  await settle(ee)
  expect(await office.desk.rows(sql`select * from hc_version where record_id = ${NORDLYS}`)).toEqual([])
  await sqlAt(ee.site, 'drop trigger app_stays')
  await office.desk.insert('contact', { name: 'after that', associate_id: EVA }, 1)
  await settle(ee)

  expect(await ee.desk.rows(held)).toEqual([])
  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ associate_id: EVA })
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})
