/**
 * Clashes: what must happen whatever the seed. Two people, one record, on Monday and on Tuesday.
 *   - an edit made away, overruled by a later one at the office; later restored by the one who lost it
 *   - an edit at the office, overruled by a later one made away
 *   - a deletion at the office, and a later edit away: the record comes back
 *   - a deletion away, and a later edit at the office: the record stays
 *   - two people away who invent the same categories: one of each remains, both keep using it
 *   - a company that changes its owner, and with it the region (move.ts)
 */
import { conflicts, restoreConflict, sql } from '../index.ts'
import { giveAway, type Move, planMove } from './move.ts'
import type { Records } from './records.ts'
import type { Region } from './regions.ts'
import type { Stage, Traveller } from './stage.ts'
import { stored } from './story-clock.ts'
import { colleagues, newCustomer } from './working-days.ts'

export interface Clashes {
  readonly sale: { readonly id: number; readonly away: number; readonly office: number }
  readonly contact: number
  readonly comesBack: number
  readonly stays: number
  readonly handedOver: Move
  /** Two people away invent each of them. */
  readonly categories: readonly string[]
  /** Who works on the same records at the office. */
  readonly colleague: number
}

/** Whoever edits a record away has it: it is their region's by its own owner. */
export async function planClashes(stage: Stage, records: Records): Promise<Clashes> {
  const { random, office } = stage
  const [north, south] = stage.regions as [Region, Region]
  const owned = (table: string, { people }: Region) =>
    office.ids(table, sql`associate_id in (${sql.join(people.map(({ id }) => id))})`)
  const away = random.between(100, 400) * 1_000
  return {
    sale: {
      id: records.reserve('sale', await owned('sale', north)),
      away,
      office: away + random.between(10, 90) * 1_000,
    },
    contact: records.reserve('contact', await owned('contact', south)),
    comesBack: records.takeLoose(),
    stays: records.takeLoose(await owned('appointment', north)),
    handedOver: await planMove(stage, records),
    categories: random.shuffle(CATEGORIES).slice(0, random.between(1, 3)),
    colleague: random.pick(colleagues(stage)).id,
  }
}

/** On Monday. Each traveller also wins a customer, so that everybody has made a record. */
export async function firstHalf(stage: Stage, clashes: Clashes): Promise<void> {
  const { office, clock } = stage
  const [one, two] = stage.travellers as [Traveller, Traveller, Traveller]
  for (const { desk, person } of stage.travellers) await newCustomer(stage, { desk, who: person.id })
  clock.pass(600)
  await one.desk.change(one.person.id, 'sale', clashes.sale.id, { amount: clashes.sale.away })
  await one.desk.deleteAppointment(one.person.id, clashes.stays)
  await giveAway(stage, clashes.handedOver)
  await office.change(clashes.colleague, 'contact', clashes.contact, { department: 'Sold to a competitor' })
  await office.deleteAppointment(clashes.colleague, clashes.comesBack)
  for (const name of clashes.categories) await inventCategory(stage, two, name)
}

/** On Tuesday, before anybody has heard of the other. */
export async function secondHalf(stage: Stage, clashes: Clashes): Promise<void> {
  const { office, clock } = stage
  const [, two, three] = stage.travellers as [Traveller, Traveller, Traveller]
  clock.pass(600)
  await office.change(clashes.colleague, 'sale', clashes.sale.id, { amount: clashes.sale.office })
  await office.change(clashes.colleague, 'appointment', clashes.stays, { location: 'At our own place' })
  await two.desk.change(two.person.id, 'contact', clashes.contact, { department: 'Not sold at all' })
  const done = { done: stored(clock.now()), location: 'They came after all' }
  await three.desk.change(three.person.id, 'appointment', clashes.comesBack, done)
  for (const name of clashes.categories) await inventCategory(stage, three, name)
}

/** A new list entry, and a company that uses it. */
async function inventCategory(stage: Stage, { desk, person }: Traveller, name: string): Promise<void> {
  const category = await desk.create(person.id, 'category', { name, rank: 99 })
  const company = await newCustomer(stage, { desk, who: person.id })
  await desk.change(person.id, 'contact', company, { category_idx: category })
}

/** The one who lost the sale reads the receipt, and has it the old way again. It is an ordinary new edit. */
export async function restoreTheSale(stage: Stage, { sale }: Clashes): Promise<number | undefined> {
  const { desk, person } = stage.travellers[0]!
  const lost = await conflicts(desk.database, { who: person.id })
  const conflict = lost.find(({ table, record }) => table === 'sale' && record === sale.id)
  if (!conflict) return undefined
  await desk.atThisTime(() => restoreConflict(desk.database, conflict.id, person.id))
  return sale.id
}

const CATEGORIES = ['Shipyard', 'Fish farm', 'Research vessel', 'Harbour', 'Wind park', 'Lighthouse']
