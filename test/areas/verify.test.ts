/** Verify knows what a child should hold: its area, what it made itself, and of old records none needs to be there. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { verifyAreas } from '../../src/app/areas.ts'
import { buildPrototype } from '../../src/app/prototypes.ts'
import { repairCapture } from '../../src/travel/activate.ts'
import { createArea } from '../../src/travel/areas.ts'
import { verify } from '../../src/travel/verify.ts'
import { type Laptop, openOffice } from '../support/office.ts'
import { CREW, fillShips, secondModel } from './ships.ts'

async function openWithNorth(more = {}) {
  const office = await openOffice({ dictionary: secondModel, fill: fillShips })
  await office.desk.update('voyage', 3, { departs: '2024-01-01T00:00:00Z' })
  await createArea(office.site, { name: 'North', include: ['ee'], assign: ['ee'], ...more })
  await buildPrototype(office.site, 'North')
  return office
}

/** Behind the back of capture, as a fault would. */
const behind = ({ site }: Laptop, statement: string) =>
  site.db.change(async write => {
    await write.capture('off')
    await write.run(sql.raw(statement))
  })

test('what is not in the area need not be there', async () => {
  await using office = await openWithNorth()
  const laptop = await office.leave('ee')
  expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
  expect(await laptop.desk.get('ship', 2)).toBeUndefined()
})

test('what should have left is found, and what should be there', async () => {
  await using office = await openWithNorth()
  const laptop = await office.leave('ee')
  await behind(laptop, `insert into ship (ship_id, name) values (2, 'Gjoa')`)
  await behind(laptop, 'delete from cargo where cargo_id = 5')
  expect((await verify(office.site, laptop.site)).differences).toEqual([
    { table: 'ship', record: 2, what: 'not-in-area', fields: [] },
    { table: 'cargo', record: 5, what: 'only-at-parent', fields: [] },
  ])
})

test('what the child made outside its area belongs there', async () => {
  await using office = await openWithNorth()
  const laptop = await office.leave('ee')
  await laptop.desk.insert('ship', { name: 'Belgica', captain_id: CREW.jo })
  await laptop.exchange()
  expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
  await behind(laptop, `delete from ship where name = 'Belgica'`)
  expect((await verify(office.site, laptop.site)).differences).toMatchObject([{ what: 'only-at-parent' }])
})

test('what is too old for the area may be there or not', async () => {
  await using office = await openWithNorth({ maxDataAge: 30 })
  const laptop = await office.leave('ee')
  expect(await laptop.desk.get('voyage', 3)).toBeUndefined()
  expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
  await office.desk.update('voyage', 3, { title: 'south' })
  await laptop.exchange()
  expect(await laptop.desk.get('voyage', 3)).toMatchObject({ title: 'south' })
  expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
})

test('what moved while nothing was captured is found, put right, and told with the next change', async () => {
  await using office = await openWithNorth()
  const laptop = await office.leave('ee')
  await office.site.db.change(async write => {
    await write.schema.removeCapture()
    await write.run(sql`update ship set captain_id = ${CREW.ee} where ship_id = 2`)
  })

  expect(await repairCapture(office.site)).not.toEqual([])
  expect(await verifyAreas(office.site)).toMatchObject({ wrong: [] })

  await office.desk.update('ship', 1, { name: 'Fram II' })
  await laptop.exchange()
  expect(await laptop.desk.get('ship', 2)).toMatchObject({ ship_id: 2 })
})
