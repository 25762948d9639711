/** SPEC 10, "After a break": a satellite is restored from an older copy: it is a child, and has children. */
import { copyFileSync, cpSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { writeUpdates } from '../../src/app/journey.ts'
import { machine } from '../../src/app/wire.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { switchFieldLevel } from '../../src/travel/field-level.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { openSite } from '../../src/travel/open.ts'
import { restored } from '../../src/travel/restored.ts'
import { verify } from '../../src/travel/verify.ts'
import { EVA, FJORD, KAI, NORDLYS, openAtHome, SOUTH } from '../support/areas/regions.ts'
import { type Branch, openBranch } from '../support/branch.ts'
import type { Office } from '../support/office.ts'
import { packetsOf } from '../support/steps.ts'
import { backupOfOffice, restoreOffice } from './copies.ts'
import { names } from './holdings.ts'

const files = ({ site }: Branch): string[] => [basename(site.path), `${basename(site.path)}-wal`]

function backupOf(branch: Branch): void {
  const folder = dirname(branch.site.path)
  for (const name of files(branch)) cpSync(join(folder, name), join(folder, 'backup', name))
}

async function restore(branch: Branch): Promise<void> {
  const { path } = branch.site
  await branch.site.db.close()
  for (const name of [...files(branch), `${basename(path)}-shm`])
    rmSync(join(dirname(path), name), { force: true })
  cpSync(join(dirname(path), 'backup'), dirname(path), { recursive: true })
  branch.desk.site = await openSite(machine({ clock: branch.clock }), { path })
  await restored(branch.site)
}

test('a restored satellite gets back what central has and what its own traveller has, and goes on', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await ee.exchange()
  await north.exchange()
  backupOf(north)
  office.clock.pass(60)
  const lost = await north.desk.insert('contact', { name: 'x sent to central', associate_id: EVA }, EVA)
  await north.exchange()
  await ee.desk.insert('contact', { name: 'x by ee', associate_id: EVA }, EVA)
  await ee.exchange()

  await restore(north)
  office.clock.pass(60)
  expect(await names(north.desk)).toEqual(['x by ee'])
  const kept = await north.desk.insert('contact', { name: 'x after', associate_id: EVA }, EVA)
  expect(kept).toBeGreaterThan(lost + 65_000)
  for (let round = 0; round < 2; round++) {
    await north.exchange()
    await ee.exchange()
  }
  await north.exchange()

  for (const desk of [office.desk, north.desk, ee.desk])
    expect(await names(desk)).toEqual(['x after', 'x by ee', 'x sent to central'])
  expect((await verify(office.site, north.site)).differences).toEqual([])
  expect((await verify(north.site, ee.site)).differences).toEqual([])
})

test('what a traveller heard of a restored satellite before central did keeps its name', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  const contact = await north.desk.insert('contact', { name: 'x', associate_id: EVA }, EVA)
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await north.desk.update('contact', contact, { name: 'x in no packet yet' }, EVA)
  await ee.exchange()
  backupOf(north)
  await north.exchange()
  await restore(north)
  office.clock.pass(60)
  await north.desk.update('contact', contact, { name: 'x after' }, EVA)
  await ee.exchange()
  await ee.exchange()
  await north.exchange()
  ee.desk.skew = -3600
  await ee.desk.update('contact', contact, { name: 'x by ee' }, EVA)
  await ee.exchange()
  await north.exchange()

  for (const desk of [office.desk, north.desk, ee.desk]) {
    expect(await names(desk)).toEqual(['x by ee'])
    expect(await desk.rows(sql`select loser_associate as who from hc_conflict where loser_link > 0`)).toEqual(
      [],
    )
  }
})

/** Of a record that has left North since, so that it is passed on, and what became of it comes back later. */
async function passOn(office: Office, north: Branch) {
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  const person = await office.desk.insert('person', { contact_id: NORDLYS, lastname: 'Berg' }, 1)
  await north.exchange()
  await ee.exchange()
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await north.exchange()
  office.clock.pass(60)
  await ee.desk.update('person', person, { lastname: 'Berg by ee' }, EVA)
  await ee.exchange()
  return { ee, person }
}

