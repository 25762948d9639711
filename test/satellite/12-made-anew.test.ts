/** An office that was made anew has two databases where the old one turns up: nobody goes on with the former one (SPEC 8, 10). */
import { renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { comeHome, exchange, parentPath, readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { regenerateSatellite, retireSatellite } from '../../src/app/satellites.ts'
import { machine } from '../../src/app/wire.ts'
import { examine } from '../../src/travel/doctor.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { checkLogin } from '../../src/travel/login.ts'
import { openSite } from '../../src/travel/open.ts'
import { readStatus } from '../../src/travel/status.ts'
import { EVA, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { Branch, openBranch } from '../support/branch.ts'
import { Desk, type Laptop, type Office } from '../support/office.ts'

async function regenerate(branch: Branch, where = 'made anew'): Promise<Branch> {
  const { central } = branch
  const folder = join(central.folder, where)
  const { database } = await regenerateSatellite(central.site, { which: branch.site.identity.name, folder })
  const site = await openSite(machine({ clock: central.clock }), { path: database })
  return new Branch(central, folder, new Desk(site, central.clock))
}

/** Central does not find it where it was: nobody can have told it. */
async function carriedAway(branch: Branch): Promise<void> {
  await branch.site.db.close()
  const folder = dirname(branch.site.path)
  const elsewhere = `${folder}-elsewhere`
  renameSync(folder, elsewhere)
  const path = join(elsewhere, 'satellite.db')
  branch.desk.site = await openSite(machine({ clock: branch.clock }), { path })
}

/** ee is on the road from North, and both have told what they had. */
async function atNorth(office: Office): Promise<{ north: Branch; ee: Laptop }> {
  const north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await ee.exchange()
  await north.exchange()
  return { north, ee }
}

const REPLACED = { code: 'SATELLITE_REPLACED', message: expect.stringContaining('satellite.db is a former') }

const accountOf = ({ site }: Laptop) => site.db.snapshot(ownAccount)

test('a former database that is at hand when its office is made anew takes nobody any more', async () => {
  await using office = await openAtHome()
  const { north, ee } = await atNorth(office)
  await using _north = north
  await ee.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  await using again = await regenerate(north)

  await expect(exchange(north.site, ee.site)).rejects.toMatchObject(REPLACED)
  await expect(comeHome(north.site, ee.site)).rejects.toMatchObject(REPLACED)
  await expect(readUpdates(north.site)).rejects.toMatchObject(REPLACED)
  await expect(writeUpdates(north.site)).rejects.toMatchObject(REPLACED)
  await expect(checkLogin(north.site, 'jo')).rejects.toMatchObject(REPLACED)
  await expect(retireSatellite(office.site, north.site)).rejects.toMatchObject(REPLACED)
  expect((await readStatus(north.site)).journey).toMatchObject({ former: true })
  expect((await readStatus(again.site)).journey).toMatchObject({ former: false })
  const links = async ({ site }: Branch) => (await examine(site)).find(({ check }) => check === 'links')
  expect(await links(north)).toMatchObject({ ok: false, message: expect.stringContaining('made anew') })
  expect(await links(again)).toMatchObject({ ok: true })
  await exchange(again.site, ee.site)
  expect(await again.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS' })
  expect(await accountOf(ee)).toMatchObject({ made: 1, applied: 1 })
})

test('whoever has met the new database of an office gives nothing to a former one, and counts no edit twice', async () => {
  await using office = await openAtHome()
  const { north, ee } = await atNorth(office)
  await using _north = north
  await carriedAway(north)
  await using again = await regenerate(north)
  await ee.desk.update('contact', NORDLYS, { name: 'given to the old one' }, EVA)
  await exchange(north.site, ee.site)
  await exchange(again.site, ee.site)
  expect(await parentPath(ee.site)).toBe(again.site.path)
  const account = await accountOf(ee)
  await ee.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)

  await expect(exchange(north.site, ee.site)).rejects.toMatchObject(REPLACED)
  await expect(comeHome(north.site, ee.site)).rejects.toMatchObject(REPLACED)
  expect(await parentPath(ee.site)).toBe(again.site.path)
  expect(await accountOf(ee)).toEqual(account)
  await exchange(again.site, ee.site)
  expect(await accountOf(ee)).toMatchObject({ made: account.made + 1, applied: account.applied + 1 })
  expect(await again.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS' })
})

test('a former database that central has met takes nobody any more', async () => {
  await using office = await openAtHome()
  const { north, ee } = await atNorth(office)
  await using _north = north
  await carriedAway(north)
  await using _again = await regenerate(north)
  await north.desk.update('contact', NORDLYS, { name: 'by the old one' }, EVA)
  const { refused } = await north.exchange()

  expect(refused).toMatchObject([{ code: 'LINK_TWIN' }])
  await expect(exchange(north.site, ee.site)).rejects.toMatchObject(REPLACED)
})

test('the database of an office that was made anew twice is the last one', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await using again = await regenerate(north)
  await using last = await regenerate(again, 'and again')

  expect((await readStatus(north.site)).journey).toMatchObject({ former: true })
  expect((await readStatus(again.site)).journey).toMatchObject({ former: true })
  expect((await readStatus(last.site)).journey).toMatchObject({ former: false })
  await last.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  await last.exchange()
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS' })
})
