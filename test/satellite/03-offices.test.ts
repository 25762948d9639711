/** Offices open, close, are lost and made anew, and people move between them (SPEC 8). */
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { comeHome, exchange } from '../../src/app/journey.ts'
import {
  createSatellite,
  listSatellites,
  regenerateSatellite,
  retireSatellite,
  writeOffSatellite,
} from '../../src/app/satellites.ts'
import { machine } from '../../src/app/wire.ts'
import { compareChild } from '../../src/simulate/reference/compare.ts'
import { createArea, editArea, removeArea } from '../../src/travel/areas.ts'
import { checkLogin } from '../../src/travel/login.ts'
import { openSite } from '../../src/travel/open.ts'
import { addAssociate } from '../../src/travel/people.ts'
import { readStatus } from '../../src/travel/status.ts'
import { EVA, KAI, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { Branch, openBranch } from '../support/branch.ts'
import { Desk } from '../support/office.ts'

async function regenerate(branch: Branch): Promise<Branch> {
  const { central } = branch
  const folder = join(central.folder, 'made anew')
  const { database } = await regenerateSatellite(central.site, { which: branch.site.identity.name, folder })
  const site = await openSite(machine({ clock: central.clock }), { path: database })
  return new Branch(central, folder, new Desk(site, central.clock))
}

test('a retired satellite gives its people back to central, and its number is never used again', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  const id = await north.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  const account = await retireSatellite(office.site, north.site)
  expect(account).toMatchObject({ made: 1, applied: 1 })
  expect(await office.desk.get('contact', id)).toMatchObject({ name: 'Skrei' })
  expect(await checkLogin(office.site, 'ee')).toBe('write')
  await expect(north.desk.update('contact', NORDLYS, { name: 'late' }, EVA)).rejects.toMatchObject({
    code: 'CHILD_CLOSED',
  })
  await using again = await openBranch(office, 'North', 'north again')
  expect(again.site.identity.prefix).toBe(2)
  expect(await listSatellites(office.site)).toMatchObject([
    { number: 1, state: 'home' },
    { number: 2, state: 'away' },
  ])
})

test('nobody may be away from a satellite that is retired', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  await north.leave('ee')
  await expect(retireSatellite(office.site, north.site)).rejects.toMatchObject({ code: 'PEOPLE_AWAY' })
  await north.desk.update('contact', NORDLYS, { name: 'still at work' }, EVA)
})

test('a satellite that was lost is made anew under its number, and steps over the ids that it may have given out', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  const sent = await north.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await north.exchange()
  const lost = await north.desk.insert('contact', { name: 'Lysing', associate_id: EVA }, EVA)
  await using again = await regenerate(north)
  expect(again.site.identity).toMatchObject({ prefix: 1, tag: north.site.identity.tag })
  const id = await again.desk.insert('contact', { name: 'Hyse', associate_id: EVA }, EVA)
  expect(id).toBe(sent + 1 + 65_536)
  expect(id).toBeGreaterThan(lost)
  await again.exchange()
  expect(await office.desk.get('contact', id)).toMatchObject({ name: 'Hyse' })
  expect(await listSatellites(office.site)).toMatchObject([{ number: 1, state: 'away' }])
})

test('the old database of a satellite that was made anew is refused as a twin, and harms nobody', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.desk.update('contact', NORDLYS, { name: 'from the old one' }, EVA)
  await using again = await regenerate(north)
  await again.desk.update('contact', NORDLYS, { name: 'from the new one' }, EVA)
  await again.exchange()
  const said = await north.exchange().then(
    ({ refused }) => refused.map(({ code }) => code),
    (error: { code: string }) => [error.code],
  )
  expect(said).toContain('LINK_TWIN')
  await again.desk.update('contact', NORDLYS, { department: 'sea' }, EVA)
  await again.exchange()
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({
    name: 'from the new one',
    department: 'sea',
  })
})

test('how far people are behind an office that was made anew is counted in changes', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await ee.exchange()
  await north.exchange()
  await using again = await regenerate(north)
  for (let round = 0; round < 3; round++) await exchange(again.site, ee.site)
  await again.build()
  await again.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  const status = await readStatus(again.site)
  expect(status.links).toMatchObject([{ name: 'ee', behind: 1 }])
  expect(status.prototypes).toMatchObject([{ changesSince: 1 }])
  expect(status.journey).toMatchObject({ behind: 1 })
  await again.exchange()
  const [link] = (await readStatus(office.site)).links
  expect(link).toMatchObject({ behind: 0, branch: { links: [{ name: 'ee', behind: 1 }] } })
})