test.each([[[]], [['person']]])(
  'what a traveller brings back of a restored satellite’s own edits keeps its time at central (field by field: %j)',
  async fieldLevel => {
    await using office = await openAtHome()
    for (const table of fieldLevel) await switchFieldLevel(office.site, table, true)
    const other = await office.desk.insert('contact', { name: 'other', associate_id: EVA })
    const person = await office.desk.insert('person', { lastname: 'Berg', contact_id: NORDLYS })
    await using north = await openBranch(office, 'North')
    await north.exchange()
    await north.build()
    backupOf(north)
    const ee = await north.leave('ee')
    office.clock.pass(60)
    await north.desk.update('person', person, { contact_id: other }, EVA)
    const time = office.clock.now()
    await ee.exchange()

    office.clock.pass(60)
    await restore(north)
    for (const each of [north, ee, north]) await each.exchange()

    expect(await office.desk.get('person', person)).toMatchObject({ contact_id: other })
    const told = sql<{ time: number }>`select ttime as time from traveltransactionlog where origin_id <> 0
      union select time from hc_version where record_id = ${person} and associate_id = ${EVA}`
    expect(await office.desk.rows(told)).toEqual([{ time }])
  },
)

test('an edit that a satellite had passed on is answered, also where the answer was on the lost disk', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  const { ee, person } = await passOn(office, north)
  await writeUpdates(north.site)
  backupOf(north)
  await north.exchange()
  await north.desk.insert('contact', { name: 'x', associate_id: EVA }, EVA)
  await north.exchange()
  office.clock.pass(60)
  await office.desk.update('person', person, { lastname: 'Berg since' }, 1)

  await restore(north)
  for (let round = 0; round < 2; round++) {
    await north.exchange()
    await ee.exchange()
  }

  expect(await office.desk.get('person', person)).toMatchObject({ lastname: 'Berg since' })
  expect(await office.desk.rows(sql`select * from hc_conflict`)).toEqual([])
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 1, applied: 1, held: 0 })
})

test('of what has left a restored satellite nothing comes back with its travellers', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  backupOf(north)
  await office.desk.update('contact', NORDLYS, { name: 'x since the backup' }, 1)
  await north.exchange()
  await ee.exchange()
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)

  await restore(north)
  for (let round = 0; round < 2; round++) {
    await north.exchange()
    await ee.exchange()
  }

  for (const desk of [north.desk, ee.desk]) {
    expect(await desk.get('contact', NORDLYS)).toBeUndefined()
    expect(await desk.rows(sql`select * from hc_difference`)).toEqual([])
  }
})

test('an edit that a satellite had passed on is read again as one of somebody who had seen less than the satellite', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await ee.desk.update('contact', NORDLYS, { name: 'by ee' }, EVA)
  office.clock.pass(60)
  await office.desk.update('contact', NORDLYS, { name: 'by central', associate_id: KAI }, KAI)
  await north.exchange()
  backupOfOffice(office)
  await office.desk.insert('contact', { name: 'x since', associate_id: EVA })
  for (const place of [north, ee, north, ee]) await place.exchange()
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'by central' })

  office.clock.pass(60)
  await restoreOffice(office, { told: false })
  await restored(office.site)
  for (const place of [north, ee, north, ee]) await place.exchange()

  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'by central' })
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 1, overruled: 1 })
})

test('what a restored satellite is brought back of a record that has been merged since is about the one that was kept', async () => {
  await using office = await openAtHome()
  const golf = await office.desk.insert('contint', { name: 'golf' }, 1)
  const chess = await office.desk.insert('contint', { name: 'chess' }, 1)
  await buildPrototype(office.site, SOUTH)
  const kk = await office.leave('kk')
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await office.desk.delete('contint', chess, 1)
  await north.exchange()
  backupOf(north)
  await ee.exchange()
  office.clock.pass(60)
  await kk.desk.update('contint', chess, { name: 'sports' })
  await office.desk.update('contint', golf, { name: 'sports' }, 1)
  await kk.exchange()

  await restore(north)
  for (let round = 0; round < 3; round++) for (const each of [north, ee]) await each.exchange()
  for (const { desk } of [office, north, ee])
    expect(await desk.rows(sql`select contint_id as id, name from contint`)).toEqual([
      { id: golf, name: 'sports' },
    ])
  const noted = await north.desk.rows(sql`select old_id, kept_id from hc_alias`)
  expect(noted).toEqual([{ old_id: chess, kept_id: golf }])
  expect(await ee.desk.rows(sql`select record_id from hc_difference`)).toEqual([])
})

