/**
 * Sales of a company, with stakeholders, history and user-defined rows.
 */
import { anyDay, atMostToday, isPast, moment } from './calendar.ts'
import { COUNT, chanceOf } from './lists.ts'
import { addText, addVisibility, TABLE, TEXT_TYPE } from './notes.ts'
import { STAMPS, sheet, stamp } from './output.ts'
import { type Company, doer, type World } from './world.ts'

const SALE = sheet(
  'sale',
  `sale_id associate_id group_idx contact_id person_id registered saledate amount probability_idx text_id project_id
   earning earning_percent userdef_id heading source_id reason_id currency_id probability status done number1
   registered_associate_id updated updated_associate_id updatedcount`,
)
const HISTORY = sheet(
  'salehist',
  `salehist_id sale_id associate_id group_idx contact_id person_id registered saledate amount probability_idx
   project_id heading probability status registered_associate_id updated updated_associate_id updatedcount`,
)
const STAKEHOLDER = sheet(
  'salestakeholder',
  `salestakeholder_id sale_id contact_id person_id rank comment ${STAMPS}`,
)
const SMALL = sheet('udsalesmall', 'udsalesmall_id long01 string01 double01')

const OPEN = 1
const SOLD = 2
const LOST = 3

/** @returns the ids of the sales, for the follow-ups of the company */
export function addSales(world: World, company: Company, persons: readonly number[]): readonly number[] {
  const count = world.rates.sales(company.size)
  return Array.from({ length: count }, () => addSale(world, company, persons))
}

function addSale(world: World, company: Company, persons: readonly number[]): number {
  const { out, random } = world
  const { words } = company
  const id = out.id(SALE)
  const owner = doer(world, company)
  const day = anyDay(random)
  const [when, saleDate] = [moment(atMostToday(day), random), moment(day, random)]
  const person = persons.length > 0 ? random.pick(persons) : null
  const project = random.chance(0.2) ? (world.projects.draw(random) ?? 0) : 0
  const amount = random.between(5, 900) * 1_000
  const percent = random.between(5, 60)
  const prob = random.between(1, COUNT.prob!)
  const status = isPast(day) ? (random.chance(0.6) ? SOLD : LOST) : OPEN
  const heading = `${random.pick(words.sales)}: ${random.pick(words.products)}`
  const text = random.chance(0.25) ? random.pick(words.sentences) : undefined
  out.add(SALE, [
    id,
    owner.id,
    owner.group,
    company.id,
    person,
    when,
    saleDate,
    amount,
    prob,
    text === undefined ? null : addText(out, TEXT_TYPE.sale, id, text, when, owner.id),
    project,
    (amount * percent) / 100,
    percent,
    random.chance(0.1) ? addSmall(world) : null,
    heading,
    random.between(1, COUNT.source!),
    status === OPEN ? null : random.between(1, COUNT.reason!),
    random.between(1, COUNT.currency!),
    chanceOf(prob),
    status,
    status === OPEN ? 0 : 1,
    `S-${10_000 + id}`,
    owner.id,
    when,
    owner.id,
    0,
  ])
  addVisibility(world, TABLE.sale, id, owner, when)
  if (random.chance(0.5)) {
    const before = [
      id,
      owner.id,
      owner.group,
      company.id,
      person,
      when,
      saleDate,
      Math.round(amount * 0.8),
      prob,
    ]
    const rest = [project, heading, chanceOf(prob), OPEN, owner.id, when, owner.id, 0]
    out.add(HISTORY, [out.id(HISTORY), ...before, ...rest])
  }
  if (random.chance(0.3)) addStakeholder(world, id, owner.id, when)
  return id
}

function addStakeholder({ out, random, persons }: World, sale: number, who: number, when: string): void {
  const person = persons.draw(random)
  if (!person) return
  const row = [out.id(STAKEHOLDER), sale, person.company, person.id, 1, '']
  out.add(STAKEHOLDER, [...row, ...stamp(when, who)])
}

function addSmall({ out, random, market }: World): number {
  const id = out.id(SMALL)
  const competitor = random.pick(random.pick(market).companies).slice(0, 39)
  out.add(SMALL, [id, random.between(1, 5), competitor, random.between(0, 999) / 10])
  return id
}
