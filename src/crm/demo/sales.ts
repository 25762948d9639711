/**
 * Sales of a company, with stakeholders, history and user-defined rows.
 */
import { anyDay, atMostToday, isPast, moment } from './calendar.ts'
import { COUNT, chanceOf } from './lists.ts'
import { addText, addVisibility, TABLE, TEXT_TYPE } from './notes.ts'
import { STAMPS, sheet, stamp } from './output.ts'
import { type Company, doer, type World } from './world.ts'

/** What a sale and its history have in common. */
const SHARED = [
  'associate_id',
  'group_idx',
  'contact_id',
  'person_id',
  'saledate',
  'amount',
  'probability_idx',
  'probability',
  'project_id',
  'heading',
  'status',
  ...STAMPS,
] as const
const SALE = sheet('sale', [
  'sale_id',
  ...SHARED,
  'text_id',
  'earning',
  'earning_percent',
  'userdef_id',
  'source_id',
  'reason_id',
  'currency_id',
  'done',
  'number1',
])
const HISTORY = sheet('salehist', ['salehist_id', 'sale_id', ...SHARED])
const STAKEHOLDER = sheet('salestakeholder', [
  'salestakeholder_id',
  'sale_id',
  'contact_id',
  'person_id',
  'rank',
  'comment',
  ...STAMPS,
])
const SMALL = sheet('udsalesmall', ['udsalesmall_id', 'long01', 'string01', 'double01'])

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
  const id = out.id(SALE)
  const owner = doer(world, company)
  const day = anyDay(random)
  const when = moment(atMostToday(day), random)
  const shared = {
    associate_id: owner.id,
    group_idx: owner.group,
    contact_id: company.id,
    person_id: persons.length > 0 ? random.pick(persons) : null,
    saledate: moment(day, random),
    amount: random.between(5, 900) * 1_000,
    ...probability(random.between(1, COUNT.prob)),
    project_id: random.chance(0.2) ? (world.projects.draw(random) ?? 0) : 0,
    heading: `${random.pick(company.words.sales)}: ${random.pick(company.words.products)}`,
    status: OPEN,
    ...stamp(when, owner.id),
  }
  out.add(SALE, { sale_id: id, ...shared, ...outcome(world, company, id, shared.amount, day, when) })
  addVisibility(world, TABLE.sale, id, owner, when)
  if (random.chance(0.5)) {
    const before = Math.round(shared.amount * 0.8)
    out.add(HISTORY, { salehist_id: out.id(HISTORY), sale_id: id, ...shared, amount: before })
  }
  if (random.chance(0.3)) addStakeholder(world, id, owner.id, when)
  return id
}

const probability = (prob: number) => ({ probability_idx: prob, probability: chanceOf(prob) })

/** Past sales are won or lost; those ahead are open. */
function outcome(world: World, company: Company, sale: number, amount: number, day: number, when: string) {
  const { out, random } = world
  const { words, owner } = company
  const status = isPast(day) ? (random.chance(0.6) ? SOLD : LOST) : OPEN
  const percent = random.between(5, 60)
  return {
    status,
    done: status === OPEN ? 0 : 1,
    reason_id: status === OPEN ? null : random.between(1, COUNT.reason),
    source_id: random.between(1, COUNT.source),
    currency_id: random.between(1, COUNT.currency),
    earning: (amount * percent) / 100,
    earning_percent: percent,
    number1: `S-${10_000 + sale}`,
    text_id: random.chance(0.25)
      ? addText(out, TEXT_TYPE.sale, sale, random.pick(words.sentences), when, owner.id)
      : null,
    userdef_id: random.chance(0.1) ? addSmall(world, company) : null,
  }
}

function addStakeholder({ out, random, persons }: World, sale_id: number, who: number, when: string): void {
  const person = persons.draw(random)
  if (!person) return
  const pointers = { sale_id, contact_id: person.company, person_id: person.id }
  const salestakeholder_id = out.id(STAKEHOLDER)
  out.add(STAKEHOLDER, { salestakeholder_id, ...pointers, rank: 1, comment: '', ...stamp(when, who) })
}

function addSmall({ out, random }: World, { words }: Company): number {
  const udsalesmall_id = out.id(SMALL)
  out.add(SMALL, {
    udsalesmall_id,
    long01: random.between(1, 5),
    string01: random.pick(words.companies).slice(0, 39),
    double01: random.between(0, 999) / 10,
  })
  return udsalesmall_id
}
