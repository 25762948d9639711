/** Edits of a record that was merged into another meanwhile: they are edits of the one that stays (SPEC 9, "One of two"). */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { ownAccount } from '../../src/travel/ledger.ts'
import { differences } from '../../src/travel/same.ts'
import { verify } from '../../src/travel/verify.ts'
import { laptopSends, openNotebook } from '../support/steps.ts'

for (const what of ['changed', 'deleted'] as const)
  test(`a record that is ${what} on the road after it was merged at the office is the same at both ends`, async () => {
    await using office = await openNotebook()
    const topic = await office.desk.insert('topic', { title: 'sky' }, 3)
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    await ee.exchange()
    await jo.exchange()
    office.clock.pass(60)
    const kept = await office.desk.insert('topic', { title: 'coast' }, 3)
    await jo.desk.update('topic', topic, { title: 'coast' })
    await jo.exchange()
    office.clock.pass(60)
    if (what === 'changed') await ee.desk.update('topic', topic, { title: 'land' })
    else await ee.desk.delete('topic', topic)
    await ee.exchange()
    await jo.exchange()
    for (const laptop of [ee, jo]) {
      expect((await verify(office.site, laptop.site)).differences).toEqual([])
      // Nobody had to be repaired.
      expect(await differences(laptop.site)).toEqual([])
    }
    expect(await office.desk.get('topic', kept)).toEqual(
      what === 'changed' ? { topic_id: kept, title: 'land' } : undefined,
    )
  })

test('whoever edits again before hearing that the office had changed the first edit is in no conflict with himself', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const kept = await office.desk.insert('topic', { title: 'coast' }, 3)
  const topic = await ee.desk.insert('topic', { title: 'coast' })
  const book = await ee.desk.insert('book', { title: 'Rocks', topic_id: topic })
  await laptopSends(ee)
  await ee.desk.update('book', book, { title: 'Cliffs' })
  await laptopSends(ee)
  await ee.exchange()

  const books = await office.desk.rows(sql`select title, topic_id as topic from book where title like 'C%'`)
  expect(books).toEqual([{ title: 'Cliffs', topic: kept }])
  expect(await office.desk.rows(sql`select 1 from hc_conflict where tablenumber = 103`)).toEqual([])
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ overruled: 0, unanswered: 0 })
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})
