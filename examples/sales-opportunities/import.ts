/**
 * Import: four CSV files into a central CRM, in one transaction.
 *   sales_teams    -> associates in a group per manager; offices as groups too; no persons are invented
 *   accounts       -> contacts; owner: the agent with most of their opportunities, ties by name; parent: `mother_id`
 *   products       -> heading and user-defined fields (series, list price) of the sales
 *   sales_pipeline -> sales of their agent; without account: without contact; engage and close dates as follow-ups
 */
import type { HomecomingDatabase, Writing } from '../../src/index.ts'
import type { Account, Opportunity, SalesData } from './csv.ts'
import { type Fields, insertAll } from './table-writer.ts'

export interface Imported {
  readonly associates: number
  readonly groups: number
  readonly contacts: number
  readonly sales: number
  readonly followUps: number
}

/** Ids by the names that the files use. */
type Ids = ReadonlyMap<string, number>

interface Import {
  readonly database: HomecomingDatabase
  readonly write: Writing
  readonly data: SalesData
}

export async function importSales(database: HomecomingDatabase, data: SalesData): Promise<Imported> {
  return database.db.change(async write => {
    const work = { database, write, data }
    const groups = await addGroups(work)
    const people = await addPeople(work, groups)
    const contacts = await addContacts(work, people)
    const sales = await addSales(work, people, contacts)
    const followUps = await addFollowUps(work, people, contacts, sales)
    return {
      associates: people.size,
      groups: groups.size,
      contacts: contacts.size,
      sales: sales.size,
      followUps,
    }
  })
}

/** Offices first, then the managers' teams. */
async function addGroups(work: Import): Promise<Ids> {
  const { agents } = work.data
  const teams = unique(agents.map(({ manager }) => manager)).map(teamOf)
  return addList(work, 'usergroup', [...unique(agents.map(({ office }) => office)), ...teams])
}

/** The group of a manager, and the area of it. */
export const teamOf = (manager: string): string => `Team ${manager}`

/** Managers, then agents. Each belongs to a team, and is linked to the office as well. */
async function addPeople(work: Import, groups: Ids): Promise<Ids> {
  const { agents } = work.data
  const managers = unique(agents.map(({ manager }) => manager)).map(name => ({
    name,
    manager: name,
    office: agents.find(({ manager }) => manager === name)!.office,
  }))
  const people = [...managers, ...agents]
  const ids = await insertAll(
    work.database,
    work.write,
    'associate',
    people.map(({ name, manager }, index) => ({
      name: loginOf(name),
      tooltip: name,
      rank: index + 1,
      group_idx: groups.get(teamOf(manager))!,
    })),
  )
  const links = people.flatMap(({ manager, office }, index) =>
    [teamOf(manager), office].map(group => ({ assoc_id: ids[index]!, usergroup_id: groups.get(group)! })),
  )
  await insertAll(work.database, work.write, 'usergrouplink', links)
  return byName(people, ids)
}

/** "Mei-Mei Johns" -> "mei-mei.johns" */
export const loginOf = (name: string): string => name.toLowerCase().replaceAll(' ', '.')

async function addContacts(work: Import, people: Ids): Promise<Ids> {
  const { accounts, opportunities } = work.data
  const countries = await addCountries(work)
  const sectors = await addList(work, 'business', unique(accounts.map(({ sector }) => sector)))
  const figures = await addFigures(work)
  const owners = ownersOf(opportunities)
  const ids = await insertAll(
    work.database,
    work.write,
    'contact',
    accounts.map(({ name, sector, country }, index) => ({
      name,
      associate_id: people.get(owners.get(name) ?? '') ?? 0,
      country_id: countries.get(country)!,
      business_idx: sectors.get(sector)!,
      userdef_id: figures[index]!,
    })),
  )
  const contacts = byName(accounts, ids)
  await setParents(work, accounts, contacts)
  return contacts
}

/** The agent with most of an account's opportunities; of several with as many, the first by name. */
export function ownersOf(opportunities: readonly Opportunity[]): Map<string, string> {
  const counts = new Map<string, Map<string, number>>()
  for (const { account, agent } of opportunities) {
    if (account === undefined) continue
    const agents = counts.get(account) ?? new Map<string, number>()
    counts.set(account, agents.set(agent, (agents.get(agent) ?? 0) + 1))
  }
  const first = (agents: Map<string, number>) =>
    [...agents].sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))[0]![0]
  return new Map([...counts].map(([account, agents]) => [account, first(agents)]))
}

async function addCountries({ database, write, data }: Import): Promise<Ids> {
  const names = unique(data.accounts.map(({ country }) => country))
  const records = names.map((name, index) => ({ name, english_name: name, rank: index + 1 }))
  return byNames(names, await insertAll(database, write, 'country', records))
}

