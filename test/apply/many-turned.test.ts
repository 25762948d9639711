/** SPEC 9, "One of two": a merge turns all references, however many there are. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { buildPrototype } from '../../src/prototype/build.ts'
import { differences } from '../../src/travel/same.ts'
import { verify } from '../../src/travel/verify.ts'
import { laptopSends, officeReads, openNotebook } from '../support/steps.ts'

/** More than a query of SQLite may have parts. */
const MANY = 600

test('where a merge turns more references than a query has parts, everybody’s packets are read as before', async () => {
  await using office = await openNotebook()
  for (let book = 0; book < MANY; book++) await office.desk.insert('book', { title: `${book}`, topic_id: 1 })
  await buildPrototype(office.site, 0)
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await office.desk.insert('topic', { title: 'moon' })
  await ee.desk.update('topic', 1, { title: 'moon' })
  for (const step of [laptopSends, officeReads]) await step(ee)
  for (let round = 0; round < 2; round++) for (const laptop of [ee, jo]) await laptop.exchange()

  const turned = sql<{ n: number }>`select count(*) as n from book where topic_id = 1`
  for (const one of [office, ee, jo]) expect(await one.desk.rows(turned)).toEqual([{ n: 0 }])
  for (const laptop of [ee, jo]) {
    expect((await verify(office.site, laptop.site)).differences).toEqual([])
    expect(await differences(laptop.site)).toEqual([])
  }
})
