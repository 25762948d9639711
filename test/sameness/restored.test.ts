/** Sameness after a break: a packet that only says what is known acknowledges new records, and another tells their ids. */
import { expect, test } from 'vitest'
import { verifyDeep } from '../../src/travel/deep.ts'
import { differences } from '../../src/travel/same.ts'
import { backupOf, restore } from '../rejoin/copies.ts'
import { laptopReads, laptopSends, officeReads, officeSends, openNotebook } from '../support/steps.ts'

test('a new record of a restored laptop is hashed by the id that the office gave it, whenever that comes', async () => {
  await using office = await openNotebook()
  let ee = await office.leave('ee')
  await ee.exchange()
  const backup = backupOf(ee)
  await ee.desk.insert('book', { title: 'lost on the way' })
  await laptopSends(ee)
  await ee.desk.insert('book', { title: 'late' })
  await laptopSends(ee)
  ee = await restore(ee, backup)
  await ee.desk.insert('book', { title: 'after the restore' })
  await laptopSends(ee)
  await officeReads(ee)
  for (let round = 0; round < 4; round++) {
    await officeSends(ee)
    await laptopReads(ee)
    await laptopSends(ee)
    await officeReads(ee)
  }

  expect(await differences(ee.site)).toEqual([])
  expect((await verifyDeep(ee.site)).bypassed).toEqual([])
})