/** Figures that the CRM has no field for are user-defined fields, with a layout that names them. */
async function addFigures({ database, write, data }: Import): Promise<number[]> {
  await insertAll(database, write, 'udeffield', LAYOUT)
  return insertAll(
    database,
    write,
    'udcontactsmall',
    data.accounts.map(({ employees, founded, revenue }) => ({
      long01: employees,
      long02: founded,
      double01: revenue,
    })),
  )
}

const OF_CONTACT = 7
const OF_SALE = 10
const LAYOUT: readonly Fields[] = [
  { ownertable_id: OF_CONTACT, taborder: 1, version: 1, fieldlabel: 'Employees' },
  { ownertable_id: OF_CONTACT, taborder: 2, version: 1, fieldlabel: 'Year established' },
  { ownertable_id: OF_CONTACT, taborder: 3, version: 1, fieldlabel: 'Revenue (million USD)' },
  { ownertable_id: OF_SALE, taborder: 1, version: 1, fieldlabel: 'Product series' },
  { ownertable_id: OF_SALE, taborder: 2, version: 1, fieldlabel: 'List price' },
]

async function setParents({ write }: Import, accounts: readonly Account[], contacts: Ids): Promise<void> {
  const rows = accounts.flatMap(({ name, parent }) =>
    parent === undefined ? [] : [[contacts.get(name)!, contacts.get(parent) ?? 0]],
  )
  await write.update({ table: 'contact', key: ['contact_id'], columns: ['mother_id'] }, rows)
}

const STATUS = { Prospecting: 1, Engaging: 1, Won: 2, Lost: 3 } as const

async function addSales(work: Import, people: Ids, contacts: Ids): Promise<Ids> {
  const { database, write, data } = work
  const stages = await addStages(work)
  const prices = await addPrices(work)
  const sales = data.opportunities.map((one, index) => ({
    heading: one.product,
    number1: one.id,
    associate_id: people.get(one.agent)!,
    contact_id: contacts.get(one.account ?? '') ?? 0,
    amount: one.value ?? 0,
    saledate: moment(one.closed ?? one.engaged),
    probability_idx: stages.get(one.stage)!,
    status: STATUS[one.stage],
    done: one.closed === undefined ? 0 : 1,
    userdef_id: prices[index]!,
  }))
  const ids = await insertAll(database, write, 'sale', sales)
  return byNames(
    data.opportunities.map(({ id }) => id),
    ids,
  )
}

/** The files give no likelihoods: a sale that is won is certain, of the others nothing is said. */
async function addStages({ database, write }: Import): Promise<Ids> {
  const names = Object.keys(STATUS)
  const records = names.map((name, rank) => ({ name, rank, probability: name === 'Won' ? 100 : 0 }))
  return byNames(names, await insertAll(database, write, 'prob', records))
}

async function addPrices({ database, write, data }: Import): Promise<number[]> {
  const products = new Map(data.products.map(product => [product.name, product]))
  const records = data.opportunities.map(({ product }) => ({
    string01: products.get(product)?.series ?? '',
    double01: products.get(product)?.price ?? null,
  }))
  return insertAll(database, write, 'udsalesmall', records)
}

const COMPLETED = 3

/** One for the day on which an opportunity was engaged, one for the day on which it was closed. */
async function addFollowUps(work: Import, people: Ids, contacts: Ids, sales: Ids): Promise<number> {
  const { database, write, data } = work
  const tasks = await addList(work, 'task', ['Engage', 'Close'])
  const followUps = data.opportunities.flatMap(one =>
    [['Engage', one.engaged] as const, ['Close', one.closed] as const].flatMap(([task, day]) =>
      day === undefined ? [] : [followUp(one, tasks.get(task)!, day)],
    ),
  )
  function followUp(one: Opportunity, task_idx: number, day: string): Fields {
    const when = { registered: moment(day), do_by: moment(day), activedate: moment(day), done: moment(day) }
    const about = { contact_id: contacts.get(one.account ?? '') ?? 0, sale_id: sales.get(one.id)! }
    return { associate_id: people.get(one.agent)!, task_idx, status: COMPLETED, ...about, ...when }
  }
  return (await insertAll(database, write, 'appointment', followUps)).length
}

async function addList(work: Import, table: string, names: readonly string[]): Promise<Ids> {
  const records = names.map((name, index) => ({ name, rank: index + 1 }))
  return byNames(names, await insertAll(work.database, work.write, table, records))
}

/** A day as the CRM stores it. What has no date has the CRM's empty date. */
const moment = (day: string | undefined): string => `${day ?? '1970-01-01'}T00:00:00Z`

const unique = (names: readonly string[]): string[] => [...new Set(names)]
const byNames = (names: readonly string[], ids: readonly number[]): Ids =>
  new Map(names.map((name, index) => [name, ids[index]!]))
const byName = (records: readonly { readonly name: string }[], ids: readonly number[]): Ids =>
  byNames(
    records.map(({ name }) => name),
    ids,
  )
