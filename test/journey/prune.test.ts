import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { buildPrototype } from '../../src/prototype/build.ts'
import { prune } from '../../src/travel/prune.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Office, openOffice } from '../support/office.ts'
import { laptopSends, officeReads } from '../support/steps.ts'

const DAY = 86_400

const logRows = async (office: Office): Promise<number> => {
  const [row] = await office.desk.rows(
    sql<{ n: number }>`select count(*) as n from traveltransactionlog where type <> 0`,
  )
  return row!.n
}

test('log rows stay while somebody away has not passed them, and he is named', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  await office.desk.update('book', 1, { title: 'old news' })
  office.clock.pass(40 * DAY)
  await buildPrototype(office.site, 0)
  expect(await prune(office.site)).toMatchObject({ rows: 0, heldBackBy: 'ee' })
  await ee.exchange()
  expect((await prune(office.site)).rows).toBe(1)
  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'old news' })
})

test('young rows stay in any case', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  await office.desk.update('book', 1, { title: 'fresh' })
  await buildPrototype(office.site, 0)
  expect(await prune(office.site)).toMatchObject({ rows: 0, heldBackBy: 'age' })
})

test('a parent prunes by itself, once a day at most, and everything goes on', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  await office.desk.update('book', 1, { title: 'one' })
  await ee.exchange()
  office.clock.pass(40 * DAY)
  await buildPrototype(office.site, 0)
  await ee.desk.update('book', 2, { title: 'two' })
  await ee.exchange()
  await ee.exchange()
  office.clock.pass(2 * DAY)
  await ee.exchange()
  expect(await logRows(office)).toBeLessThan(2)
  await office.desk.delete('book', 2)
  office.clock.pass(DAY)
  await ee.exchange()
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('what was written instead of an edit is remembered until its author has read it', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const remembered = () => office.desk.rows(sql`select 1 from hc_instead`)
  const ee = await office.leave('ee')
  await office.desk.insert('topic', { title: 'coast' }, 3)
  const topic = await ee.desk.insert('topic', { title: 'coast' })
  await ee.desk.insert('book', { title: 'Rocks', topic_id: topic })
  await laptopSends(ee)
  await officeReads(ee)
  expect(await remembered()).not.toEqual([])
  office.clock.pass(40 * DAY)
  await buildPrototype(office.site, 0)
  await prune(office.site)
  expect(await remembered()).not.toEqual([])
  await ee.exchange()
  await ee.exchange()
  await prune(office.site)
  expect(await remembered()).toEqual([])
})
