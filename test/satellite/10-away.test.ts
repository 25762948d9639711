/** Who is on the road from an office cannot leave a second time, as soon as central has been told (SPEC 8). */
import { expect, test } from 'vitest'
import { associates, grantTravel } from '../../src/app/look.ts'
import { editArea } from '../../src/travel/areas.ts'
import { checkLogin } from '../../src/travel/login.ts'
import { openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

test('who left an office before it heard that they work at central is away at central too, until they are home', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  const isAway = async () => (await associates(office.site)).find(({ name }) => name === 'ee')?.away
  await editArea(office.site, 'North', { unassign: ['ee'] })
  expect(await isAway()).toBe(false)
  await north.exchange()
  expect(await isAway()).toBe(true)
  const message = expect.stringContaining('away from the satellite North')
  await expect(checkLogin(office.site, 'ee')).rejects.toMatchObject({ code: 'LOGIN_REFUSED', message })
  await expect(office.leave('ee')).rejects.toMatchObject({ code: 'ALREADY_AWAY', message })
  await ee.comeHome()
  await north.exchange()
  expect(await isAway()).toBe(false)
  expect(await checkLogin(office.site, 'ee')).toBe('write')
})

test('the right to travel is given where somebody works; elsewhere it is said where that is', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  const elsewhere = (message: string) => ({ code: 'PERSON_ELSEWHERE', message })
  await expect(grantTravel(north.site, 'kk')).rejects.toMatchObject(
    elsewhere('kk works at central, not at North'),
  )
  await expect(grantTravel(office.site, 'ee')).rejects.toMatchObject(
    elsewhere('ee works at the satellite of North, not at central'),
  )
  await grantTravel(north.site, 'ee')
})
