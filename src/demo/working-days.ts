/**
 * Working days: what people do, away and at the office, in turns that the seed decides.
 */
import type { Desk, Values } from './desk.ts'
import type { Records } from './records.ts'
import type { Person, Stage } from './stage.ts'
import { stored } from './story-clock.ts'

/** How many things somebody does in one day. */
const AWAY = [9, 22] as const
const AT_THE_OFFICE = [18, 40] as const
const PAUSE = [60, 420] as const

interface Worker {
  readonly desk: Desk
  readonly who: number
}

/** Everybody works, in any order, from eight o'clock on. @param day of the story, 0 is Monday */
export async function workingDay(stage: Stage, records: Records, day: number): Promise<void> {
  stage.clock.goTo(day, 8)
  const away = stage.travellers.flatMap(({ desk, person }) => turns(stage, desk, [person], AWAY))
  const atHome = turns(stage, stage.office, colleagues(stage), AT_THE_OFFICE)
  for (const worker of stage.random.shuffle([...away, ...atHome])) await workOnce(stage, records, worker)
}

/** People who stay. */
export function colleagues(stage: Stage): Person[] {
  const gone = new Set(
    [...stage.travellers.map(({ person }) => person), ...stage.inAnotherCity].map(({ id }) => id),
  )
  return stage.people.filter(person => !gone.has(person.id))
}

export async function workAtTheOffice(stage: Stage, records: Records): Promise<void> {
  for (const worker of turns(stage, stage.office, stage.people, AT_THE_OFFICE)) {
    await workOnce(stage, records, worker)
  }
}

function turns(
  { random }: Stage,
  desk: Desk,
  people: readonly Person[],
  [low, high]: readonly [number, number],
): Worker[] {
  return Array.from({ length: random.between(low, high) }, () => ({ desk, who: random.pick(people).id }))
}

export async function workOnce(stage: Stage, records: Records, worker: Worker): Promise<void> {
  const { random, clock } = stage
  clock.pass(random.between(...PAUSE))
  const dice = random.next()
  if (dice < 0.15) await newCustomer(stage, worker)
  else if (dice < 0.25) await worker.desk.deleteAppointment(worker.who, records.takeLoose())
  else await changeSomething(stage, records, worker)
}

/** How often somebody looks for a record that is on their laptop, before they leave it at that. */
const TRIES = 5

async function changeSomething(stage: Stage, records: Records, { desk, who }: Worker): Promise<void> {
  const table = stage.random.pick([
    'contact',
    'person',
    'sale',
    'sale',
    'appointment',
    'appointment',
  ] as const)
  const values = news(stage, table)
  for (let tries = 0; tries < TRIES; tries++)
    if (await desk.change(who, table, records.pick(table), values)) return
}

function news(
  { random, clock, people }: Stage,
  table: 'contact' | 'person' | 'sale' | 'appointment',
): Values {
  switch (table) {
    case 'contact':
      return random.chance(0.2)
        ? { associate_id: random.pick(people).id }
        : { department: random.pick(DEPARTMENTS) }
    case 'person':
      return { title: random.pick(TITLES) }
    case 'sale':
      return { amount: random.between(10, 990) * 1_000, probability: random.pick([10, 25, 50, 75, 90]) }
    case 'appointment':
      return { done: stored(clock.now()), status: 3, location: random.pick(CITIES) }
    default:
      throw table satisfies never
  }
}

/** A company, a person there, her phone, a meeting, and with luck a sale. */
export async function newCustomer(stage: Stage, { desk, who }: Worker): Promise<number> {
  const { random, clock } = stage
  const now = stored(clock.now())
  const name = `${random.pick(FIRST_WORDS)} ${random.pick(SECOND_WORDS)} AS`
  const [first, last] = random.pick(PEOPLE).split(' ') as [string, string]
  const listed = { country_id: random.between(1, 8), business_idx: random.between(1, 8) }
  const contact = await desk.create(who, 'contact', { name, associate_id: who, category_idx: 2, ...listed })
  const person = await desk.create(who, 'person', { contact_id: contact, firstname: first, lastname: last })
  const phone = `+47 ${random.between(20_000_000, 99_999_999)}`
  await desk.create(who, 'phone', { owner_id: person, ptype_idx: 16385, phone })
  const meeting = { contact_id: contact, person_id: person, associate_id: who, task_idx: 1, do_by: now }
  await desk.create(who, 'appointment', meeting)
  if (random.chance(0.5)) {
    const sale = { heading: `First order of ${name}`, amount: random.between(20, 400) * 1_000, saledate: now }
    await desk.create(who, 'sale', { contact_id: contact, associate_id: who, probability_idx: 2, ...sale })
  }
  return contact
}

const DEPARTMENTS = ['Head office', 'Purchasing', 'Shipyard', 'Export', 'Service', 'Research', 'Logistics']
const TITLES = [
  'Managing director',
  'Head of purchasing',
  'Chief engineer',
  'Captain',
  'Harbour master',
  'Planner',
]
const CITIES = ['Bergen', 'Ålesund', 'Tromsø', 'Kirkenes', 'Rotterdam', 'Πειραιάς', '横浜']
const FIRST_WORDS = ['Nordlys', 'Havørn', 'Fjord', 'Polar', 'Skagerrak', 'Lofoten', 'Brisk', 'Vestavind']
const SECOND_WORDS = ['Shipping', 'Seafood', 'Marine', 'Offshore', 'Trading', 'Robotics', 'Energy', 'Yards']
const PEOPLE = ['Siri Dahl', 'Aksel Moe', 'Nora Lie', 'Emil Berg', 'Sofie Vik', 'Jakob Ness', 'Ida Strand']
