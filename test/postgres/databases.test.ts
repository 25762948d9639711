/** Whole databases on a server: removed by who made them, whoever is in them. */
import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import { expect, test } from 'vitest'
import { makeDatabase, removeDatabase } from '../../src/storage/postgres/databases.ts'
import { asAdmin, ownServer, type PostgresServer, whoMakesDatabases } from '../support/postgres-server.ts'

const NAME = 'to be removed'

test('a database that the server is just vacuuming is removed by its owner, who has no right over the server', async () => {
  const server = await ownServer()
  const maker = await whoMakesDatabases(server)
  await makeDatabase(maker, NAME)
  await slowlyVacuumed(server)

  await removeDatabase(maker, NAME)

  expect(await asAdmin(server.admin, client => inside(client))).toEqual([])
  expect(await names(server)).not.toContain(NAME)
})

test('whoever still has it open is cut off', async () => {
  const server = await ownServer()
  const maker = await whoMakesDatabases(server)
  await makeDatabase(maker, NAME)

  const cut = asAdmin(of(maker), client => client.query('select pg_sleep(60)'))
  const refused = expect(cut).rejects.toThrow(/terminat/)
  while ((await asAdmin(server.admin, inside)).length === 0) await setTimeout(20)
  await removeDatabase(maker, NAME)

  await refused
  expect(await names(server)).not.toContain(NAME)
})

test('one that is not there is removed already', async () => {
  const server = await ownServer()

  await removeDatabase(await whoMakesDatabases(server), NAME)

  expect(await names(server)).not.toContain(NAME)
})

/** Until one of the server's own workers is in it, and stays for long. */
async function slowlyVacuumed(server: PostgresServer): Promise<void> {
  await asAdmin(server.admin, async client => {
    await client.query('alter system set autovacuum_naptime = 1')
    await client.query('alter system set autovacuum_vacuum_cost_delay = 100')
    await client.query('alter system set autovacuum_vacuum_cost_limit = 1')
    await client.query('select pg_reload_conf()')
  })
  await asAdmin(of(server.admin), async client => {
    await client.query('create table thing as select n, n::text as name from generate_series(1, 50000) n')
    await client.query('delete from thing where n % 2 = 0')
  })
  const ofWorker = () => asAdmin(server.admin, client => inside(client))
  while (!(await ofWorker()).includes('autovacuum worker')) await setTimeout(100)
}

/** What kinds of processes are in the database. */
async function inside(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ kind: string }>(
    'select backend_type as kind from pg_stat_activity where datname = $1',
    [NAME],
  )
  return rows.map(({ kind }) => kind)
}

const names = (server: PostgresServer): Promise<string[]> =>
  asAdmin(server.admin, async client => {
    const { rows } = await client.query<{ name: string }>('select datname as name from pg_database')
    return rows.map(({ name }) => name)
  })

function of(address: string): string {
  const url = new URL(address)
  url.pathname = NAME
  return url.href
}