test('single fields of central’s that come back to an office which had deleted the record are no edit of the office', async () => {
  await using office = await openAtHome()
  await switchFieldLevel(office.site, 'contact', true)
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.desk.delete('contact', NORDLYS, EVA)
  backupOf(north)
  office.clock.pass(60)
  await office.desk.update('contact', NORDLYS, { department: 'ships' }, 1)
  await north.exchange()
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await ee.exchange()

  await restore(north)
  office.clock.pass(60)
  for (let round = 0; round < 3; round++) for (const place of [ee, north]) await place.exchange()

  for (const { desk } of [office, north, ee])
    expect(await desk.get('contact', NORDLYS)).toMatchObject({ department: 'ships' })
  // The deletion, in both lives.
  expect(await north.site.db.snapshot(ownAccount)).toMatchObject({ made: 2, overruled: 2 })
})

test('what a satellite without its folder reads once more, and calls otherwise, central knows by the name of the change', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await north.exchange()
  backupOf(north)
  office.clock.pass(60)
  await ee.desk.insert('contact', { name: 'x by ee', associate_id: EVA }, EVA)
  await ee.exchange()
  await north.exchange()
  rmSync(join(`${north.site.path}.homecoming`, 'applied'), { recursive: true })
  await restore(north)
  office.clock.pass(60)
  copyFileSync(join(packetsOf(ee), 'done', 'ee0001.up'), join(packetsOf(ee), 'ee0001.up'))
  for (let round = 0; round < 3; round++) {
    await ee.exchange()
    await north.exchange()
  }
  await ee.exchange()
  const [one, ...others] = await ee.desk.rows(
    sql<{ id: number }>`select contact_id as id from contact where name = 'x by ee'`,
  )
  expect(others).toEqual([])
  await ee.desk.update('contact', one!.id, { name: 'x by ee, later' }, EVA)
  await ee.exchange()
  await north.exchange()

  for (const desk of [office.desk, north.desk, ee.desk]) expect(await names(desk)).toEqual(['x by ee, later'])
  expect((await verify(office.site, north.site)).differences).toEqual([])
  expect((await verify(north.site, ee.site)).differences).toEqual([])
  expect(await north.site.db.snapshot(ownAccount)).toMatchObject({ made: 3, applied: 3, unanswered: 0 })
  const history = sql`select type from traveltransactionlog where tablenumber = 5 order by 1`
  expect(await office.desk.rows(history)).toEqual([{ type: 4352 }, { type: 4608 }])
})

test('what central has changed at once has one name, and is more than one record: what comes back of it to a restored satellite stands apart', async () => {
  await using office = await openAtHome()
  const own = await office.desk.insert('contact', { name: 'Berg', associate_id: KAI }, 1)
  await buildPrototype(office.site, SOUTH)
  const kk = await office.leave('kk')
  const golf = await office.desk.insert('contint', { name: 'golf' }, 1)
  const theirs = await kk.desk.insert('contint', { name: 'golf' })
  for (const contact_id of [FJORD, own])
    await kk.desk.insert('contactinterest', { contact_id, cinterest_idx: theirs })
  await kk.exchange()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await office.desk.update('contact', FJORD, { associate_id: EVA }, 1)
  for (const each of [north, ee]) await each.exchange()
  backupOf(north)
  office.clock.pass(60)
  await office.desk.update('contact', own, { associate_id: EVA }, 1)
  for (const each of [north, ee]) await each.exchange()
  const interests = sql`select contact_id as contact, cinterest_idx as interest from contactinterest order by 1`
  const all = [FJORD, own].sort((a, b) => a - b).map(contact => ({ contact, interest: golf }))
  expect(await ee.desk.rows(interests)).toEqual(all)

  office.clock.pass(60)
  await restore(north)
  for (let round = 0; round < 3; round++) for (const each of [ee, north]) await each.exchange()
  for (const { desk } of [office, north, ee]) {
    expect(await desk.rows(interests)).toEqual(all)
    expect(await desk.rows(sql`select record_id from hc_difference`)).toEqual([])
  }
})
