/** What an administrator sees of a satellite, from either side. */
import { expect, test } from 'vitest'
import { examine } from '../../src/travel/doctor.ts'
import { prune } from '../../src/travel/prune.ts'
import { readStatus } from '../../src/travel/status.ts'
import { verify } from '../../src/travel/verify.ts'
import { EVA, KAI, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

test('a satellite and its traveller are verified, examined, pruned and described like any other', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await ee.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await ee.desk.insert('contact', { name: 'Hyse', associate_id: KAI }, EVA)
  await ee.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  for (let round = 0; round < 3; round++) {
    await ee.exchange()
    await north.exchange()
  }
  await ee.exchange()
  expect(await verify(office.site, north.site)).toMatchObject({ same: true })
  expect(await verify(north.site, ee.site)).toMatchObject({ same: true })
  expect((await examine(north.site)).filter(({ ok, check }) => !ok && check !== 'clock')).toEqual([])
  const status = await readStatus(north.site)
  expect(status).toMatchObject({ kind: 'satellite', active: true })
  expect(status.links).toMatchObject([{ name: 'ee', state: 'away', account: { made: 3, applied: 3 } }])
  expect(status.journey).toMatchObject({ area: 'North', unsent: 0, account: { made: 3, applied: 3 } })
  await prune(north.site, 0)
  await ee.desk.update('contact', NORDLYS, { name: 'Nordlys again' }, EVA)
  await ee.exchange()
  await north.exchange()
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys again' })
  await ee.comeHome()
  await north.exchange()
  expect(await verify(office.site, north.site)).toMatchObject({ same: true })
})
