/** A new central database in a schema: whole, or not there. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { storages } from '../../src/app/storages.ts'
import { nodePlatform } from '../../src/platform/node/node-platform.ts'
import type { Database } from '../../src/storage/contract.ts'
import { asAdmin, postgresServer, type TestDatabase, testDatabase } from '../support/postgres-server.ts'

const storage = storages()
const { files } = nodePlatform({})

test('a new database fills its schema, which is made where it is missing', async () => {
  await using database = await fresh()
  const address = `${database.address}?schema=Office`
  expect(await storage.exists(address)).toBe(false)

  await storage.create(files, address, fill)

  expect(await storage.exists(address)).toBe(true)
  expect(await tablesIn(database, 'Office')).toEqual(['thing'])
})

test('while it is being filled nobody takes it for a database', async () => {
  await using database = await fresh()

  await storage.create(files, database.address, fill, async () => {
    expect(await storage.exists(database.address)).toBe(false)
  })

  expect(await storage.exists(database.address)).toBe(true)
})

test.each(['Office', 'public'])('what fails leaves nothing behind in %s', async schema => {
  await using database = await fresh()
  const address = `${database.address}?schema=${schema}`

  const failing = storage.create(files, address, fill, async () => {
    throw new Error('not today')
  })

  await expect(failing).rejects.toThrow('not today')
  expect(await storage.exists(address)).toBe(false)
  expect(await tablesIn(database, schema)).toEqual([])
})

test.each(['Office', 'public'])(
  'what a dead process began in %s is cleared away by the next',
  async schema => {
    await using database = await fresh()
    const address = `${database.address}?schema=${schema}`

    // Its connections are cut before it can clear up.
    const dying = storage.create(files, address, fill, async () => {
      await asAdmin(database.admin, client =>
        client.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where application_name = 'homecoming' and datname = current_database()`),
      )
    })
    await expect(dying).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    expect(await tablesIn(database, schema)).toContain('hc_building')
    expect(await storage.exists(address)).toBe(false)
    await storage.create(files, address, fill)

    expect(await tablesIn(database, schema)).toEqual(['thing'])
  },
)

test('a schema with tables in it is left alone', async () => {
  await using database = await fresh()
  await asAdmin(database.admin, client => client.query('create table theirs (id int)'))

  await expect(storage.create(files, database.address, fill)).rejects.toMatchObject({
    code: 'DATABASE_EXISTS',
  })
  expect(await tablesIn(database, 'public')).toEqual(['theirs'])
})

test('two who create at once: one does, the other is told', async () => {
  await using database = await fresh()

  const both = await Promise.allSettled([1, 2].map(() => storage.create(files, database.address, fill)))

  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'DATABASE_EXISTS' },
  })
  expect(await tablesIn(database, 'public')).toEqual(['thing'])
})

test('a database without a server has no place, and none of ours', async () => {
  await using database = await fresh()

  expect(await storage.exists(database.address.replace(database.name, 'nowhere'))).toBe(false)
})

test('its size is that of its tables, and its folder is named in the address or made of it', async () => {
  await using database = await fresh()
  await storage.create(files, database.address, fill)
  const db = await storage.open(database.address)

  expect(await storage.size(db)).toBeGreaterThan(8_000)
  await db.close()
  expect(storage.home(`${database.address}?home=/var/lib/sales`)).toBe('/var/lib/sales')
  expect(storage.home('postgres://me:secret@db.example:5433/crm?schema=Big Sales')).toMatch(
    /db\.example_5433_crm_Big%20Sales$/,
  )
})

async function fill(db: Database): Promise<void> {
  await db.change(async write => {
    await write.schema.createOwnTable({ name: 'thing', columns: [{ name: 'id', type: 'int' }], key: ['id'] })
    await write.run(sql`insert into thing values (1)`)
  })
}

const fresh = async (): Promise<TestDatabase> => testDatabase(await postgresServer())

async function tablesIn(database: TestDatabase, schema: string): Promise<string[]> {
  const { rows } = await asAdmin(database.admin, client =>
    client.query('select tablename from pg_tables where schemaname = $1 order by 1', [schema]),
  )
  return rows.map(row => row.tablename)
}
