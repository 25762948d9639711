/**
 * Journey: the best agent of each office leaves with the pipeline of their team; everybody works; everybody comes home.
 * Shape:  create and import -> areas -> go -> work -> exchange -> hand an account over -> work -> exchange -> verify
 *         -> home -> the regional offices get databases of their own (offices.ts).
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
  findAssociate,
  goOnTravel,
  grantTravel,
  type HomecomingDatabase,
  openDatabase,
  showArea,
  sql,
  verify,
  type Writing,
} from '../../src/index.ts'
import { type AreaMade, makeAreas } from './areas.ts'
import type { SalesData } from './csv.ts'
import { type HandedOver, handOver } from './hand-over.ts'
import { type Imported, importSales, loginOf, teamOf } from './import.ts'
import { type OfficesReport, regionalOffices } from './offices.ts'
import { insertAll } from './table-writer.ts'

export interface AgentAway {
  readonly name: string
  readonly database: HomecomingDatabase
  readonly key: string
  readonly id: number
  /** Of their team. */
  readonly area: string
  readonly manager: number
}

export type Account = Awaited<ReturnType<typeof comeHome>>['account']

export interface JourneyReport {
  readonly imported: Imported
  readonly areas: readonly AreaMade[]
  readonly handedOver: HandedOver
  readonly accounts: readonly { readonly name: string; readonly account: Account }[]
  /** Whether each laptop held what the office held, before homecoming. */
  readonly identical: readonly boolean[]
  readonly lost: number
  /** What came after: the regional offices as satellites. */
  readonly offices: OfficesReport
}

/** @param folder new: `central.db`, and one folder per agent */
export async function journey(data: SalesData, folder: string): Promise<JourneyReport> {
  await mkdir(folder, { recursive: true })
  const office = await openOffice(join(folder, 'central.db'))
  try {
    const imported = await importSales(office, data)
    await activate(office)
    const areas = await makeAreas(office, data)
    const away: AgentAway[] = []
    for (const name of bestOfEachOffice(data)) away.push(await leave(office, data, name, folder))
    await workAway(away)
    await workAtTheOffice(office, away)
    await exchangeAll(office, away)
    const [first, second] = away as [AgentAway, AgentAway]
    const handedOver = await handOver(office, [first, second], () => exchangeAll(office, away))
    await workOn(away)
    await exchangeAll(office, away)
    const identical: boolean[] = []
    for (const { database } of away) identical.push((await verify(office, database)).same)
    const accounts = await home(office, away)
    const lost = (await conflicts(office)).length
    const offices = await regionalOffices(office, data, folder)
    return { imported, areas, handedOver, accounts, identical, lost, offices }
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

/** The area is that of the team: agents are assigned to it. */
async function leave(
  office: HomecomingDatabase,
  { agents }: SalesData,
  name: string,
  folder: string,
): Promise<AgentAway> {
  const login = loginOf(name)
  const { manager } = agents.find(agent => agent.name === name)!
  const area = await showArea(office, teamOf(manager))
  await buildPrototype(office, area.id)
  await grantTravel(office, login)
  const trip = await goOnTravel(office, { associate: login, folder: join(folder, login) })
  const database = await openDatabase(trip.database, { keyFile: trip.key })
  const boss = await findAssociate(office, loginOf(manager))
  return { name, database, key: trip.key, id: trip.person.id, area: area.name, manager: boss.id }
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

type Seller = Pick<AgentAway, 'database' | 'id'>

export async function findSale(agent: Seller, product: string): Promise<void> {
  await save(agent, write =>
    insertAll(agent.database, write, 'sale', [{ associate_id: agent.id, heading: product, status: 1 }]),
  )
}

const save = <T>({ database, id }: Seller, work: (write: Writing) => Promise<T>): Promise<T> =>
  database.db.change(async write => {
    await write.actAs(id)
    return work(write)
  })

/**
 * Later, the manager of the first agent corrects one of the sales that were won away, without knowing of it: the later
 * edit stands, and the agent hears of it. The rest of a deal goes to a colleague, and one company is spelt right.
 */
async function workAtTheOffice(office: HomecomingDatabase, [first, second]: readonly AgentAway[]) {
  const [won] = await openSales({ ...first!, database: office })
  await office.db.change(async write => {
    await write.actAs(first!.manager)
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
