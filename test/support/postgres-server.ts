/**
 * A server of PostgreSQL for tests: the one that HOMECOMING_TEST_POSTGRES names, or one that is made for this run.
 * Shape:  the first who asks starts a keeper (postgres-keeper.ts), which makes a server in a folder of the run; the
 *         others find it there. The keeper ends the server when the run has ended, however it did.
 * Each test takes a database of its own.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export interface PostgresServer {
  readonly name: string
  /** `postgres://admin@host:port/postgres`, of a user that may make databases and roles. */
  readonly admin: string
}

export interface TestDatabase {
  /** For an ordinary user that owns the database and nothing else. */
  readonly address: string
  /** The same database for the one who may do everything. */
  readonly admin: string
  readonly name: string
  [Symbol.asyncDispose](): Promise<void>
}

const KEEPER = fileURLToPath(new URL('./postgres-keeper.ts', import.meta.url))
/** The oldest that must do, where Debian has put it. */
const OLDEST = '/usr/lib/postgresql/15/bin'
export const hasOldest = existsSync(join(OLDEST, 'initdb'))

/** The user under which the product runs in tests. */
const USER = 'homecoming_test'
const MAKER = 'homecoming_test_maker'

/** The newest: what the tests bring along, or a user's own. */
export function postgresServer(): Promise<PostgresServer> {
  const own = process.env.HOMECOMING_TEST_POSTGRES
  return own ? Promise.resolve({ name: 'own', admin: own }) : kept('newest', '')
}

export const oldestServer = (): Promise<PostgresServer> => kept('oldest', OLDEST)

/** Of a server: the process that serves a database of a test, or all of them. */
export type Killed = 'backend' | 'server'

/** One that nobody else uses: it may be killed, and goes on anew when `kill` has returned. */
export async function ownServer(): Promise<PostgresServer & { kill(which: Killed): Promise<void> }> {
  const name = `own-${process.pid}-${++made}`
  const server = await kept(name, '', process.pid)
  const pidFile = join(folderOf(name, process.pid), 'data', 'postmaster.pid')
  const kill = async (which: Killed) => {
    const before = await begun(server)
    const postmaster = Number((await readFile(pidFile, 'utf8')).split('\n')[0])
    const children = childrenOf(postmaster)
    const backends = children.filter(({ title }) => title.includes(USER)).map(({ pid }) => pid)
    const all = [postmaster, ...children.map(({ pid }) => pid)]
    for (const pid of which === 'server' ? all : backends) killed(pid)
    while ((await begun(server).catch(() => before)) === before) await setTimeout(50)
  }
  return { ...server, kill }
}

/** When what belongs to the server itself was started: anew too after one of its backends has been killed. */
function begun({ admin }: PostgresServer): Promise<string> {
  const sql = `select backend_start::text as begun from pg_stat_activity where backend_type = 'checkpointer'`
  return asAdmin(admin, async client => (await client.query<{ begun: string }>(sql)).rows[0]!.begun)
}

function childrenOf(parent: number): { pid: number; title: string }[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  return lines.flatMap(line => {
    const [pid, ppid, ...title] = line.trim().split(/\s+/)
    return Number(ppid) === parent ? [{ pid: Number(pid), title: title.join(' ') }] : []
  })
}

/** It may have ended meanwhile. */
function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}

/** A database of its own for a test. */
export async function testDatabase(server: PostgresServer): Promise<TestDatabase> {
  const name = `hc_test_${process.pid}_${++made}`
  await asAdmin(server.admin, async client => {
    await makeUser(client)
    await client.query(`create database ${name} owner ${USER}`)
    if (process.env.HOMECOMING_TEST_ODD) await setOddly(client, name)
  })
  return {
    name,
    address: at(server, name, USER),
    admin: at(server, name),
    [Symbol.asyncDispose]: () =>
      asAdmin(server.admin, async client => {
        await client.query(`drop database if exists ${name} with (force)`)
      }),
  }
}

/** The address of somebody there who may make databases, and nothing else. */
export async function whoMakesDatabases(server: PostgresServer): Promise<string> {
  await asAdmin(server.admin, client => makeUser(client, MAKER, 'createdb'))
  return at(server, 'postgres', MAKER)
}

let made = 0

/** What somebody may have set for a database, and nobody who reads and writes there may rely on. */
const ODD: Readonly<Record<string, string>> = {
  array_nulls: 'off',
  bytea_output: 'escape',
  datestyle: 'German, DMY',
  default_transaction_deferrable: 'on',
  default_transaction_isolation: 'serializable',
  extra_float_digits: '-15',
  intervalstyle: 'sql_standard',
  quote_all_identifiers: 'on',
  row_security: 'off',
  standard_conforming_strings: 'off',
  timezone: 'America/St_Johns',
  transform_null_equals: 'on',
}

/** From the next connection on. @param more what other programs in a test could not bear */
export async function setOddly(client: pg.Client, database: string, more: object = {}): Promise<void> {
  const sets = Object.entries({ ...ODD, ...more }).map(
    ([name, value]) => `alter database ${database} set ${name} = '${value}'`,
  )
  await client.query(sets.join('; '))
}

/** Another program at the same database. */
export async function asAdmin<T>(address: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: address })
  // A server that is ended on purpose ends this connection, too.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Several test processes may come to this at once. */
async function makeUser(client: pg.Client, name = USER, right = ''): Promise<void> {
  try {
    await client.query(`create role ${name} login ${right} password '${name}'`)
  } catch (error) {
    if (!['42710', '23505'].includes((error as { code: string }).code)) throw error
  }
}

function at({ admin }: PostgresServer, database: string, user?: string): string {
  const url = new URL(admin)
  url.pathname = database
  if (user) Object.assign(url, { username: user, password: user })
  return url.href
}

/** Those who belong to one run have one parent: the process that shares the test files out. */
const owner = process.env.VITEST ? process.ppid : process.pid

const folderOf = (name: string, process_: number): string =>
  join(tmpdir(), `homecoming-postgres-${name}-${process_}`)

async function kept(name: string, binaries: string, until = owner): Promise<PostgresServer> {
  const folder = folderOf(name, until)
  const address = join(folder, 'address')
  if (await first(folder)) spawnKeeper(folder, binaries, until)
  while (!existsSync(address)) {
    if (existsSync(join(folder, 'failed'))) throw new Error(await readFile(join(folder, 'failed'), 'utf8'))
    await setTimeout(50)
  }
  return { name, admin: await readFile(address, 'utf8') }
}

async function first(folder: string): Promise<boolean> {
  try {
    await mkdir(folder)
    return true
  } catch {
    return false
  }
}

function spawnKeeper(folder: string, binaries: string, until: number): void {
  const keeper = spawn(process.execPath, [KEEPER, folder, String(until), binaries], {
    detached: true,
    stdio: 'ignore',
  })
  keeper.on('error', () => rm(folder, { recursive: true, force: true }))
  keeper.unref()
}