test('who was on the road from a lost office finds together with the one that is made anew', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  const skrei = await ee.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await ee.exchange()
  await north.exchange()
  await ee.exchange()
  office.clock.pass(60)
  await north.desk.update('contact', NORDLYS, { name: 'known on the road only' }, EVA)
  await ee.exchange()
  const unsent = await ee.desk.insert('contact', { name: 'Lysing', associate_id: EVA }, EVA)
  await ee.desk.update('contact', skrei, { department: 'sea' }, EVA)
  office.clock.pass(60)
  await office.desk.update('contact', NORDLYS, { orgnr: '7' }, 1)
  await using again = await regenerate(north)
  for (let round = 0; round < 4; round++) {
    await exchange(again.site, ee.site)
    await again.exchange()
  }
  await exchange(again.site, ee.site)
  expect(await compareChild(office.site, again.site, office.clock.seconds)).toEqual([])
  expect(await compareChild(again.site, ee.site, office.clock.seconds)).toEqual([])
  const names = await office.desk.rows(
    sql<{ name: string }>`select name, department from contact order by name`,
  )
  expect(names).toContainEqual({ name: 'Skrei', department: 'sea' })
  expect(names.filter(({ name }) => name === 'Lysing').length).toBe(1)
  expect(await ee.desk.get('contact', unsent)).toMatchObject({ name: 'Lysing' })
  await comeHome(again.site, ee.site)
})

test('a lost office can be given up', async () => {
  await using office = await openAtHome()
  await using _north = await openBranch(office, 'North')
  expect(await writeOffSatellite(office.site, 1)).toMatchObject({ name: 'North', number: 1 })
  expect(await checkLogin(office.site, 'ee')).toBe('write')
  await expect(writeOffSatellite(office.site, 1)).rejects.toMatchObject({ code: 'SATELLITE_UNKNOWN' })
})

test('somebody moves from central to a satellite, and on to another', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await using south = await openBranch(office, 'South')
  await editArea(office.site, 'South', { unassign: ['kk'] })
  await north.exchange()
  await south.exchange()
  expect(await checkLogin(office.site, 'kk')).toBe('write')
  await editArea(office.site, 'North', { assign: ['kk'] })
  await north.exchange()
  expect(await checkLogin(north.site, 'kk')).toBe('write')
  await editArea(office.site, 'North', { unassign: ['kk'] })
  await editArea(office.site, 'South', { assign: ['kk'] })
  await north.exchange()
  await south.exchange()
  expect(await checkLogin(south.site, 'kk')).toBe('write')
  for (const site of [office.site, north.site])
    await expect(checkLogin(site, 'kk')).rejects.toMatchObject({ code: 'LOGIN_REFUSED' })
})

test('somebody on the road from an office cannot be moved to another', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await north.exchange()
  await expect(editArea(office.site, 'North', { unassign: ['ee'] })).rejects.toMatchObject({
    code: 'AREA_PERSON_AWAY',
  })
  await ee.comeHome()
  await north.exchange()
  await editArea(office.site, 'North', { unassign: ['ee'] })
})

test('what is made at central only, a satellite refuses and says where', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  const { site } = north
  const folder = join(office.folder, 'nowhere')
  const refusals: readonly (() => Promise<unknown>)[] = [
    () => createArea(site, { name: 'West' }),
    () => editArea(site, 'North', { include: ['kk'] }),
    () => removeArea(site, 'South'),
    () => addAssociate(site, 'new'),
    () => createSatellite(site, { area: 'South', folder }),
  ]
  for (const refused of refusals) await expect(refused()).rejects.toMatchObject({ code: 'CENTRAL_ONLY' })
  for (const table of ['area', 'company', 'udeffield'])
    await expect(north.sql(`insert into ${table} (${table}_id) values (99)`)).rejects.toThrow(
      /kept at central/,
    )
  await expect(north.desk.insert('contact', { name: 'x', associate_id: KAI }, EVA)).resolves.toBeDefined()
})
