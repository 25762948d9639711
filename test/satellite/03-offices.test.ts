/** Offices open, close, are lost and made anew, and people move between them (SPEC 8). */
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { exchange } from '../../src/app/journey.ts'
import {
  createSatellite,
  listSatellites,
  regenerateSatellite,
  retireSatellite,
  writeOffSatellite,
} from '../../src/app/satellites.ts'
import { machine } from '../../src/app/wire.ts'
import { createArea, editArea, removeArea } from '../../src/travel/areas.ts'
import { checkLogin } from '../../src/travel/login.ts'
import { openSite } from '../../src/travel/open.ts'
import { addAssociate } from '../../src/travel/people.ts'
import { EVA, KAI, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

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
  const created = await regenerateSatellite(office.site, {
    which: 'North',
    folder: join(office.folder, 'north again'),
  })
  expect(created.number).toBe(1)
  const again = await openSite(machine({ clock: office.clock }), { path: created.database })
  const [row] = await again.db.snapshot(read =>
    read.rows(sql<{ next: number }>`select next_id as next from sequence where id = 15`),
  )
  expect(row!.next).toBe(sent + 1 + 65_536)
  expect(row!.next).toBeGreaterThan(lost)
  await exchange(office.site, again)
  const refused = await exchange(office.site, north.site).catch((error: { code: string }) => error.code)
  expect(refused).toBe('PACKET_RETIRED')
  await again.db.close()
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
