import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  closeDatabase,
  createCentral,
  crmDictionary,
  fillDemo,
  type HomecomingDatabase,
  openDatabase,
  sql,
} from '../../src/index.ts'

let folder: string
let office: HomecomingDatabase

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homecoming-test-'))
  const path = join(folder, 'central.db')
  await createCentral({ path, dictionary: crmDictionary })
  office = await openDatabase(path)
})
afterEach(async () => {
  await closeDatabase(office)
  await rm(folder, { recursive: true, force: true })
})

const rowsOf = (table: string) =>
  office.db
    .snapshot(read => read.row(sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`))
    .then(row => row?.n)

test('what the demo data promise is in the database', async () => {
  const { records, tables } = await fillDemo(office, { records: 1_000, seed: 1 })
  expect(records).toBeGreaterThanOrEqual(1_000)
  expect(Object.values(tables).reduce((sum, rows) => sum + rows, 0)).toBe(records)
  for (const [table, rows] of Object.entries(tables))
    expect([table, await rowsOf(table)]).toEqual([table, rows])
})

test('the next id of every table lies behind the highest one', async () => {
  const { tables } = await fillDemo(office, { records: 1_000, seed: 1 })
  const rows = await office.db.snapshot(read =>
    read.rows(sql<{ tablename: string; next_id: number }>`select tablename, next_id from sequence`),
  )
  const next = new Map(rows.map(row => [row.tablename, row.next_id]))
  for (const [table, count] of Object.entries(tables))
    expect([table, next.get(table)]).toEqual([table, count + 1])
})

test('a database that has records is left as it is', async () => {
  await fillDemo(office, { records: 1_000, seed: 1 })
  const before = await rowsOf('contact')
  await expect(fillDemo(office, { records: 1_000, seed: 2 })).rejects.toThrow()
  expect(await rowsOf('contact')).toBe(before)
})
