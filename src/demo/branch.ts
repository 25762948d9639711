/**
 * Branch: an office in another city. A satellite with the region West, the people who work there, and one of them on
 * the road from it.
 *   - what she creates away reaches central and everybody else as one change
 *   - an edit of a record that has left the office is passed on to central, which judges it
 */
import { join } from 'node:path'
import {
  buildPrototype,
  createSatellite,
  exchange,
  finishHome,
  grantTravel,
  releaseHome,
  sealForHome,
  sql,
} from '../index.ts'
import { type Account, countMade, type Verdicts, verdictsOf } from './account.ts'
import { Desk } from './desk.ts'
import type { Records } from './records.ts'
import type { Region } from './regions.ts'
import { countRecords, type Person, type Stage, type Traveller } from './stage.ts'
import { colleagues, newCustomer, workOnce } from './working-days.ts'

export const CITY = 'Bergen'
const NAME = 'bergen'

export interface Branch {
  readonly region: Region
  readonly number: number
  readonly database: string
  readonly records: number
  desk: Desk
  /** Who is on the road from there. */
  readonly far: Traveller
}

/** What is watched on its way. */
export interface Watched {
  /** Made on the road from the satellite. */
  readonly customer: { readonly name: string; readonly time: number }
  /** A company that leaves West, and somebody there. */
  readonly gone: { readonly id: number; readonly name: string; readonly person: number; readonly to: Person }
}

/** One insert of the customer in the log of each database that has it. */
export interface Arrived {
  readonly where: string
  readonly id: number
  readonly inserts: number
  readonly time: number
  readonly author: string
}

export async function openBranch(stage: Stage): Promise<Branch> {
  const region = stage.regions.at(-1)!
  const folder = join(stage.folder, NAME)
  const made = await stage.office.atThisTime(() =>
    createSatellite(stage.office.database, { area: region.id, name: NAME, folder }),
  )
  const desk = new Desk(await stage.open(made.database), stage.clock)
  await buildPrototype(desk.database)
  stage.clock.pass(900)
  await grantTravel(desk.database, region.traveller.id)
  const far = await stage.departure(region.traveller, desk)
  const records = await countRecords(desk.database)
  return { region, number: made.number, database: made.database, records, desk, far }
}

/** Monday: a customer is won on the road, work goes on in the city, and central gives a company to another region. */
export async function branchMonday(stage: Stage, records: Records): Promise<Watched> {
  const { desk, far, region } = stage.branch
  const time = stage.clock.now()
  const id = await newCustomer(stage, { desk: far.desk, who: far.person.id })
  const gone = await companyThatLeaves(stage, records, region)
  for (const worker of turns(stage)) await workOnce(stage, records, worker)
  const colleague = stage.random.pick(colleagues(stage)).id
  await stage.office.change(colleague, 'contact', gone.id, { associate_id: gone.to.id })
  await desk.change(region.people[1]!.id, 'person', gone.person, { rank: 1 })
  return { customer: { name: await nameOf(far.desk, id), time }, gone }
}

function turns({ branch: { desk, far, region }, random }: Stage) {
  const away = { desk: far.desk, who: far.person.id }
  const atTheDesk = { desk, who: region.people[1]!.id }
  return random.shuffle([
    ...Array.from({ length: random.between(4, 9) }, () => away),
    ...Array.from({ length: random.between(4, 9) }, () => atTheDesk),
  ])
}

async function companyThatLeaves(stage: Stage, records: Records, { people }: Region) {
  const owners = sql.join(people.map(({ id }) => id))
  const companies = await stage.office.ids(
    'contact',
    sql`associate_id in (${owners}) and contact_id in (select contact_id from person)
      and contact_id not in (select contact_id from ownercontactlink)`,
  )
  const id = records.reserve('contact', companies)
  const [person] = await stage.office.ids('person', sql`contact_id = ${id}`)
  return { id, name: await nameOf(stage.office, id), person: person!, to: stage.regions[0]!.traveller }
}

async function nameOf(desk: Desk, contact: number): Promise<string> {
  const row = await desk.database.db.snapshot(read =>
    read.row(sql<{ name: string }>`select name from contact where contact_id = ${contact}`),
  )
  return row?.name ?? String(contact)
}

