/** SPEC 9 and 10: an office is put back without what lies beside it, and somebody’s clock is fast. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { ownAccount } from '../../src/travel/ledger.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'
import { laptopSends, officeReads, openNotebook } from '../support/steps.ts'
import { backupOfOffice, restoreOffice } from './copies.ts'
import { titles } from './holdings.ts'

const HOUR = 3_600

test.for([[[]], [['book']]])(
  'an edit by a clock that is fast, which somebody else has brought back to a restored office, is in no conflict with itself (field by field: %j)',
  async ([fieldLevel]) => {
    await using office = await openOffice({
      dictionary: notebook,
      fill: fillNotebook,
      fieldLevel: fieldLevel!,
    })
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    for (const laptop of [ee, jo]) await laptop.exchange()
    backupOfOffice(office)
    office.clock.pass(60)
    ee.desk.skew = HOUR
    await ee.desk.update('book', 1, { title: 'Ships, by ee' })
    for (const laptop of [ee, jo]) await laptop.exchange()
    office.clock.pass(60)
    await restoreOffice(office)
    for (let round = 0; round < 3; round++) for (const laptop of [jo, ee]) await laptop.exchange()

    for (const one of [office, ee, jo]) expect(await titles(one)).toEqual(['Ships, by ee', 'Stars'])
    expect(await office.desk.rows(sql`select * from hc_conflict`)).toEqual([])
    const told = sql`select ttime from traveltransactionlog where tablenumber = 103 and record_id = 1 and type = 4608`
    expect(await office.desk.rows(told)).toHaveLength(1)
    expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 1, applied: 1 })
  },
)

test('new records of a laptop whose clock is fast, which somebody else has brought back to a restored office, stand once', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  for (const laptop of [ee, jo]) await laptop.exchange()
  backupOfOffice(office)
  office.clock.pass(60)
  ee.desk.skew = HOUR
  const topic_id = await ee.desk.insert('topic', { title: 'moon' })
  for (const title of ['first', 'second', 'third']) {
    ee.desk.skew += 1
    await ee.desk.insert('book', { title, topic_id })
  }
  await laptopSends(ee)
  await officeReads(ee)
  await jo.exchange()
  office.clock.pass(60)
  await restoreOffice(office)
  for (let round = 0; round < 3; round++) for (const laptop of [jo, ee]) await laptop.exchange()

  for (const one of [office, ee, jo])
    expect(await titles(one)).toEqual(['Ships', 'Stars', 'first', 'second', 'third'])
  for (const laptop of [ee, jo]) expect((await verify(office.site, laptop.site)).differences).toEqual([])
  expect(await ee.desk.rows(sql`select record_id, code from hc_held`)).toEqual([])
})
