/** SPEC 3 and 10: what the parent calls the records of a child, also where it calls one otherwise than before. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { learnPairs } from '../../src/apply/told-pairs.ts'
import { PARENT_SIDE } from '../../src/hashes/tables.ts'
import { readRuns } from '../../src/packet/pairs.ts'
import type { Laptop } from '../support/office.ts'
import { openNotebook } from '../support/steps.ts'

const BOOK = 103
const NOTE = 104
const OTHERWISE = 900

/** Of books. */
const pairsOf = async ({ site }: Laptop): Promise<[number, number][]> => {
  const runs = await site.db.snapshot(read => readRuns(read, site.identity.tag))
  const pairs = runs
    .filter(({ table }) => table === BOOK)
    .flatMap(({ local, parent, count }) =>
      Array.from({ length: count }, (_, k): [number, number] => [local + k, parent + k]),
    )
  return pairs.sort(([a], [b]) => a - b)
}

test('a record that the parent calls otherwise from now on is called so, those beside it as before, and what points at it is its own', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const insert = (title: string) => ee.desk.insert('book', { title })
  const books = [await insert('before'), await insert('other'), await insert('after')] as const
  const own = await ee.desk.insert('note', { book_id: books[1], text: 'by ee' })
  const note = await office.desk.insert('note', { book_id: OTHERWISE, text: 'by the office' })
  for (let round = 0; round < 2; round++) await ee.exchange()
  const [before, former, after] = (await pairsOf(ee)).map(([, parent]) => parent)
  const pairs = [[BOOK, books[1], OTHERWISE, 1]]

  const again = await ee.site.db.change(async write => {
    await write.capture('off')
    await learnPairs(ee.site, write, { pairs } as never)
    return write.rows(sql<{ t: number; r: number }>`select tablenumber as t, record_id as r from hc_rehash
      where side = ${PARENT_SIDE} order by tablenumber, record_id`)
  })

  expect(await pairsOf(ee)).toEqual([
    [books[0], before],
    [books[1], OTHERWISE],
    [books[2], after],
  ])
  expect(await ee.desk.get('note', note)).toMatchObject({ book_id: books[1] })
  expect(again).toEqual(
    [
      { t: BOOK, r: former },
      { t: BOOK, r: OTHERWISE },
      { t: BOOK, r: books[1] },
      { t: NOTE, r: note },
      { t: NOTE, r: own },
    ].sort((a, b) => a.t - b.t || a.r! - b.r!),
  )
})
