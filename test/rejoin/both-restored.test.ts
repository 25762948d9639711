/** SPEC 10, "After a break": the office was put back, and a laptop as well, in any order. */
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { restored } from '../../src/travel/restored.ts'
import { differences } from '../../src/travel/same.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Laptop, openOffice } from '../support/office.ts'
import {
  laptopReads,
  laptopSends,
  officeReads,
  officeSends,
  openNotebook,
  packetsOf,
} from '../support/steps.ts'
import { backupOf, backupOfOffice, cloneOf, restore, restoreOffice } from './copies.ts'
import { titles } from './holdings.ts'

/** The laptop says what it knows, and the office goes on past that: the laptop has not read that yet. */
async function officeGoesOn(laptop: Laptop): Promise<void> {
  await officeSends(laptop)
  await laptopReads(laptop)
  await laptopSends(laptop)
  await officeReads(laptop)
}

async function exchangeTimes(laptop: Laptop, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await laptop.exchange()
}

test.for(['the last that the office had sent', 'less than that'])(
  'what a laptop has of a lost life of the office comes back, also where it is put back itself before it has brought that: to %s',
  async what => {
    await using office = await openNotebook()
    const ee = await office.leave('ee')
    await ee.exchange()
    backupOfOffice(office)
    await office.desk.insert('book', { title: 'by the office' })
    await ee.exchange()
    let backup = backupOf(ee)
    await office.desk.insert('book', { title: 'later' })
    await ee.exchange()
    if (what === 'the last that the office had sent') backup = backupOf(ee)
    await restoreOffice(office)
    await officeGoesOn(ee)
    const older = await restore(ee, backup)
    await older.desk.insert('book', { title: 'by ee' })
    await exchangeTimes(older, 4)

    expect(await titles(older)).toContain('by the office')
    expect(await titles(older)).toEqual(await titles(office))
    expect((await verify(office.site, older.site)).differences).toEqual([])
    expect([...(await differences(office.site)), ...(await differences(older.site))]).toEqual([])
  },
)

test('whoever goes on where both went back is no twin of himself when he is put back to before that', async () => {
  await using office = await openNotebook()
  backupOfOffice(office)
  const ee = await office.leave('ee')
  await office.desk.insert('book', { title: 'by the office' })
  await officeSends(ee)
  await laptopReads(ee)
  const other = await cloneOf(ee)
  await other.desk.insert('book', { title: 'by the other' })
  await other.exchange()
  await restoreOffice(office, { told: false })
  await restored(office.site)
  office.clock.pass(1)
  await ee.desk.insert('book', { title: 'by ee' })
  await laptopSends(ee)
  await officeSends(ee)
  await laptopReads(ee)
  const backup = backupOf(ee)
  await exchangeTimes(ee, 2)
  const older = await restore(ee, backup)
  await exchangeTimes(older, 2)

  expect((await older.exchange()).refused).toEqual([])
  expect(await titles(older)).toContain('by ee')
  expect(await titles(older)).toEqual(await titles(office))
  expect((await verify(office.site, older.site)).differences).toEqual([])
})

test('a packet of the laptop’s lost life, which lies at the carrier under the name of one of its own, is in nobody’s way', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'Ships, by ee' })
  backupOfOffice(office)
  const backup = backupOf(ee)
  for (const step of [laptopSends, officeReads, officeSends, laptopReads]) await step(ee)
  await restoreOffice(office)
  for (const step of [laptopSends, officeReads, officeSends, laptopReads]) await step(ee)
  const older = await restore(ee, backup)
  await older.desk.insert('book', { title: 'by ee' })
  for (let round = 0; round < 6; round++)
    for (const step of [laptopSends, officeReads, officeSends, laptopReads]) await step(older)

  expect(await laptopSends(older)).toEqual([])
  expect(await titles(office)).toEqual(['Ships, by ee', 'Stars', 'by ee'])
  expect((await verify(office.site, older.site)).differences).toEqual([])
  expect(await older.site.db.snapshot(ownAccount)).toMatchObject({ made: 2, applied: 2, unanswered: 0 })
})

