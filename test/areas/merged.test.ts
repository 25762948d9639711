/** A record made outside the own area that turns out to be there already (SPEC 7, SPEC 9 "One of two"). */
import { expect, test } from 'vitest'
import { verifyAreas } from '../../src/app/areas.ts'
import { readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { receipts } from '../../src/app/look.ts'
import { buildPrototype } from '../../src/app/prototypes.ts'
import { createArea } from '../../src/travel/areas.ts'
import { differences } from '../../src/travel/same.ts'
import { verify } from '../../src/travel/verify.ts'
import { openOffice } from '../support/office.ts'
import { CREW, fillShips, secondModel } from './ships.ts'

const theirs = { crew_id: CREW.kk, name: 'language' }

test('who made it may go on with it until they hear that it was merged: their edit is judged like any other', async () => {
  await using office = await openOffice({ dictionary: secondModel, fill: fillShips })
  await createArea(office.site, { name: 'North', include: ['ee'], assign: ['ee'] })
  await buildPrototype(office.site, 'North')
  const ee = await office.leave('ee')
  const packets = `${ee.folder}/packets`
  await office.desk.insert('setting', { ...theirs, value: 'nb' }, CREW.admin)
  const own = await ee.desk.insert('setting', { ...theirs, value: 'en' }, CREW.ee)
  await writeUpdates(ee.site)
  await readUpdates(office.site, { packets })
  office.clock.pass(60)
  await ee.desk.update('setting', own, { value: 'de' }, CREW.ee)
  await ee.exchange()
  await ee.exchange()

  expect(await receipts(ee.site)).not.toContainEqual(expect.objectContaining({ rejected: 1 }))
})

test('what was merged into another is in the journal of areas no longer, and nobody is told that it has left', async () => {
  await using office = await openOffice({ dictionary: secondModel, fill: fillShips })
  await createArea(office.site, { name: 'North', include: ['ee'], assign: ['ee', 'jo'] })
  const own = { crew_id: CREW.ee, value: 'en' }
  const language = await office.desk.insert('setting', { ...own, name: 'language' }, CREW.admin)
  const colour = await office.desk.insert('setting', { ...own, name: 'colour' }, CREW.admin)
  await buildPrototype(office.site, 'North')
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await office.desk.delete('setting', language, CREW.admin)
  const other = await office.desk.insert('setting', { ...own, name: 'language' }, CREW.admin)
  await ee.desk.delete('setting', language, CREW.ee)
  office.clock.pass(60)
  await ee.desk.update('setting', colour, { name: 'language' }, CREW.ee)
  for (let round = 0; round < 2; round++) for (const each of [ee, jo]) await each.exchange()

  expect(await office.desk.get('setting', colour)).toBeUndefined()
  expect((await verifyAreas(office.site)).wrong).toEqual([])
  for (const each of [ee, jo]) {
    expect(await each.desk.get('setting', other)).toMatchObject({ name: 'language' })
    expect(await verify(office.site, each.site)).toMatchObject({ same: true })
    expect(await differences(each.site)).toEqual([])
  }
})
