/**
 * Journey: a database that an application has had for long is adopted, and a technician takes a copy to the customers.
 * Shape:  migrate -> adopt, activate -> go -> both work -> exchange -> both work on -> exchange -> verify -> home.
 * The office only ever works through Drizzle (application.ts).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eq, sql as query } from 'drizzle-orm'
import {
  activate,
  adoptCentral,
  buildPrototype,
  closeDatabase,
  comeHome,
  conflicts,
  exchange,
  goOnTravel,
  grantTravel,
  type HomecomingDatabase,
  log,
  openDatabase,
  sql,
  takeIds,
  verify,
} from '../../src/index.ts'
import { Application, importPrices, installMachine } from './application.ts'
import { dictionary } from './dictionary.ts'
import { machine, SCHEMA, visit } from './schema.ts'

/** As the migration fills them in. */
const OFFICE = 1
const EVA = 2
const OLA = 3

export interface JourneyReport {
  readonly adopted: Awaited<ReturnType<typeof adoptCentral>>
  /** What the office did while Eva was away, by name, with the rows that the log has of it. */
  readonly atTheOffice: readonly Step[]
  /** The machine that Eva found on the road: her number for it, and the office's. */
  readonly found: { readonly onTheLaptop: number; readonly atTheOffice: number; readonly visits: number }
  readonly account: Awaited<ReturnType<typeof comeHome>>['account']
  /** Before homecoming. */
  readonly verified: Awaited<ReturnType<typeof verify>>
  readonly lost: Awaited<ReturnType<typeof conflicts>>
}

export interface Step {
  readonly what: string
  /** "insert machine 5 by ok" */
  readonly logged: readonly string[]
}

export interface Place {
  /** Of a database in which there is no schema `workshop` yet. */
  readonly address: string
  /** New: Eva's copy, and what lies beside the database (keys, prototypes). */
  readonly folder: string
}

export async function journey({ address, folder }: Place): Promise<JourneyReport> {
  await using application = new Application(address)
  await application.migrate(await readFile(join(import.meta.dirname, 'tables.sql'), 'utf8'))
  const path = pathOf(address, folder)
  const adopted = await adoptCentral({ path, dictionary, name: 'workshop', defaultAssociate: OFFICE })
  const office = await openDatabase(path)
  let laptop: HomecomingDatabase | undefined
  try {
    await activate(office)
    await buildPrototype(office)
    await grantTravel(office, EVA)
    const trip = await goOnTravel(office, { associate: EVA, folder: join(folder, 'eva') })
    laptop = await openDatabase(trip.database)

    const onTheLaptop = await workAway(laptop)
    const atTheOffice = await workAtTheOffice(application, office)
    await exchange(office, laptop)
    const found = await lookAtWhatCame(application, onTheLaptop)
    await workOn(laptop, application)
    await exchange(office, laptop)
    const verified = await verify(office, laptop)
    const { account } = await comeHome(office, laptop)
    return { adopted, atTheOffice, found, account, verified, lost: await conflicts(office) }
  } finally {
    if (laptop) await closeDatabase(laptop)
    await closeDatabase(office)
  }
}

/** The same database, for Homecoming: the schema that it is about, and the folder for what is no table. */
export function pathOf(address: string, folder: string): string {
  const url = new URL(address)
  url.searchParams.set('schema', SCHEMA)
  url.searchParams.set('home', join(folder, 'office'))
  return url.href
}

/** Without any network. @returns the number of the machine that Eva found */
async function workAway(laptop: HomecomingDatabase): Promise<number> {
  const [id, visitId] = [await takeIds(laptop, 'machine'), await takeIds(laptop, 'visit')]
  await laptop.db.change(async write => {
    await write.run(sql`update machine set place = 'Bergen, quay 4' where machine_id = 1`)
    await write.run(sql`update visit set done = ${true}, minutes = 95, note = 'new seals' where visit_id = 2`)
    await write.run(
      sql`insert into machine (machine_id, serial, technician_id, price, state) values (${id}, 'P-300', ${EVA}, '4900.00', 'stored')`,
    )
    await write.run(
      sql`insert into visit (visit_id, machine_id, note) values (${visitId}, ${id}, 'found it in a shed')`,
    )
  })
  return id
}

/** Meanwhile, and without knowing of it. */
async function workAtTheOffice(application: Application, office: HomecomingDatabase): Promise<Step[]> {
  const steps: Step[] = []
  const step = async (what: string, work: () => Promise<unknown>) => {
    const before = await newestOf(office)
    await work()
    steps.push({ what, logged: await loggedSince(office, before) })
  }
  await step('Ola installs a machine, with its first visit', () =>
    application.as(OLA, tx =>
      installMachine(
        tx,
        { serial: 'L-202', place: 'Oslo, gate 3', technicianId: OLA },
        { planned: '2026-12-01' },
      ),
    ),
  )
  await step('the office moves two machines, one of which Eva has moved as well', async () => {
    await application.database.update(machine).set({ place: 'Bergen, quay 7' }).where(eq(machine.id, 1))
    await application.database.update(machine).set({ place: 'Bergen, quay 8' }).where(eq(machine.id, 2))
  })
  await step('prices come in: one is new, one is as it was, one is of a machine that nobody knew', () =>
    application.as(OLA, tx =>
      importPrices(
        tx,
        [
          { serial: 'L-200', price: '15500.00' },
          { serial: 'L-201', price: '15000.50' },
          { serial: 'L-203', price: '16000.00' },
        ],
        OLA,
      ),
    ),
  )
  await step('Ola takes back a visit', () =>
    application.as(OLA, tx => tx.delete(visit).where(eq(visit.id, 5))),
  )
  await step('Ola deletes everything, and thinks better of it', () =>
    application
      .as(OLA, async tx => {
        await tx.delete(machine)
        tx.rollback()
      })
      .catch(unlessRolledBack),
  )
  await step('articles get dearer: nobody takes them along', () =>
    application.database.execute(query`update workshop.article set price = price * 1.1`),
  )
  return steps
}

function unlessRolledBack(error: unknown): void {
  if (!(error instanceof Error) || error.message !== 'Rollback') throw error
}

const newestOf = async (office: HomecomingDatabase): Promise<number> =>
  (await log(office, { limit: 1 }))[0]?.id ?? 0

async function loggedSince(office: HomecomingDatabase, before: number): Promise<string[]> {
  const rows = (await log(office)).filter(({ id }) => id > before)
  return rows.map(({ type, table, record, who }) => `${type} ${table} ${record} by ${who}`).sort()
}

/** For the application it is a machine like any other, under a number of the office. */
async function lookAtWhatCame(
  application: Application,
  onTheLaptop: number,
): Promise<JourneyReport['found']> {
  const came = await application.machineBySerial('P-300')
  if (!came) throw new Error('the machine that Eva found has not come')
  return { onTheLaptop, atTheOffice: came.id, visits: (await application.visitsOf(came.id)).length }
}

/** After they have heard of each other, they go on: Eva with what came from Ola, Ola with what came from Eva. */
async function workOn(laptop: HomecomingDatabase, application: Application): Promise<void> {
  await laptop.db.change(write => write.run(sql`update machine set price = '3900.00' where serial = 'L-202'`))
  await application.as(OLA, tx =>
    tx.update(machine).set({ place: 'Bergen, shed' }).where(eq(machine.serial, 'P-300')),
  )
}
