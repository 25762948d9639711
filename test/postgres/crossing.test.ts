/** What a laptop of SQLite may hold and a central of PostgreSQL may not stops its own record, and nothing else. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { held } from '../../src/app/look.ts'
import { verify } from '../../src/travel/verify.ts'
import { onPostgres } from '../support/central.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

const countOf = (text: string) => sql<{ n: number }>`select count(*) as n from note where text = ${text}`

test('a text with U+0000 waits as a held edit, and the rest of its packet goes on', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, at: onPostgres })
  const ee = await office.leave('ee')
  await ee.desk.insert('note', { book_id: 1, text: 'a\0b' })
  const after = await ee.desk.insert('note', { book_id: 1, text: 'after it' })
  await ee.exchange()

  expect(await held(office.site)).toHaveLength(1)
  expect(await ee.desk.get('note', after)).toMatchObject({ text: 'after it' })
  const [row] = await office.desk.rows<{ n: number }>(countOf('after it'))
  expect(row).toEqual({ n: 1 })
})

test('every kind of character arrives as it was', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, at: onPostgres })
  const ee = await office.leave('ee')
  for (const text of [
    'ß İ ı ﬁ',
    '\u{1F9ED}\u200D\u{1F3FD}',
    '\uFEFFmark',
    '\'\\"\n\r\t',
    '\u0001\u001F\uFFFF',
  ])
    await ee.desk.insert('note', { book_id: 1, text })
  await ee.exchange()
  await ee.exchange()
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})
