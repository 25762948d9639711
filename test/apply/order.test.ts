/** SPEC 6: uniqueness and ownership hold after the whole packet, not row by row. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { verify } from '../../src/travel/verify.ts'
import type { Desk, Laptop, Office } from '../support/office.ts'
import { openNotebook } from '../support/steps.ts'

const topics = async (desk: Desk): Promise<string[]> =>
  (await desk.rows(sql<{ title: string }>`select title from topic order by topic_id`)).map(row => row.title)

const settled = async (office: Office, laptop: Laptop) => {
  await laptop.exchange()
  expect(await laptop.desk.rows(sql`select held_id from hc_held`)).toEqual([])
  expect(await office.desk.rows(sql`select held_id from hc_held`)).toEqual([])
  expect(await conflicts(office.site)).toEqual([])
  expect(await verify(office.site, laptop.site)).toMatchObject({ same: true, differences: [] })
}

test('who deletes an entry and makes another of its name has the new one, at both ends', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.delete('topic', 1)
  await ee.desk.insert('topic', { title: 'sea' })
  await settled(office, ee)
  expect(await topics(office.desk)).toEqual(['sea'])

  const [sea] = await office.desk.rows(sql<{ id: number }>`select topic_id as id from topic`)
  await office.desk.delete('topic', sea!.id, 1)
  await office.desk.insert('topic', { title: 'sea' }, 1)
  await settled(office, ee)
  expect(await topics(ee.desk)).toEqual(['sea'])
})

test.each(['the office', 'the laptop'])('two entries swap their names at %s', async where => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.desk.insert('topic', { title: 'sky' }, 1)
  await settled(office, ee)
  const [, sky] = await ee.desk.rows(sql<{ id: number }>`select topic_id as id from topic order by 1`)
  const desk = where === 'the office' ? office.desk : ee.desk
  office.clock.pass(60)
  await desk.update('topic', 1, { title: 'between' })
  await desk.update('topic', sky!.id, { title: 'sea' })
  await desk.update('topic', 1, { title: 'sky' })
  await settled(office, ee)

  expect(await topics(office.desk)).toEqual(['sky', 'sea'])
  expect(await topics(ee.desk)).toEqual(['sky', 'sea'])
})

test('what was moved to another owner before the old one was deleted stays', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  office.clock.pass(60)
  await ee.desk.update('note', 1, { book_id: 2 })
  await ee.desk.delete('book', 1)
  await settled(office, ee)
  await jo.exchange()

  expect(await office.desk.get('note', 1)).toMatchObject({ book_id: 2, text: 'keel' })
  expect(await office.desk.get('note', 3)).toBeUndefined()
  const [version] = await office.desk.rows(
    sql`select deleted from hc_version where tablenumber = 104 and record_id = 1`,
  )
  expect(version).toEqual({ deleted: 0 })
  expect(await verify(office.site, jo.site)).toMatchObject({ same: true, differences: [] })
})
