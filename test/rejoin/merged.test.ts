/** SPEC 9 and 10: what was merged into another record, and is told again after a break, is no deletion of that. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { ownAccount } from '../../src/travel/ledger.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Laptop, type Office, openOffice } from '../support/office.ts'
import { laptopSends, officeReads } from '../support/steps.ts'
import { backupOfOffice, putBack, restoreOffice } from './copies.ts'

const open = (fieldLevel: readonly string[]) =>
  openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel })

const topics = async ({ desk }: Office | Laptop) =>
  desk.rows(sql<{ id: number; title: string }>`select topic_id as id, title from topic order by 1`)

/** What was read beside the database is lost as well, so that everything is told by children. */
const byChildren = (office: Office): Promise<unknown> => restoreOffice(office)
const byPackets = (office: Office): Promise<unknown> => putBack(office)

test.each([
  ['children tell', [], byChildren],
  ['children tell', ['topic', 'book'], byChildren],
  ['it reads again', [], byPackets],
  ['it reads again', ['topic', 'book'], byPackets],
])(
  'what a laptop had seen before it was merged into another record takes nothing from that when the office is put back: %s (field by field: %j)',
  async (_, fieldLevel, back) => {
    await using office = await open(fieldLevel)
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    await office.desk.update('topic', 1, { title: 'lake' })
    await office.desk.update('book', 1, { topic_id: 1 })
    await ee.exchange()
    backupOfOffice(office)
    office.clock.pass(60)
    const own = await jo.desk.insert('topic', { title: 'pond' })
    for (const step of [laptopSends, officeReads]) await step(jo)
    await ee.exchange()
    office.clock.pass(60)
    await jo.desk.update('topic', own, { title: 'lake' })
    for (const step of [laptopSends, officeReads]) await step(jo)
    await ee.exchange()
    expect(await topics(ee)).toEqual([{ id: 1, title: 'lake' }])
    office.clock.pass(60)
    await back(office)
    for (let round = 0; round < 3; round++) for (const laptop of [ee, jo]) await laptop.exchange()

    for (const one of [office, ee, jo]) expect(await topics(one)).toEqual([{ id: 1, title: 'lake' }])
    for (const laptop of [ee, jo]) expect((await verify(office.site, laptop.site)).differences).toEqual([])
  },
)

test.each([
  ['the laptop whose edit led to it', 0],
  ['somebody else', 1],
])(
  'a merge into a record that the office has forgotten as well comes back with it: first comes %s',
  async (_, first) => {
    await using office = await open([])
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    for (const laptop of [ee, jo]) await laptop.exchange()
    backupOfOffice(office)
    office.clock.pass(60)
    const moon = await office.desk.insert('topic', { title: 'moon' })
    await office.desk.update('topic', 1, { title: 'ocean' })
    await jo.exchange()
    office.clock.pass(60)
    await ee.desk.update('topic', 1, { title: 'moon' })
    for (const laptop of [ee, jo, ee]) await laptop.exchange()
    for (const laptop of [ee, jo]) expect(await topics(laptop)).toEqual([{ id: moon, title: 'moon' }])
    office.clock.pass(60)
    await restoreOffice(office)
    const order = first === 0 ? [ee, jo] : [jo, ee]
    for (let round = 0; round < 3; round++) for (const laptop of order) await laptop.exchange()

    for (const one of [office, ee, jo]) {
      expect(await topics(one)).toEqual([{ id: moon, title: 'moon' }])
      expect(await one.desk.get('book', 1)).toMatchObject({ topic_id: moon })
    }
    for (const laptop of [ee, jo]) {
      expect((await verify(office.site, laptop.site)).differences).toEqual([])
      expect(await laptop.site.db.snapshot(ownAccount)).toMatchObject({ unanswered: 0 })
    }
  },
)
