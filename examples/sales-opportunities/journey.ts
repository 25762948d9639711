/**
 * Journey: the best agent of each office leaves with the whole pipeline; everybody works; everybody comes home.
 * Shape:  create and import -> go -> work -> exchange -> work -> exchange -> verify -> home.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  activate,
  buildPrototype,
  closeDatabase,
  comeHome,
  conflicts,
  createCentral,
  crmDictionary,
  exchange,
  goOnTravel,
  grantTravel,
  type HomecomingDatabase,
  openDatabase,
  sql,
  verify,
  type Writing,
} from '../../src/index.ts'
import type { SalesData } from './csv.ts'
import { type Imported, importSales, loginOf } from './import.ts'
import { insertAll } from './table-writer.ts'

export interface AgentAway {
  readonly name: string
  readonly database: HomecomingDatabase
  readonly key: string
  readonly id: number
}

export type Account = Awaited<ReturnType<typeof comeHome>>['account']

export interface JourneyReport {
  readonly imported: Imported
  readonly accounts: readonly { readonly name: string; readonly account: Account }[]
  /** Whether each laptop held what the office held, before homecoming. */
  readonly identical: readonly boolean[]
  readonly lost: number
}

/** @param folder new: `central.db`, and one folder per agent */
export async function journey(data: SalesData, folder: string): Promise<JourneyReport> {
  await mkdir(folder, { recursive: true })
  const office = await openOffice(join(folder, 'central.db'))
  try {
    const imported = await importSales(office, data)
    await activate(office)
    await buildPrototype(office, 0)
    const away: AgentAway[] = []
    for (const name of bestOfEachOffice(data)) away.push(await leave(office, name, folder))
    await workAway(away)
    await workAtTheOffice(office, away)
    await exchangeAll(office, away)
    await workOn(away)
    await exchangeAll(office, away)
    const identical: boolean[] = []
    for (const { database } of away) identical.push((await verify(office, database)).same)
    const accounts = await home(office, away)
    return { imported, accounts, identical, lost: (await conflicts(office)).length }
  } finally {
    await closeDatabase(office)
  }
}

async function openOffice(path: string): Promise<HomecomingDatabase> {
  await createCentral({ path, dictionary: crmDictionary, name: 'sales' })
  return openDatabase(path)
}

/** Most opportunities; of several with as many, the first by name. */
export function bestOfEachOffice({ agents, opportunities }: SalesData): string[] {
  const count = (name: string) => opportunities.filter(({ agent }) => agent === name).length
  const offices = [...new Set(agents.map(({ office }) => office))]
  return offices.map(office => {
    const names = agents.filter(agent => agent.office === office).map(({ name }) => name)
    return names.sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))[0]!
  })
}

async function leave(office: HomecomingDatabase, name: string, folder: string): Promise<AgentAway> {
  const login = loginOf(name)
  await grantTravel(office, login)
  const trip = await goOnTravel(office, { associate: login, folder: join(folder, login) })
  const database = await openDatabase(trip.database, { keyFile: trip.key })
  return { name, database, key: trip.key, id: trip.person.id }
}

const WON = 2

/** Each agent wins three open opportunities of the own ones, and finds a new one. */
async function workAway(away: readonly AgentAway[]): Promise<void> {
  for (const agent of away) {
    for (const sale of await openSales(agent)) await win(agent, sale)
    await findSale(agent, 'GTK 500')
  }
}

async function openSales({ database, id }: AgentAway): Promise<number[]> {
  const rows = await database.db.snapshot(read =>
    read.rows(sql<{ sale_id: number }>`select sale_id from sale
      where associate_id = ${id} and status = 1 and contact_id > 0 order by sale_id limit 3`),
  )
  return rows.map(row => row.sale_id)
}

/** The sale, and a follow-up for the day on which it was closed. */
async function win(agent: AgentAway, sale: number): Promise<void> {
  await save(agent, async write => {
    await write.run(sql`update sale set status = ${WON}, done = 1, amount = 5000,
      probability_idx = (select prob_id from prob where name = 'Won') where sale_id = ${sale}`)
    const task = await write.row(sql<{ id: number }>`select task_id as id from task where name = 'Close'`)
    await insertAll(agent.database, write, 'appointment', [
      { associate_id: agent.id, sale_id: sale, task_idx: task!.id, status: 3 },
    ])
  })
}

async function findSale(agent: AgentAway, product: string): Promise<void> {
  await save(agent, write =>
    insertAll(agent.database, write, 'sale', [{ associate_id: agent.id, heading: product, status: 1 }]),
  )
}

const save = <T>({ database, id }: AgentAway, work: (write: Writing) => Promise<T>): Promise<T> =>
  database.db.change(async write => {
    await write.actAs(id)
    return work(write)
  })

/**
 * Later, the manager of the first agent corrects one of the sales that were won away, without knowing of it: the later
 * edit stands, and the agent hears of it. The rest of a deal goes to a colleague, and one company is spelt right.
 */
async function workAtTheOffice(office: HomecomingDatabase, [first, second]: readonly AgentAway[]) {
  const manager = await office.db.snapshot(read =>
    read.row(sql<{ id: number }>`select m.associate_id as id from associate m, associate a
      where a.associate_id = ${first!.id} and m.group_idx = a.group_idx order by m.associate_id limit 1`),
  )
  const [won] = await openSales({ ...first!, database: office })
  await office.db.change(async write => {
    await write.actAs(manager!.id)
    await write.run(sql`update sale set amount = 4500 where sale_id = ${won}`)
    await write.run(sql`update sale set associate_id = ${second!.id} where sale_id =
      (select max(sale_id) from sale where associate_id = ${first!.id} and status = 1)`)
    await write.run(sql`update contact set name = 'Betasoloin Inc' where name = 'Betasoloin'`)
  })
}

/** After they have heard of each other, they go on. */
async function workOn(away: readonly AgentAway[]): Promise<void> {
  for (const agent of away) await findSale(agent, 'MG Special')
}

/** Twice round, so that the first hears of the last. */
async function exchangeAll(office: HomecomingDatabase, away: readonly AgentAway[]): Promise<void> {
  for (const { database } of [...away, ...away]) await exchange(office, database)
}

async function home(office: HomecomingDatabase, away: readonly AgentAway[]) {
  const accounts: { name: string; account: Account }[] = []
  for (const { name, database, key } of away) {
    const { account } = await comeHome(office, database, { keyFile: key })
    accounts.push({ name, account })
  }
  return accounts
}
