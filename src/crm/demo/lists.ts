/**
 * Lists: the entries that people of the demo world choose from. Ids are positions, from 1.
 */
import { FOUNDED } from './calendar.ts'
import { type Output, type Sheet, STAMPS, sheet, stamp } from './output.ts'

const ADMINISTRATOR = 1

const entry = (table: string): Sheet => sheet(table, `${table}_id name rank deleted ${STAMPS}`)

const SIMPLE: readonly (readonly [table: string, names: readonly string[]])[] = [
  [
    'business',
    ['Manufacturing', 'Software', 'Shipping', 'Public sector', 'Health', 'Retail', 'Energy', 'Finance'],
  ],
  ['category', ['Customer', 'Prospect', 'Partner', 'Supplier', 'Former customer', 'Press']],
  ['contint', ['Newsletter', 'Trade fair', 'Price list', 'Christmas card', 'Seminar', 'Beta programme']],
  ['persint', ['Golf', 'Sailing', 'Music', 'Newsletter', 'Football', 'Wine', 'Chess']],
  ['perspos', ['Managing director', 'Sales manager', 'Purchaser', 'Developer', 'Consultant', 'Assistant']],
  ['priority', ['Low', 'Medium', 'High']],
  ['projstatus', ['Planned', 'Active', 'On hold', 'Completed']],
  ['pmembtype', ['Project manager', 'Member', 'Sponsor', 'Observer']],
  ['mrmrs', ['Mr', 'Mrs', 'Ms', 'Dr']],
  ['source', ['Trade fair', 'Web', 'Recommendation', 'Phone', 'Advertisement']],
  ['reason', ['Price', 'Quality', 'Delivery time', 'Competitor', 'Budget']],
  ['projtype', ['Campaign', 'Delivery', 'Event', 'Internal']],
]

const TASK = sheet('task', `task_id name rank deleted record_type ${STAMPS}`)
const TASKS = ['Meeting', 'Phone call', 'E-mail', 'Lunch', 'Visit', 'Internal', 'Document']
const PROB = sheet('prob', `prob_id name rank deleted probability ${STAMPS}`)
const CHANCES = [10, 25, 50, 75, 90, 100]
const CURRENCY = sheet('currency', `currency_id name rank deleted rate units ${STAMPS} isocode`)
const RATES: readonly (readonly [code: string, rate: number])[] = [
  ['NOK', 1],
  ['EUR', 11.6],
  ['SEK', 1.02],
  ['GBP', 13.4],
  ['JPY', 0.068],
  ['EGP', 0.21],
]
const TEMPLATE = sheet('doctmpl', `doctmpl_id name rank deleted filename record_type direction ${STAMPS}`)
const TEMPLATES = ['Letter', 'Offer', 'Contract', 'Minutes', 'E-mail']

/** How many entries a list has, for drawing one. */
export const COUNT: Readonly<Record<string, number>> = Object.fromEntries([
  ...SIMPLE.map(([table, names]) => [table, names.length]),
  ['task', TASKS.length],
  ['prob', CHANCES.length],
  ['currency', RATES.length],
  ['doctmpl', TEMPLATES.length],
])
export const DOCUMENT_TASK = TASKS.length
export const chanceOf = (prob: number): number => CHANCES[prob - 1]!

export function addLists(out: Output): void {
  const stamps = stamp(FOUNDED, ADMINISTRATOR)
  const fill = <T>(
    of: Sheet,
    items: readonly T[],
    rest: (item: T, rank: number) => (string | number)[],
  ): void =>
    items.forEach((item, index) => {
      out.add(of, [out.id(of), ...rest(item, index + 1)])
    })
  for (const [table, names] of SIMPLE) fill(entry(table), names, (name, rank) => [name, rank, 0, ...stamps])
  fill(TASK, TASKS, (name, rank) => [name, rank, 0, 1, ...stamps])
  fill(PROB, CHANCES, (chance, rank) => [`${chance} %`, rank, 0, chance, ...stamps])
  fill(CURRENCY, RATES, ([code, rate], rank) => [code, rank, 0, rate, 1, ...stamps, code])
  fill(TEMPLATE, TEMPLATES, (name, rank) => [name, rank, 0, `${slugOf(name)}.docx`, 1, 0, ...stamps])
}

const slugOf = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')
