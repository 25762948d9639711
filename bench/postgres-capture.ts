/**
 * What capture costs on PostgreSQL: the same statements with and without our triggers, in one run on one server.
 * writers:     8 programs, each with its own connection, read and save single companies; transactions a second.
 * update-50k:  one statement on 50,000 companies: their owner stays, is changed too, or field parts are written.
 * Server:      HOMECOMING_TEST_POSTGRES, or one of its own, with the settings that it comes with.
 */
import pg from 'pg'
import { capturePlan, watchedTables } from '../src/capture/plan.ts'
import { crmDictionary } from '../src/crm/dictionary.ts'
import { loadDictionary } from '../src/dictionary/load.ts'
import { nodePlatform } from '../src/platform/node/node-platform.ts'
import { installCapture } from '../src/storage/postgres/capture.ts'
import { openConnection } from '../src/storage/postgres/open.ts'
import { indexesSql, tableSql } from '../src/storage/postgres/table-sql.ts'
import { asAdmin, postgresServer, type TestDatabase, testDatabase } from '../test/support/postgres-server.ts'
import { inTurns, timed } from './measure.ts'
import type { Place } from './place.ts'
import { type Aim, compared, type Row } from './row.ts'

const WRITERS = 8
const ROWS = 50_000
const dictionary = loadDictionary(crmDictionary, bytes => nodePlatform().cipher.digest(bytes))
const contact = dictionary.table('contact')

type Kind = 'none' | 'rows' | 'fields'

/** On a server that keeps what it commits, as servers do; and on one that syncs nothing, where the disk hides nothing. */
export async function postgresWriters(place: Place): Promise<Row[]> {
  const server = await postgresServer()
  const ours = await database('rows')
  const plain = await database('none')
  if (server.name !== 'own') await durable(server.admin, 'on')
  const rows = [await writers(place, 'writers', ours, plain)]
  if (server.name !== 'own') {
    await durable(server.admin, 'off')
    rows.push(await writers(place, 'writers-unsynced', ours, plain))
  }
  await Promise.all([ours, plain].map(some => some[Symbol.asyncDispose]()))
  return rows
}

const durable = (admin: string, on: 'on' | 'off'): Promise<void> =>
  asAdmin(admin, async client => {
    for (const name of ['fsync', 'full_page_writes']) await client.query(`alter system set ${name} = ${on}`)
    await client.query('select pg_reload_conf()')
  })

async function writers(place: Place, name: string, ours: TestDatabase, plain: TestDatabase): Promise<Row> {
  const each = Math.max(50, Math.round(place.sizes.ordinary / 100))
  const times = await inTurns(
    place.rounds,
    round => writing(ours, each, round),
    round => writing(plain, each, round),
  )
  const perSecond = (milliseconds: number): number => Math.round((WRITERS * each * 1000) / milliseconds)
  const row = compared(name, times, 'ms', '>= 0.70')
  return { ...row, value: perSecond(times.ours), baseline: perSecond(times.baseline), unit: 'transactions/s' }
}

export async function postgresUpdates(place: Place): Promise<Row[]> {
  return [
    await updates(place, 'update-50k', 'rows', 0, '<= 2.2'),
    await updates(place, 'update-50k-owner', 'rows', 1, '<= 3.0'),
    await updates(place, 'update-50k-fields', 'fields', 1, '<= 5.5'),
  ]
}

/** @param shift of the owner: 0 leaves it as it is */
async function updates(place: Place, name: string, kind: Kind, shift: number, aim: Aim): Promise<Row> {
  const ours = await database(kind)
  const plain = await database('none')
  const update = (some: TestDatabase) => (round: number) => updating(some, shift, round)
  const times = await inTurns(place.rounds, update(ours), update(plain))
  await Promise.all([ours, plain].map(some => some[Symbol.asyncDispose]()))
  return compared(name, times, 'ms', aim)
}

async function database(kind: Kind): Promise<TestDatabase> {
  const made = await testDatabase(await postgresServer())
  const connection = await openConnection(made.address, {})
  await connection.execute(['contact', 'sequence', 'traveltransactionlog'].flatMap(definitions).join(';'))
  if (kind !== 'none') await installCapture(connection, planOf(kind))
  await connection.execute(COMPANIES)
  await connection.execute('vacuum analyze')
  await connection.close()
  return made
}

const definitions = (name: string): string[] => {
  const table = dictionary.table(name)
  return [tableSql(table), ...indexesSql(table)]
}

function planOf(kind: Kind) {
  const plan = capturePlan(dictionary, {
    child: false,
    prefix: 0,
    defaultAssociate: 1,
    fieldLevel: new Set(kind === 'fields' ? ['contact'] : []),
    watched: watchedTables(dictionary).filter(({ table }) => table === contact),
  })
  return { ...plan, tables: plan.tables.filter(({ table }) => table === contact) }
}

const COMPANIES = `insert into contact (contact_id, name, department, number1, number2, associate_id, country_id,
    business_idx, category_idx, xstop, nomailing, registered, registered_associate_id, updated, updated_associate_id,
    orgnr, source, updatedcount, group_id, userdef_id)
  select i, 'Company number ' || i || ' of a usual length', 'Department ' || i % 50, 'C' || i, 'N' || i, i % 40 + 1, 578,
    i % 12, i % 8, 0, 0, '2026-01-01', i % 40 + 1, '2026-01-01', i % 40 + 1,
    'NO ' || i || ' 123 456 789 MVA and some more', 0, 1, i % 40 + 1, i
  from generate_series(1, ${ROWS}) i`

async function updating({ address }: TestDatabase, shift: number, round: number): Promise<number> {
  return program(address, async client => {
    const owner = shift === 0 ? '' : `associate_id = associate_id % 40 + ${shift},`
    const time = await timed(() =>
      client.query(`update contact set ${owner} department = 'Dept ' || (contact_id + ${round}) % 51, category_idx = ${round + 1},
        updatedcount = updatedcount + 1`),
    )
    await client.query('vacuum contact')
    return time
  })
}

/** Each writer has companies of its own: who waits for a row is not measured. */
async function writing({ address }: TestDatabase, each: number, round: number): Promise<number> {
  const clients = await Promise.all(Array.from({ length: WRITERS }, () => connected(address)))
  const time = await timed(() => Promise.all(clients.map((client, nth) => changes(client, nth, each, round))))
  await Promise.all(clients.map(client => client.end()))
  return time
}

/** As an application does it: a company is read, and saved with what was edited, in one transaction. */
async function changes(client: pg.Client, nth: number, each: number, round: number): Promise<void> {
  for (let at = 0; at < each; at++) {
    const id = ((at * WRITERS + nth) % ROWS) + 1
    await client.query('begin')
    await client.query({ name: 'read', text: 'select * from contact where contact_id = $1', values: [id] })
    await client.query({
      name: 'save',
      text: 'update contact set department = $1, updatedcount = updatedcount + 1 where contact_id = $2',
      values: [`Round ${round} change ${at}`, id],
    })
    await client.query('commit')
  }
}

async function program<T>(address: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connected(address)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function connected(address: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  return client
}
