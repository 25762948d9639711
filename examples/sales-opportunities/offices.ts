/**
 * Offices: once everybody is home, each regional office gets a database of its own, a satellite with its area. A manager
 * of each leaves from there; an account is given from one office to another.
 * Shape:  create -> go -> work -> exchange -> hand an account over -> exchange -> verify -> home
 */
import { join } from 'node:path'
import {
  buildPrototype,
  closeDatabase,
  comeHome,
  createSatellite,
  exchange,
  goOnTravel,
  grantTravel,
  type HomecomingDatabase,
  listAreas,
  openDatabase,
  sql,
  verify,
} from '../../src/index.ts'
import type { SalesData } from './csv.ts'
import { type Account, type AgentAway, findSale } from './journey.ts'

export interface OfficeReport {
  readonly name: string
  /** Of the satellite. */
  readonly number: number
  readonly people: number
  readonly sales: number
  /** The manager who travels from there. */
  readonly traveller: string
  /** The id of what the manager found away, which it has everywhere. */
  readonly found: number
  readonly foundAtCentral: boolean
  readonly account: Account
  /** It holds what central holds of its area, and the laptop what it holds. */
  readonly identical: boolean
}

export interface OfficesReport {
  readonly offices: readonly OfficeReport[]
  /** Given from the first office to the second: its opportunities there, before and after. */
  readonly handedOver: {
    readonly account: string
    readonly before: readonly [number, number]
    readonly after: readonly [number, number]
  }
}

interface Office {
  readonly name: string
  readonly number: number
  readonly people: readonly { readonly id: number; readonly name: string }[]
  readonly satellite: HomecomingDatabase
  readonly laptop: HomecomingDatabase
  readonly key: string
  readonly traveller: Pick<AgentAway, 'database' | 'id'> & { readonly login: string }
}

/** @param folder one folder per office below it */
export async function regionalOffices(
  central: HomecomingDatabase,
  { agents }: SalesData,
  folder: string,
): Promise<OfficesReport> {
  const offices: Office[] = []
  try {
    for (const name of new Set(agents.map(({ office }) => office)))
      offices.push(await openOffice(central, name, folder))
    const found = new Map<Office, number>()
    for (const office of offices) {
      await findSale(office.traveller, 'GTX Pro')
      await exchange(office.satellite, office.laptop)
      found.set(office, await newest(office.satellite))
    }
    await exchangeAll(central, offices)
    const handedOver = await handOver(central, offices as [Office, Office, Office])
    const reports: OfficeReport[] = []
    for (const office of offices) reports.push(await comesHome(central, office, found.get(office)!))
    return { offices: reports, handedOver }
  } finally {
    for (const { satellite } of offices) await closeDatabase(satellite)
  }
}

/** Its managers log in there from now on; the first of them leaves with all that it has. */
async function openOffice(central: HomecomingDatabase, name: string, folder: string): Promise<Office> {
  const area = (await listAreas(central)).find(each => each.name === name)!
  const made = await createSatellite(central, { area: area.id, folder: join(folder, `office-${area.id}`) })
  const satellite = await openDatabase(made.database)
  const [manager] = area.assigned
  await buildPrototype(satellite)
  await grantTravel(satellite, manager!.id)
  const trip = await goOnTravel(satellite, { associate: manager!.id, folder: join(folder, manager!.name) })
  const laptop = await openDatabase(trip.database, { keyFile: trip.key })
  return {
    ...{ name, number: made.number, people: area.assigned, satellite, laptop, key: trip.key },
    traveller: { database: laptop, id: manager!.id, login: manager!.name },
  }
}

async function newest(office: HomecomingDatabase): Promise<number> {
  return count(office, sql`select max(sale_id) as n from sale`)
}

async function exchangeAll(central: HomecomingDatabase, offices: readonly Office[]): Promise<void> {
  for (const { satellite, laptop } of [...offices, ...offices]) {
    await exchange(central, satellite)
    await exchange(satellite, laptop)
  }
}

/** The largest account of the first office, with the opportunities of its owner. */
async function handOver(central: HomecomingDatabase, offices: readonly [Office, Office, ...Office[]]) {
  const [from, to] = offices
  const account = await central.db.snapshot(read =>
    read.row(sql<{
      id: number
      name: string
      owner: number
    }>`select c.contact_id as id, c.name, c.associate_id as owner
      from contact c join areauserinclusion i on i.associate_id = c.associate_id join area a on a.area_id = i.area_id
      join sale s on s.contact_id = c.contact_id where a.name = ${from.name}
      group by c.contact_id order by count(*) desc, c.name limit 1`),
  )
  const { id, name, owner } = account!
  const holding = async (): Promise<[number, number]> => [
    await count(from.satellite, sql`select count(*) as n from contact where contact_id = ${id}`),
    await count(to.satellite, sql`select count(*) as n from contact where contact_id = ${id}`),
  ]
  const before = await holding()
  await central.db.change(async write => {
    await write.actAs(from.traveller.id)
    await write.run(sql`update contact set associate_id = ${to.traveller.id} where contact_id = ${id}`)
    await write.run(
      sql`update sale set associate_id = ${to.traveller.id} where contact_id = ${id} and associate_id = ${owner}`,
    )
  })
  await exchangeAll(central, offices)
  return { account: name, before, after: await holding() }
}

async function comesHome(central: HomecomingDatabase, office: Office, found: number): Promise<OfficeReport> {
  const { name, number, people, satellite, laptop, key, traveller } = office
  const identical = (await verify(central, satellite)).same && (await verify(satellite, laptop)).same
  const { account } = await comeHome(satellite, laptop, { keyFile: key })
  await exchange(central, satellite)
  return {
    ...{ name, number, people: people.length, traveller: traveller.login, found, account, identical },
    sales: await count(satellite, sql`select count(*) as n from sale`),
    foundAtCentral:
      (await count(central, sql`select count(*) as n from sale where sale_id = ${found}`)) === 1,
  }
}

async function count(database: HomecomingDatabase, query: ReturnType<typeof sql>): Promise<number> {
  const row = await database.db.snapshot(read => read.row(query as ReturnType<typeof sql<{ n: number }>>))
  return row?.n ?? 0
}
