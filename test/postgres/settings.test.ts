/**
 * Settings that somebody has given a database or a user: what is relied on is set by whoever relies on it.
 * HOMECOMING_TEST_ODD=1 gives them to every database of a test run.
 */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { storages } from '../../src/app/storages.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'
import { asAdmin, postgresServer, setOddly, testDatabase } from '../support/postgres-server.ts'

/** A field of every type that a server reads and writes by some setting. */
const FIELDS = {
  half: 'double',
  price: 'decimal',
  scan: 'bytes',
  due: 'date',
  seen: 'datetime',
  form: 'json',
  tag: 'uuid',
} as const

const model = {
  ...notebook,
  tables: notebook.tables.map(table => ({
    ...table,
    fields:
      table.name === 'note'
        ? [...table.fields, ...Object.entries(FIELDS).map(([name, type]) => ({ name, type, nullable: true }))]
        : table.fields,
  })),
}

const FULL = {
  book_id: 2,
  text: `'a\\b\\'' "NULL" \\x41 ß`,
  half: 0.1 + 0.2,
  price: '12345678901234567890.10',
  scan: new Uint8Array([0, 39, 92, 255]),
  due: '2026-02-03',
  seen: '2026-02-03T04:05:06.5Z',
  form: '{"path": "c:\\\\new"}',
  tag: '6f1c1a50-0b7e-4c1e-9d60-0a4c5b8f3e21',
}
const EMPTY = Object.fromEntries([...Object.keys(FIELDS), 'text'].map(name => [name, null]))

test('a journey does not notice the settings of the database', async () => {
  await using server = await oddDatabase()
  await using office = await openOffice({ dictionary: model, fill: fillNotebook, at: server.at })
  const ee = await office.leave('ee')

  for (const { desk } of [office, ee]) {
    await desk.insert('note', FULL)
    await desk.insert('note', { ...FULL, ...EMPTY })
  }
  office.clock.pass(60)
  await ee.exchange()
  await ee.exchange()

  for (const { desk } of [office, ee]) {
    const ids = await desk.rows(sql<{ id: number }>`select note_id as id from note where note_id > 3`)
    const notes = await Promise.all(ids.map(({ id }) => desk.get('note', id)))
    expect(notes.filter(note => note?.text)).toMatchObject([FULL, FULL])
    expect(notes.filter(note => note?.text === null)).toMatchObject([EMPTY, EMPTY])
  }
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('no time-out of the database ends what is ours', async () => {
  await using server = await oddDatabase()
  await using office = await openOffice({ dictionary: model, fill: fillNotebook, at: server.at })

  const timeouts = await office.desk.rows(
    sql<{ name: string; setting: string }>`select name, setting from pg_settings where name like '%timeout'
      and context = 'user' and name not in ('lock_timeout', 'deadlock_timeout') and setting <> '0'`,
  )
  expect(timeouts.map(({ name }) => name).filter(name => !OF_THE_LINE.test(name))).toEqual([])
})

test('rows that a policy hides are not taken for rows that are gone: the user is refused', async () => {
  await using database = await testDatabase(await postgresServer())
  const db = await storages().open(database.address)
  await db.change(async write => {
    await write.run(sql`create table sale (sale_id integer primary key)`)
    await write.run(sql`insert into sale values (1)`)
    await write.run(sql`alter table sale enable row level security`)
    await write.run(sql`alter table sale force row level security`)
  })

  const rows = db.snapshot(read => read.rows(sql`select sale_id from sale`))

  await expect(rows).rejects.toMatchObject({ code: 'RIGHTS_MISSING' })
  await db.close()
})

/** They tell of a line that is dead. */
const OF_THE_LINE = /^(tcp_user|client_connection|wal_sender)/

const TIMEOUTS = {
  idle_in_transaction_session_timeout: '1s',
  idle_session_timeout: '1s',
  lock_timeout: '1s',
  statement_timeout: '1s',
}
/** Read-only for all who do not say otherwise, and nothing is found that is not named in full. */
const HARD = { default_transaction_read_only: 'on', search_path: 'nowhere' }

async function oddDatabase() {
  const database = await testDatabase(await postgresServer())
  await asAdmin(database.admin, client => setOddly(client, database.name, { ...TIMEOUTS, ...HARD }))
  return {
    at: async (folder: string) => `${database.address}?schema=Office&home=${folder}/central.homecoming`,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}
