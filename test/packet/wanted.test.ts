/** SPEC 9: records that a parent lacks values of are sent in full, however many it asks for. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openNotebook } from '../support/steps.ts'

const BOOK = 103

test('a parent may ask for more records of a table than a query takes values', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  const book = await ee.desk.insert('book', { title: 'by ee' })
  await ee.exchange()
  await ee.site.db.change(write =>
    write.run(sql`insert into hc_wanted (link_id, tablenumber, record_id)
      with recursive n(n) as (select ${book - 40_000} union all select n + 1 from n where n < ${book}) select -1, ${BOOK}, n from n`),
  )

  await ee.exchange()

  expect(await ee.desk.rows(sql`select 1 from hc_wanted`)).toEqual([])
  expect(await office.desk.rows(sql`select title from book where title = 'by ee'`)).toHaveLength(1)
})
