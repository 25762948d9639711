/** What people say means the office at work, and lists and the log name it (SPEC 8). */
import { expect, test } from 'vitest'
import { log } from '../../src/app/look.ts'
import {
  createSatellite,
  listSatellites,
  regenerateSatellite,
  retireSatellite,
  showSatellite,
  writeOffSatellite,
} from '../../src/app/satellites.ts'
import { previewArea } from '../../src/travel/preview.ts'
import { EVA, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

test('a name that is used again means the office at work; of the others it says what became of them', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await retireSatellite(office.site, north.site)
  expect(await showSatellite(office.site, 'north')).toMatchObject({ number: 1, state: 'home', people: [] })
  const folder = `${office.folder}/anew`
  await expect(regenerateSatellite(office.site, { which: 'North', folder })).rejects.toMatchObject({
    code: 'SATELLITE_UNKNOWN',
    message: 'satellite 1, North, was retired',
  })
  await using _again = await openBranch(office, 'North', 'again')
  expect(await showSatellite(office.site, 'North')).toMatchObject({
    number: 2,
    people: [{ name: 'ee' }, { name: 'jo' }],
  })
  expect(await showSatellite(office.site, 1)).toMatchObject({ number: 1, state: 'home' })
  expect(await listSatellites(office.site)).toMatchObject([
    { people: [] },
    { people: [{ name: 'ee' }, { name: 'jo' }] },
  ])
  expect(await writeOffSatellite(office.site, 'North')).toMatchObject({ number: 2 })
  await expect(writeOffSatellite(office.site, 'North')).rejects.toMatchObject({
    message: 'satellite 2, North, was written off',
  })
})

test('a satellite gets a name that no other at work has, and an owner who is there', async () => {
  await using office = await openAtHome()
  await using _north = await openBranch(office, 'North')
  const folder = `${office.folder}/south`
  const refusals = [
    [{ name: 'north' }, 'SATELLITE_EXISTS'],
    [{ name: '' }, 'USAGE'],
    [{ name: ' \t' }, 'USAGE'],
    [{ name: '7' }, 'USAGE'],
    [{ name: ' 007 ' }, 'USAGE'],
    [{ company: 999_999 }, 'RECORD_UNKNOWN'],
  ] as const
  for (const [options, code] of refusals)
    await expect(createSatellite(office.site, { area: 'South', folder, ...options })).rejects.toMatchObject({
      code,
    })
  const owned = { area: 'South', folder, name: 'Oslo', company: NORDLYS }
  expect(await createSatellite(office.site, owned)).toMatchObject({ number: 2, name: 'Oslo' })
})

test('an office of an area that is named by a number needs a name of its own: a number means an office by its number', async () => {
  await using office = await openAtHome()
  await office.sql(`update area set name = '7' where name = 'North'`)
  const folder = `${office.folder}/seven`
  await expect(createSatellite(office.site, { area: '7', folder })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('--name'),
  })
  expect(await createSatellite(office.site, { area: '7', folder, name: 'Room 7' })).toMatchObject({
    number: 1,
  })
})

test('an office stands under its name in the log of central, and where a change of areas concerns it', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  await north.exchange()
  const [entry] = await log(office.site, { table: 'contact', record: NORDLYS, limit: 1 })
  expect(entry).toMatchObject({ who: 'ee', origin: 'North' })
  const { people } = await previewArea(office.site, 'North', { include: ['kk'] })
  expect(people).toContainEqual({ name: 'North', area: 'North', away: true })
})
