/** How long the journal remembers what entered and left (SPEC 2, "Retention"). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { buildPrototype } from '../../src/prototype/build.ts'
import { compareChild } from '../../src/simulate/reference/compare.ts'
import { prune } from '../../src/travel/prune.ts'
import { EVA, FJORD, KAI, NORDLYS, NORTH, openRegions, SOUTH, settle } from '../support/areas/regions.ts'
import type { Office } from '../support/office.ts'

const LONG = 40 * 86_400

async function moves(office: Office): Promise<number> {
  const [row] = await office.desk.rows(sql<{ n: number }>`select count(*) as n from hc_move`)
  return row!.n
}

async function newPrototypes(office: Office): Promise<void> {
  await buildPrototype(office.site, 0)
  await buildPrototype(office.site, NORTH)
  await buildPrototype(office.site, SOUTH)
}

test('what entered and left is remembered while somebody away has not heard of it', async () => {
  await using office = await openRegions()
  const [ee, kk] = [await office.leave('ee'), await office.leave('kk')]
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await settle(kk)
  office.clock.pass(LONG)
  await newPrototypes(office)

  expect(await prune(office.site)).toMatchObject({ heldBackBy: 'ee' })
  expect(await moves(office)).toBeGreaterThan(0)
  await settle(ee)
  await prune(office.site)
  expect(await moves(office)).toBe(0)
  expect(await ee.desk.get('contact', NORDLYS)).toBeUndefined()

  await office.desk.update('contact', NORDLYS, { associate_id: EVA }, 1)
  await settle(ee, kk)
  expect(await compareChild(office.site, ee.site, office.clock.seconds)).toEqual([])
  expect(await compareChild(office.site, kk.site, office.clock.seconds)).toEqual([])
})

test('somebody to whom nothing happens holds nobody back', async () => {
  await using office = await openRegions()
  const kk = await office.leave('kk')
  await settle(kk)
  await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, 1)
  await settle(kk)
  office.clock.pass(LONG)
  await newPrototypes(office)

  expect((await prune(office.site)).heldBackBy).not.toBe('kk')

  await office.desk.update('contact', FJORD, { name: 'Fjord AS' }, 1)
  await settle(kk)
  expect(await kk.desk.get('contact', FJORD)).toMatchObject({ name: 'Fjord AS' })
})
