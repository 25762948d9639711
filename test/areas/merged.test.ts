/** A record made outside the own area that turns out to be there already (SPEC 7, SPEC 9 "One of two"). */
import { expect, test } from 'vitest'
import { readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { receipts } from '../../src/app/look.ts'
import { buildPrototype } from '../../src/app/prototypes.ts'
import { createArea } from '../../src/travel/areas.ts'
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
