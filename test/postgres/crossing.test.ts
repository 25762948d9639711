/** Text between laptops of SQLite and an office of PostgreSQL: what one cannot hold, the other refuses. */
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { held } from '../../src/app/look.ts'
import type { Site } from '../../src/log/site.ts'
import { verify } from '../../src/travel/verify.ts'
import { onPostgres } from '../support/central.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

const REFUSED = { code: 'VALUE_REFUSED' }
const countOf = (text: string) => sql<{ n: number }>`select count(*) as n from note where text = ${text}`

test('a laptop refuses U+0000 at once, wherever it stands in a text', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, at: onPostgres })
  const ee = await office.leave('ee')
  const note = await ee.desk.insert('note', { book_id: 1, text: 'ab' })

  for (const text of ['a\0b', '\0', `\0${'long '.repeat(2_000)}`]) {
    await expect(ee.desk.insert('note', { book_id: 1, text })).rejects.toMatchObject(REFUSED)
    await expect(ee.desk.update('note', note, { text })).rejects.toMatchObject(REFUSED)
  }
})

test('an office of SQLite refuses it too: another office may be on a server', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, at: onFile })

  await expect(office.desk.insert('note', { book_id: 1, text: 'a\0b' })).rejects.toMatchObject(REFUSED)
})

test('U+0000 in a copy of an older version waits as a held edit, and the rest of its packet goes on', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, at: onPostgres })
  const ee = await office.leave('ee')
  await withoutChecks(ee.site, async () => void (await ee.desk.insert('note', { book_id: 1, text: 'a\0b' })))
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

const onFile = async (folder: string): Promise<string> => join(folder, 'central.db')

/** As in tables that were made before they had these checks. */
async function withoutChecks(site: Site, work: () => Promise<void>): Promise<void> {
  const ignore = (on: boolean) => sql.raw(`pragma ignore_check_constraints = ${on ? 'on' : 'off'}`)
  await site.db.change(async write => void (await write.run(ignore(true))))
  await work()
  await site.db.change(async write => void (await write.run(ignore(false))))
}
