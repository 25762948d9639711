/**
 * What the SQLite adapter costs: against the bare driver, with and without checks, and copying against VACUUM INTO.
 * Run:   node bench/sqlite-adapter.ts [rows, default 200000]; every line has its baseline from the same run.
 * Basis: docs/decisions/0003-sqlite-driver-and-pragmas.md
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Driver from 'better-sqlite3-multiple-ciphers'
import { sql } from 'kysely'
import type { Row } from '../src/core/values.ts'
import type { Field, Table } from '../src/dictionary/model.ts'
import type { Database } from '../src/storage/contract.ts'
import { sqliteStorage } from '../src/storage/sqlite/storage.ts'

const ROWS = Number(process.argv[2] ?? 200_000)
const KEY = new Uint8Array(32).fill(7)
const folder = mkdtempSync(join(tmpdir(), 'homecoming-bench-'))
const storage = sqliteStorage()

const text = (name: string): Field => ({ name, type: 'text', length: 220 })
const int = (name: string): Field => ({ name, type: 'int32' })
const fields: Field[] = [
  { name: 'id', type: 'id' },
  ...['name', 'department', 'phone'].map(text),
  ...['category', 'business', 'country'].map(int),
  { name: 'active', type: 'boolean' },
  { name: 'deleted', type: 'boolean' },
  { name: 'registered', type: 'datetime' },
  { name: 'updated', type: 'datetime' },
  ...['owner_id', 'group_id'].map(int),
  ...['code', 'url'].map(text),
  ...['a', 'b', 'c', 'd'].map(int),
  text('note'),
]
const travels = { up: true, down: true, prototype: true, area: false }
const bare: Table = { name: 'company', number: 201, travels, fields }
const company: Table = {
  ...bare,
  uniqueKeys: [{ fields: ['code'], onCollision: 'reject' }],
  indexes: [['name'], ['category'], ['owner_id', 'group_id']],
}
const target = { table: 'company', key: ['id'], columns: fields.slice(1).map(field => field.name) }
const moment = '2026-11-21T04:05:06Z'
const rowOf = (id: number): Row => [
  ...[id, `Company name ${(id * 7919) % ROWS}`, 'department', '12345678', id % 100, id % 7, id % 9, 1, 0],
  ...[moment, moment, id % 5_000, id % 50, `code ${id}`, 'https://example.org/', 1, 2, 3, 4],
  'a note and some more text, here to fill',
]
const rows = Array.from({ length: ROWS }, (_, index) => rowOf(index + 1))

/** The best of three runs, in milliseconds: other work on the machine only ever adds. */
async function best(work: () => Promise<void> | void, before: () => Promise<void> | void = () => {}) {
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < 3; run++) {
    await before()
    const begun = performance.now()
    await work()
    least = Math.min(least, performance.now() - begun)
  }
  return least
}

function report(what: string, ours: number, baseline: number, against: string): void {
  const ratio = (ours / baseline).toFixed(2)
  process.stdout.write(`${what.padEnd(48)} ${ours.toFixed(0).padStart(6)} ms = ${ratio} x ${against}\n`)
}

async function made(name: string, table: Table, key?: Uint8Array): Promise<Database> {
  const database = await storage.open(join(folder, name), { create: true, ...(key && { key }) })
  await database.change(write => write.schema.createTable(table))
  return database
}

const cleared = (database: Database) => () =>
  database.change(async w => void (await w.run(sql`delete from company`)))
const filled = (database: Database) => () => database.change(write => write.insert(target, rows))

async function writing(): Promise<void> {
  const unchecked = await made('unchecked.db', { ...bare, travels: { ...travels, up: false, down: false } })
  const checked = await made('checked.db', bare)
  const raw = new Driver(join(folder, 'unchecked.db'))
  const insert = raw.prepare(`insert into company values (${fields.map(() => '?').join(', ')})`)
  const rawly = raw.transaction(() => {
    for (const row of rows) insert.run(...row)
  })
  const driver = await best(rawly, cleared(unchecked))
  const plain = await best(filled(unchecked), cleared(unchecked))
  report('insert, adapter', plain, driver, 'the bare driver')
  report(
    'insert, with range and length checks',
    await best(filled(checked), cleared(checked)),
    plain,
    'without',
  )
  raw.close()
  await unchecked.close()
  await checked.close()
}

async function reading(): Promise<void> {
  const database = await made('read.db', bare)
  await filled(database)()
  const raw = new Driver(join(folder, 'read.db'))
  const select = raw.prepare('select * from company').raw()
  const drained = (statement: typeof select) => () => {
    for (const _ of statement.iterate());
  }
  const driver = await best(drained(select))
  const batches = () =>
    database.snapshot(async read => {
      for await (const _ of read.batches(sql`select * from company`, 5_000));
    })
  report('read, adapter in batches', await best(batches), driver, 'the bare driver')
  report(
    'read, driver, all integers as bigint',
    await best(drained(select.safeIntegers())),
    driver,
    'as numbers',
  )
  raw.close()
  await database.close()
}

async function copying(): Promise<void> {
  const database = await made('source.db', company)
  await database.change(write => write.schema.createIndexes(company))
  await filled(database)()
  const copy = join(folder, 'copy.db')
  const gone = () => rmSync(copy, { force: true })
  const vacuum = await best(() => storage.backup(database, copy), gone)
  const everything = () => storage.copyTables(database, { path: copy, key: KEY }, [{ table: company }])
  const chosen = () =>
    storage.copyTables(database, { path: copy, key: KEY }, [{ table: company, where: sql`category >= 0` }])
  report('copy of everything, encrypted', await best(everything, gone), vacuum, 'VACUUM INTO')
  report('copy by a condition (all rows), encrypted', await best(chosen, gone), vacuum, 'VACUUM INTO')
  const keys = [KEY, new Uint8Array(32).fill(8)] as const
  let turn = 0
  const rekey = async () => {
    await (await storage.rekey(copy, keys[turn % 2]!, keys[++turn % 2]!)).close()
  }
  report('re-key', await best(rekey), vacuum, 'VACUUM INTO')
  await database.close()
}

try {
  await writing()
  await reading()
  await copying()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
