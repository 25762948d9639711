/** An office that closes lets nobody in, sends nobody out and takes nobody's edits: they would go no further (SPEC 8). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { comeHome, exchange, readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { grantTravel } from '../../src/app/look.ts'
import { buildPrototype } from '../../src/app/prototypes.ts'
import { retireSatellite } from '../../src/app/satellites.ts'
import { journeyCarrier } from '../../src/app/wire.ts'
import { sendLastUp } from '../../src/travel/home.ts'
import { isClosed } from '../../src/travel/home-state.ts'
import { checkLogin } from '../../src/travel/login.ts'
import { packetsFolder } from '../../src/travel/paths.ts'
import { EVA, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { type Branch, openBranch } from '../support/branch.ts'

const CLOSED = { code: 'CHILD_CLOSED', message: expect.stringContaining('work at central') }

async function refusesPeople(north: Branch): Promise<void> {
  await expect(checkLogin(north.site, 'ee')).rejects.toMatchObject(CLOSED)
  await expect(grantTravel(north.site, 'ee')).rejects.toMatchObject(CLOSED)
  await expect(buildPrototype(north.site)).rejects.toMatchObject(CLOSED)
  await expect(north.leave('ee')).rejects.toMatchObject(CLOSED)
}

test('a retired office lets nobody in, and sends nobody out', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  await retireSatellite(office.site, north.site)
  await refusesPeople(north)
})

test('so does one that has sent its last packet; it still closes', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const { site } = north
  await sendLastUp(site, journeyCarrier(site, packetsFolder(site), site.identity))
  await refusesPeople(north)
  await retireSatellite(office.site, site)
  expect(await checkLogin(office.site, 'ee')).toBe('write')
})

test('an office with somebody away does not close, whoever asked before', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  await north.leave('ee')
  const { site } = north
  const closing = sendLastUp(site, journeyCarrier(site, packetsFolder(site), site.identity))
  await expect(closing).rejects.toMatchObject({ code: 'PEOPLE_AWAY' })
  expect(await site.db.snapshot(isClosed)).toBe(false)
})

test('who left from an office that had closed already is told so, and keeps what they have', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await north.site.db.change(write => write.run(sql`update hc_session set closed = 1`))
  await ee.desk.update('contact', NORDLYS, { name: 'on the road' }, EVA)
  await expect(comeHome(north.site, ee.site)).rejects.toMatchObject(CLOSED)
  expect(await ee.site.db.snapshot(isClosed)).toBe(false)
  await expect(exchange(north.site, ee.site)).rejects.toMatchObject(CLOSED)
  expect(await north.desk.get('contact', NORDLYS)).not.toMatchObject({ name: 'on the road' })
})

test('a packet that comes to a closed office over a folder is put aside with the reason', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  const packets = `${office.folder}/share`
  await north.site.db.change(write => write.run(sql`update hc_session set closed = 1`))
  await ee.desk.update('contact', NORDLYS, { name: 'on the road' }, EVA)
  await writeUpdates(ee.site, { packets })
  expect(await readUpdates(north.site, { packets, only: 'ee' })).toMatchObject([
    { what: 'quarantined', code: 'CHILD_CLOSED' },
  ])
})