test('what a laptop that was put back gives back is given back again where a late packet of its lost life came first', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  backupOfOffice(office)
  await office.desk.insert('book', { title: 'by the office' })
  await ee.exchange()
  const backup = backupOf(ee)
  await office.desk.insert('book', { title: 'later' })
  await ee.exchange()
  await restoreOffice(office)
  await officeGoesOn(ee)
  await ee.desk.insert('book', { title: 'on its way' })
  const [late] = await laptopSends(ee)
  const kept = join(office.folder, 'late.up')
  renameSync(join(packetsOf(ee), late!.name), kept)
  const older = await restore(ee, backup)
  await older.desk.insert('book', { title: 'by ee' })
  const own = join(packetsOf(older), late!.name)
  for (let round = 0; round < 6; round++) {
    const sent = await laptopSends(older)
    if (sent.some(({ name }) => name === late!.name) && existsSync(kept)) {
      renameSync(own, `${kept}.own`)
      renameSync(kept, own)
      await officeReads(older)
      renameSync(`${kept}.own`, own)
    }
    for (const step of [officeReads, officeSends, laptopReads]) await step(older)
  }

  expect(existsSync(kept)).toBe(false)
  expect(await titles(older)).toEqual(['Ships', 'Stars', 'by ee', 'by the office'])
  expect(await titles(office)).toEqual(await titles(older))
  expect((await verify(office.site, older.site)).differences).toEqual([])
})

test.for(['the laptop', 'somebody else'])(
  'two changes of a laptop that have one name, because nobody could tell it that it was put back, are two changes: first comes %s',
  async who => {
    await using office = await openNotebook()
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    backupOfOffice(office)
    const backup = backupOf(ee)
    office.clock.pass(60)
    await ee.desk.update('book', 1, { title: 'Ships, by ee' })
    for (const laptop of [ee, jo]) await laptop.exchange()
    const older = await restore(ee, backup)
    await restoreOffice(office)
    await older.desk.insert('book', { title: 'by ee' })
    const both = who === 'the laptop' ? [older, jo] : [jo, older]
    for (let round = 0; round < 3; round++) for (const laptop of both) await laptop.exchange()

    for (const one of [office, older, jo])
      expect(await titles(one)).toEqual(['Ships, by ee', 'Stars', 'by ee'])
    for (const laptop of both) expect((await verify(office.site, laptop.site)).differences).toEqual([])
  },
)

test.each<[string, string[]]>(
  ['the laptop', 'somebody else'].flatMap(who =>
    [[], ['book']].map((each): [string, string[]] => [who, each]),
  ),
)(
  'where a laptop gives a name twice to changes of one record, the later one stands, and the journal has the other: first comes %s (field by field: %j)',
  async (who, fieldLevel) => {
    await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel })
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    backupOfOffice(office)
    const backup = backupOf(ee)
    office.clock.pass(60)
    await ee.desk.update('book', 1, { title: 'Ships, by ee' })
    for (const laptop of [ee, jo]) await laptop.exchange()
    const older = await restore(ee, backup)
    await restoreOffice(office)
    office.clock.pass(60)
    await older.desk.update('book', 1, { title: 'Ships, later' })
    const both = who === 'the laptop' ? [older, jo] : [jo, older]
    for (let round = 0; round < 3; round++) for (const laptop of both) await laptop.exchange()

    for (const one of [office, older, jo]) expect(await titles(one)).toEqual(['Ships, later', 'Stars'])
    for (const laptop of both) expect((await verify(office.site, laptop.site)).differences).toEqual([])
    const lost = { field: 'title', mine: 'Ships, by ee', theirs: 'Ships, later' }
    expect(await conflicts(office.site)).toMatchObject([{ verdict: 'overruled', fields: [lost] }])
  },
)
