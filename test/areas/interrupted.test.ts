/** An exchange that is broken off while records leave and enter an area. Real deaths are in test/bad-input/kill.test.ts. */
import { afterEach, expect, test } from 'vitest'
import { type CrashPoint, setCrashHook } from '../../src/core/crash-points.ts'
import { compareChild } from '../../src/simulate/reference/compare.ts'
import { EVA, FJORD, KAI, NORDLYS, openRegions, settle } from '../support/areas/regions.ts'
import type { Laptop, Office } from '../support/office.ts'

afterEach(() => setCrashHook(undefined))

/** Nordlys and Fjord change places; on the laptop, whatever is there gets another name. */
async function swap(office: Office, laptop: Laptop, time: number): Promise<void> {
  const [north, south] = time % 2 === 0 ? [NORDLYS, FJORD] : [FJORD, NORDLYS]
  await laptop.desk.update('contact', north, { name: `name ${time}` }, EVA)
  office.clock.pass(60)
  await office.desk.insert('person', { contact_id: north, lastname: `person ${time}` }, 1)
  await office.desk.update('contact', north, { associate_id: KAI }, 1)
  await office.desk.update('contact', south, { associate_id: EVA }, 1)
}

async function exchangeUntil(laptop: Laptop, nth: number): Promise<CrashPoint[]> {
  const reached: CrashPoint[] = []
  setCrashHook(point => {
    reached.push(point)
    if (reached.length > nth) throw new Error('broken off')
  })
  const done = laptop.exchange().then(() => 'done')
  expect(await done.catch((error: Error) => error.message)).toBe(nth < Infinity ? 'broken off' : 'done')
  setCrashHook(undefined)
  return reached
}

test('broken off anywhere, the next exchange brings everybody just what they should hold', async () => {
  await using office = await openRegions()
  const [ee, kk] = [await office.leave('ee'), await office.leave('kk')]
  await swap(office, ee, 0)
  const points = await exchangeUntil(ee, Infinity)
  expect(points.length).toBeGreaterThan(4)
  for (const [index, point] of points.entries()) {
    await swap(office, ee, index + 1)
    await exchangeUntil(ee, index)
    await settle(ee, kk)
    for (const laptop of [ee, kk])
      expect([point, ...(await compareChild(office.site, laptop.site, office.clock.seconds))]).toEqual([
        point,
      ])
  }
})
