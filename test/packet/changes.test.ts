import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { readLog } from '../../src/log/reader.ts'
import { type ChangedRecord, changedRecords, changedSince } from '../../src/packet/changes.ts'
import type { Writing } from '../../src/storage/contract.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

test('few changes and many are found in different ways, and are the same records in the same order', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const third = await office.desk.insert('book', { title: 'third', owner_id: 1 })
  await office.desk.update('book', 1, { title: 'first' })
  await office.desk.delete('book', 2)
  const { site } = office
  const book = site.dictionary.table('book')
  const records = async (write: Writing, few: boolean) => {
    const found: ChangedRecord[] = []
    for await (const batch of changedRecords(write, book, sql`v.position > 0`, false, few))
      found.push(...batch)
    return found
  }

  await site.db.change(async write => {
    await readLog(write)
    const few = await records(write, true)
    expect(few.map(({ record, values }) => [record, values?.[1] ?? null])).toEqual([
      [1, 'first'],
      [2, null],
      [third, 'third'],
    ])
    expect(few).toEqual(await records(write, false))
  })
})

test('a table in which nothing changed is not looked into', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  await office.desk.update('book', 1, { title: 'first' })
  const { site } = office

  await site.db.change(async write => {
    const before = await write.log.position()
    await readLog(write)
    const since = await changedSince(write, before)
    expect(since.few).toBe(true)
    expect(since.has(site.dictionary.table('book'))).toBe(true)
    expect(since.has(site.dictionary.table('topic'))).toBe(false)
  })
})
