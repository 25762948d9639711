import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Site } from '../../src/log/site.ts'
import { verify } from '../../src/travel/verify.ts'
import { sqlAt } from '../support/application.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

const withTrigger = async (site: Site): Promise<void> => {
  await fillNotebook(site)
  await sqlAt(
    site,
    `create trigger app_mark after insert on note begin
      update book set title = title || '*' where book_id = new.book_id; end`,
  )
}

test('what a trigger of the application does while a packet is applied is a change made here, and goes down', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: withTrigger })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  const note = await ee.desk.insert('note', { book_id: 1, text: 'mast' })
  await ee.exchange()
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'Ships*' })
  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'Ships*' })
  expect(await ee.desk.get('note', note)).toMatchObject({ text: 'mast' })
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('only the rows that the packet itself writes are exempt from capture', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: withTrigger })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.insert('note', { book_id: 1, text: 'mast' })
  await ee.exchange()
  const rows = await office.desk.rows(
    sql<{ t: number; type: number; origin: number }>`select tablenumber as t, type, origin_id as origin
      from traveltransactionlog where type <> 0 order by 1, 2`,
  )
  expect(rows).toEqual([
    { t: 103, type: 4608, origin: 0 },
    { t: 104, type: 4352, origin: 2 },
  ])
})

test('what a trigger does while an edit that waited takes effect goes down, beside a packet with edits of its own', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  await office.sql(
    `create trigger app_strict before insert on note begin select raise(abort, 'not now'); end`,
  )
  await ee.desk.insert('note', { book_id: 1, text: 'mast' })
  await ee.exchange()
  await office.sql('drop trigger app_strict')
  await office.sql(
    `create trigger app_mark after insert on note begin update topic set title = 'marked' where topic_id = 1; end`,
  )
  await ee.desk.update('book', 2, { title: 'another packet' })
  await ee.exchange()

  expect(await ee.desk.get('topic', 1)).toMatchObject({ title: 'marked' })
  expect(
    await ee.desk.rows(
      sql`select origin_id as origin, type from traveltransactionlog where tablenumber = 102`,
    ),
  ).toEqual([{ origin: -1, type: 4608 }])
  expect(await ee.desk.rows(sql`select 1 from traveltransactionlog where tablenumber = 104`)).toHaveLength(1)
})