export const NEW_TITLE = 'Head of everything'

/** Tuesday: the company has left the city, and she on the road has not heard of it. @returns it was passed on */
export async function branchTuesday(stage: Stage, { gone }: Watched): Promise<boolean> {
  const { desk, far } = stage.branch
  stage.clock.pass(600)
  await exchange(stage.office.database, desk.database)
  stage.clock.pass(600)
  await far.desk.change(far.person.id, 'person', gone.person, { title: NEW_TITLE })
  stage.clock.pass(600)
  const isGone = (await desk.ids('person', sql`person_id = ${gone.person}`)).length === 0
  await exchange(desk.database, far.desk.database)
  stage.clock.pass(600)
  await exchange(stage.office.database, desk.database)
  return isGone
}

/** Up from the road to central, and down again. */
export async function branchExchanges({ office, clock, branch: { desk, far } }: Stage): Promise<void> {
  clock.pass(300)
  await exchange(desk.database, far.desk.database)
  await exchange(office.database, desk.database)
  await exchange(desk.database, far.desk.database)
}

/** Where the customer is by now, and what the logs say of it. */
export async function whereItArrived(stage: Stage, { customer }: Watched): Promise<Arrived[]> {
  const everything = stage.travellers.find(({ region }) => region === undefined)!
  const found: Arrived[] = []
  for (const [where, desk] of [
    [CITY, stage.branch.desk],
    ['the office', stage.office],
    [`the laptop of ${everything.person.name}`, everything.desk],
  ] as const)
    found.push({ where, ...(await insertOf(desk, customer.name)) })
  return found
}

const CONTACT = 5
const INSERT = 4352
const SATELLITE_IDS = sql`c.contact_id between ${1 << 24} and ${(2 << 24) - 1}`

async function insertOf(desk: Desk, name: string): Promise<Omit<Arrived, 'where'>> {
  const row = await desk.database.db.snapshot(read =>
    read.row(sql<Omit<Arrived, 'where'>>`select c.contact_id as id, count(*) as inserts, min(l.ttime) as time,
      min(p.firstname || ' ' || p.lastname) as author from contact c
      join traveltransactionlog l on l.tablenumber = ${CONTACT} and l.record_id = c.contact_id and l.type = ${INSERT}
      join associate a on a.associate_id = l.associate_id join person p on p.person_id = a.person_id
      where c.name = ${name} and ${SATELLITE_IDS} group by c.contact_id order by 1`),
  )
  if (!row) throw new Error(`${name} did not arrive`)
  return row
}

/** What central has now of the person who was edited on the road. */
export async function titleAtCentral(stage: Stage, { gone }: Watched): Promise<string> {
  const row = await stage.office.database.db.snapshot(read =>
    read.row(sql<{ title: string }>`select title from person where person_id = ${gone.person}`),
  )
  return row?.title ?? ''
}

export interface BranchAccount {
  readonly far: Account
  /** Of all that came over the satellite: what was made there, and what its traveller brought. */
  readonly satellite: Omit<Account, 'created'>
}

/** She comes home to her own office, which tells central the rest. */
export async function branchComesHome(stage: Stage): Promise<BranchAccount> {
  const { desk, far } = stage.branch
  stage.clock.pass(600)
  await sealForHome(far.desk.database)
  const made = await countMade(far)
  const { packets } = far.paths
  await releaseHome(desk.database, { name: far.person.login, tag: far.tag }, packets)
  await finishHome(far.desk.database, { keyFile: far.paths.key })
  await exchange(stage.office.database, desk.database)
  const ofFar = (await verdictsOf(desk.database)).get(far.person.login)
  const ofBranch = (await verdictsOf(stage.office.database)).get(NAME)
  if (!ofFar || !ofBranch) throw new Error(`there is no account of ${CITY}`)
  return { far: { ...ofFar, made }, satellite: { ...ofBranch, made: totalOf(ofBranch) } }
}

/** The satellite is at work for ever: what it made is counted by central alone. */
const totalOf = ({ applied, merged, overruled, rejected, held }: Verdicts): number =>
  applied + merged + overruled + rejected + held
