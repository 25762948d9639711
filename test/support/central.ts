/**
 * Central: where a test's central database is: a file in its folder, or a schema of a PostgreSQL server where the run
 * says HOMECOMING_TEST_CENTRAL=postgres. What lies beside it is in the folder in both cases.
 */
import { join } from 'node:path'
import pg from 'pg'
import { postgresServer, testDatabase } from './postgres-server.ts'

export const ON_POSTGRES = process.env.HOMECOMING_TEST_CENTRAL === 'postgres'

export const centralAt = async (folder: string): Promise<string> =>
  ON_POSTGRES ? onPostgres(folder) : join(folder, 'central.db')

/** Whatever the run says. */
export async function onPostgres(folder: string): Promise<string> {
  database ??= await anyDatabase()
  const address = new URL(database)
  address.searchParams.set('schema', `Office ${++made}`)
  address.searchParams.set('home', join(folder, 'central.db.homecoming'))
  return address.href
}

/** What is no file, and so does not go with its folder. */
export async function dropCentral(path: string): Promise<void> {
  if (!path.startsWith('postgres:') || !database) return
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  await client.query(`drop schema if exists ${client.escapeIdentifier(schemaOf(path))} cascade`)
  await client.end()
}

const schemaOf = (path: string): string => new URL(path).searchParams.get('schema')!

/** One for each test process; every office has a schema in it. */
async function anyDatabase(): Promise<string> {
  const { address } = await testDatabase(await postgresServer())
  const { password } = new URL(address)
  // The path of a site does not hold it.
  process.env.PGPASSWORD = password
  return address
}

let database: string | undefined
let made = 0
