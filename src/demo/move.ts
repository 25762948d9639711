/**
 * Move: a company changes its owner on the road, and with it the region, with all that belongs to it.
 * Shape:  what the office says it would move -> counts on both laptops -> the change, away -> counts again, and why.
 */
import { previewRecord, sql, why } from '../index.ts'
import type { Records } from './records.ts'
import type { Region } from './regions.ts'
import type { Stage, Traveller } from './stage.ts'

export interface Move {
  readonly company: { readonly id: number; readonly name: string }
  /** One gives it away, two gets it. */
  readonly from: Region
  readonly to: Region
  /** Asked at the office, before anything was done. */
  readonly preview: readonly { readonly area: string; readonly gained: number; readonly lost: number }[]
  readonly before: Holdings
}

/** By table: on the laptop that gives, on the laptop that gets. */
export type Holdings = ReadonlyMap<string, readonly [number, number]>

export interface Moved extends Move {
  readonly after: Holdings
  /** Of the company in either region, and of a person there. */
  readonly why: readonly string[]
}

const CHOICE = 12

/** One of the largest companies of the first region. */
export async function planMove(stage: Stage, records: Records): Promise<Move> {
  const [from, to] = stage.regions as [Region, Region]
  const owners = from.people.map(({ id }) => id)
  const largest = await stage.office.database.db.snapshot(read =>
    read.rows(sql<{
      id: number
    }>`select c.contact_id as id from contact c join appointment a on a.contact_id = c.contact_id
      where c.associate_id in (${sql.join(owners)}) and c.contact_id in (select contact_id from person)
      and c.contact_id not in (select contact_id from ownercontactlink)
      group by c.contact_id order by count(*) desc, c.contact_id limit ${CHOICE * 2}`),
  )
  const id = records.reserve(
    'contact',
    largest.map(row => row.id),
  )
  const name = await stage.office.database.db.snapshot(read =>
    read.row(sql<{ name: string }>`select name from contact where contact_id = ${id}`),
  )
  const { areas } = await previewRecord(stage.office.database, 'contact', id, {
    associate_id: to.traveller.id,
  })
  return {
    company: { id, name: name?.name ?? String(id) },
    ...{ from, to },
    preview: areas.map(area => ({
      ...{ area: area.name, gained: area.gained.records, lost: area.lost.records },
    })),
    before: await holdings(stage, id),
  }
}

/** The company, and what its owner had with it, become the other's: on the laptop of the one who gives. */
export async function giveAway(stage: Stage, { company: { id }, to }: Move): Promise<void> {
  const { desk, person } = stage.travellers[0]!
  const owner = sql`(select c.associate_id from contact c where c.contact_id = ${id})`
  const theirs = sql`contact_id = ${id} and associate_id = ${owner}`
  const work = { appointment: await desk.ids('appointment', theirs), sale: await desk.ids('sale', theirs) }
  for (const [table, records] of Object.entries({ contact: [id], ...work }))
    for (const record of records)
      await desk.change(person.id, table, record, { associate_id: to.traveller.id })
}

export async function whatMoved(stage: Stage, move: Move): Promise<Moved> {
  const central = stage.office.database
  const { id } = move.company
  const person = await central.db.snapshot(read =>
    read.row(sql<{ id: number }>`select min(person_id) as id from person where contact_id = ${id}`),
  )
  const asked = [
    [move.from, 'contact', id],
    [move.to, 'contact', id],
    [move.to, 'person', person!.id],
  ] as const
  const sentences: string[] = []
  for (const [region, table, record] of asked)
    sentences.push((await why(central, region.id, table, record)).sentence)
  return { ...move, after: await holdings(stage, id), why: sentences }
}

async function holdings(stage: Stage, id: number): Promise<Holdings> {
  const [one, two] = stage.travellers as [Traveller, Traveller]
  const counts = new Map<string, readonly [number, number]>()
  for (const [table, where] of BELOW(id))
    counts.set(table, [await countAt(one, table, where), await countAt(two, table, where)])
  return counts
}

/** The company, and what belongs to it directly or through its persons. */
const BELOW = (id: number) =>
  [
    ['contact', sql`contact_id = ${id}`],
    ['person', sql`contact_id = ${id}`],
    ['appointment', sql`contact_id = ${id}`],
    ['sale', sql`contact_id = ${id}`],
    ['address', sql`owner_id = ${id} and atype_idx < 16384`],
    [
      'phone',
      sql`owner_id in (select person_id from person where contact_id = ${id}) and ptype_idx >= 16384`,
    ],
  ] as const

async function countAt({ desk }: Traveller, table: string, where: ReturnType<typeof sql>): Promise<number> {
  return (await desk.ids(table, where)).length
}
