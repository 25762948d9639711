/**
 * Lists: the entries that people of the demo world choose from. Ids are positions, from 1.
 */
import type { Value } from '../../core/values.ts'
import { FOUNDED } from './calendar.ts'
import { type Output, type Sheet, STAMPS, sheet, stamp } from './output.ts'

const ADMINISTRATOR = 1
const COMMON = ['name', 'rank', 'deleted', ...STAMPS] as const

const SIMPLE = {
  business: [
    'Manufacturing',
    'Software',
    'Shipping',
    'Public sector',
    'Health',
    'Retail',
    'Energy',
    'Finance',
  ],
  category: ['Customer', 'Prospect', 'Partner', 'Supplier', 'Former customer', 'Press'],
  contint: ['Newsletter', 'Trade fair', 'Price list', 'Christmas card', 'Seminar', 'Beta programme'],
  persint: ['Golf', 'Sailing', 'Music', 'Newsletter', 'Football', 'Wine', 'Chess'],
  perspos: ['Managing director', 'Sales manager', 'Purchaser', 'Developer', 'Consultant', 'Assistant'],
  priority: ['Low', 'Medium', 'High'],
  projtype: ['Campaign', 'Delivery', 'Event', 'Internal'],
  projstatus: ['Planned', 'Active', 'On hold', 'Completed'],
  pmembtype: ['Project manager', 'Member', 'Sponsor', 'Observer'],
  mrmrs: ['Mr', 'Mrs', 'Ms', 'Dr'],
  source: ['Trade fair', 'Web', 'Recommendation', 'Phone', 'Advertisement'],
  reason: ['Price', 'Quality', 'Delivery time', 'Competitor', 'Budget'],
} as const

const TASKS = ['Meeting', 'Phone call', 'E-mail', 'Lunch', 'Visit', 'Internal', 'Document'] as const
const CHANCES = [10, 25, 50, 75, 90, 100] as const
const RATES = { NOK: 1, EUR: 11.6, SEK: 1.02, GBP: 13.4, JPY: 0.068, EGP: 0.21 } as const
const TEMPLATES = ['Letter', 'Offer', 'Contract', 'Minutes', 'E-mail'] as const

const TASK = sheet('task', ['task_id', ...COMMON, 'record_type'])
const PROB = sheet('prob', ['prob_id', ...COMMON, 'probability'])
const CURRENCY = sheet('currency', ['currency_id', ...COMMON, 'rate', 'units', 'isocode'])
const TEMPLATE = sheet('doctmpl', ['doctmpl_id', ...COMMON, 'filename', 'record_type'])

/** How many entries a list has, for drawing one. */
export const COUNT = {
  business: SIMPLE.business.length,
  category: SIMPLE.category.length,
  contint: SIMPLE.contint.length,
  persint: SIMPLE.persint.length,
  perspos: SIMPLE.perspos.length,
  priority: SIMPLE.priority.length,
  projtype: SIMPLE.projtype.length,
  projstatus: SIMPLE.projstatus.length,
  pmembtype: SIMPLE.pmembtype.length,
  source: SIMPLE.source.length,
  reason: SIMPLE.reason.length,
  task: TASKS.length,
  prob: CHANCES.length,
  currency: Object.keys(RATES).length,
} as const
export const DOCUMENT_TASK = TASKS.length
export const chanceOf = (prob: number): number => CHANCES[prob - 1]!

export function addLists(out: Output): void {
  for (const [table, names] of Object.entries(SIMPLE)) {
    const list = sheet<string>(table, [`${table}_id`, ...COMMON])
    for (const name of names) addEntry(out, list, name, {})
  }
  for (const name of TASKS) addEntry(out, TASK, name, { record_type: 1 })
  for (const probability of CHANCES) addEntry(out, PROB, `${probability} %`, { probability })
  for (const [code, rate] of Object.entries(RATES)) {
    addEntry(out, CURRENCY, code, { rate, units: 1, isocode: code })
  }
  for (const name of TEMPLATES) {
    const filename = `${name.toLowerCase().replace(/[^a-z]/g, '')}.docx`
    addEntry(out, TEMPLATE, name, { filename, record_type: 1 })
  }
}

function addEntry(out: Output, list: Sheet, name: string, more: Readonly<Record<string, Value>>): void {
  const id = out.id(list)
  const common = { name, rank: id, deleted: 0, ...stamp(FOUNDED, ADMINISTRATOR) }
  out.add(list, { [list.columns[0]!]: id, ...common, ...more })
}
