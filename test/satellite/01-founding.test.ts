/** A satellite: an office far away, with its own travellers (SPEC 8). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { checkLogin } from '../../src/travel/login.ts'
import { EVA, FJORD, KAI, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

test('a satellite has its area, gives ids of its own range, and its people log in there', async () => {
  await using office = await openAtHome()
  await using branch = await openBranch(office, 'North')
  expect(branch.site.identity).toMatchObject({ kind: 'satellite', prefix: 1, level: 9, name: 'North' })
  expect(await branch.desk.get('contact', NORDLYS)).toBeDefined()
  expect(await branch.desk.get('contact', FJORD)).toBeUndefined()
  const id = await branch.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  expect(id >>> 24).toBe(1)
  expect(await checkLogin(branch.site, 'ee')).toBe('write')
  expect(await checkLogin(office.site, 'kk')).toBe('write')
  await expect(checkLogin(office.site, 'ee')).rejects.toMatchObject({ code: 'LOGIN_REFUSED' })
  await expect(checkLogin(branch.site, 'kk')).rejects.toMatchObject({ code: 'LOGIN_REFUSED' })
})

test('what a satellite and central change reaches the other', async () => {
  await using office = await openAtHome()
  await using branch = await openBranch(office, 'North')
  const id = await branch.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, 1)
  await branch.exchange()
  expect(await office.desk.get('contact', id)).toMatchObject({ name: 'Skrei' })
  expect(await branch.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS' })
  await office.desk.update('contact', id, { name: 'Skrei AS' }, 1)
  await branch.exchange()
  expect(await branch.desk.get('contact', id)).toMatchObject({ name: 'Skrei AS' })
})

test("what a satellite's traveller creates reaches central and the other satellites as one change, with its time and author", async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await using south = await openBranch(office, 'South')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await ee.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await ee.desk.update('contact', NORDLYS, { associate_id: KAI }, EVA)
  office.clock.pass(1000)
  await ee.exchange()
  office.clock.pass(1000)
  await north.exchange()
  await south.exchange()
  const [row] = await office.desk.rows(
    sql<{ id: number }>`select contact_id as id from contact where name = 'Skrei'`,
  )
  expect(row!.id >>> 24).toBe(1)
  expect(await south.desk.get('contact', NORDLYS)).toMatchObject({ associate_id: KAI })
  await north.exchange()
  expect(await north.desk.get('contact', NORDLYS)).toBeUndefined()
  await ee.exchange()
  expect(await ee.desk.get('contact', NORDLYS)).toBeUndefined()
})
