/**
 * Report: the story for people: who left with what, what happened on each side, what the post did, who lost which edit,
 * the account of every edit, and the proof that all sides hold the same.
 */
import { relative } from 'node:path'
import { type Cell, type Colours, table } from '../cli/output.ts'
import { type Account, sum } from './account.ts'
import { CITY, NEW_TITLE } from './branch.ts'
import { commandsToTry } from './look-around.ts'
import type { Lost } from './lost-edits.ts'
import { BEFORE } from './stage.ts'
import type { Story } from './story.ts'
import { dayAndTime } from './story-clock.ts'

type Part = (story: Story, show: Colours) => readonly [title: string, body: string]

const PARTS: readonly Part[] = [
  leaving,
  working,
  post,
  moving,
  inAnotherCity,
  lostOnes,
  ledger,
  sameness,
  timings,
  lookAround,
]

export function report(story: Story, show: Colours): string {
  const parts = PARTS.map(part => part(story, show))
  return `\n${parts.map(([title, body]) => `${show.bold(title.toUpperCase())}\n\n${indented(body)}\n`).join('\n')}\n`
}

function leaving(story: Story, show: Colours) {
  const { office, prototypes, stage } = story
  const rows = stage.travellers.map(({ person, region, left }) => [
    person.name,
    person.login,
    region?.name ?? 'everything',
    number(left.records),
    megabytes(left.bytes),
    left.seconds.toFixed(1),
    left.series,
  ])
  const body = [
    `The office has ${number(office.records)} records of ${office.users} users, who work in three regions: an area each. A prototype`,
    'is built once per area to leave with. Work at the office goes on; what changes meanwhile follows in a first packet.',
    '',
    table(
      ['area', 'whose data', 'records of a new copy', 'size'],
      prototypes.map(({ area, records, bytes }) => [
        area,
        whoseData(stage, area),
        number(records),
        megabytes(bytes),
      ]),
      show,
    ),
    '',
    table(
      ['who leaves', 'login', 'area', 'records', 'encrypted copy', 'seconds', 'number series'],
      rows,
      show,
    ),
  ]
  return ['Three people leave', body.join('\n')] as const
}

const whoseData = ({ regions }: Story['stage'], area: string): string =>
  regions
    .find(({ name }) => name === area)
    ?.people.map(({ login }) => login)
    .join(' ') ?? 'everybody'

function working({ stage, ...story }: Story, show: Colours) {
  const sides = [
    { name: 'the office', work: story.workAtTheOffice },
    ...stage.travellers.map(({ person, desk }) => ({ name: person.name, work: desk.work })),
    { name: CITY, work: stage.branch.desk.work },
    { name: `${stage.branch.far.person.name}, from there`, work: stage.branch.far.desk.work },
  ]
  const rows = sides.map(({ name, work }) => [name, work.created, work.changed, work.deleted])
  const body = `Monday to Wednesday, every side by plain SQL, nobody connected to anybody.\n\n${table(['side', 'created', 'changed', 'deleted'], rows, show)}`
  return ['Work on every side', body] as const
}

function post({ incidents, packets }: Story, show: Colours) {
  const rows = incidents.map(({ packet, what, how, healed }) => [
    packet,
    show.yellow(what),
    `${how};\n${healed}`,
  ])
  const body = [
    `${packets.up} packets went up and ${packets.dwn} down, as files in a folder. To ${incidents.length} of them something was really done:`,
    '',
    table(['packet', 'what', 'how, and how it healed'], rows, show),
  ]
  return ['The post', body.join('\n')] as const
}

function moving({ moved, stage }: Story, show: Colours) {
  const { company, from, to, before, after, preview } = moved
  const [one, two] = stage.travellers
  const rows = [...after].map(([name, counts]) => {
    const was = before.get(name)!
    return [name, was[0], counts[0], was[1], counts[1]]
  })
  const foreseen = preview.map(
    ({ area, gained, lost }) => `${area} would ${gained > 0 ? `gain ${gained}` : `lose ${lost}`}`,
  )
  const body = [
    `On Monday ${one!.person.name}, away with ${from.name}, gives ${show.bold(company.name)} to ${two!.person.name}, away with ${to.name}:`,
    'the company and what its owner had with it. With the next packets it leaves one laptop, with all that',
    'belongs to it, and arrives on the other. Nothing is deleted; what others in the region own stays theirs.',
    `Of the company alone the office foresaw, by area preview-record: ${foreseen.join(', ')} records.`,
    '',
    table(
      ['of this company', `${one!.person.login} before`, 'after', `${two!.person.login} before`, 'after'],
      rows,
      show,
    ),
    '',
    'Why? Ask bin/homecoming why:',
    '',
    ...moved.why.map(sentence => wrapped(sentence, 104)),
  ]
  return ['A company moves', body.join('\n')] as const
}

function inAnotherCity({ stage, inTheCity }: Story, show: Colours) {
  const { branch } = stage
  const { customer, gone, passedOn, arrived, title, account } = inTheCity
  const [traveller, ...others] = branch.region.people.map(({ name }) => name)
  const rows = arrived.map(({ where, id, inserts, time, author }) => [
    where,
    id,
    inserts,
    dayAndTime(time),
    author,
  ])
  const judged = passedOn && title === NEW_TITLE ? 'and central takes it' : 'and central judges it'
  const body = [
    `The region ${branch.region.name} has an office of its own in ${CITY}, for good: satellite ${branch.number}, with ${number(branch.records)} records.`,
    `${others.join(' and ')} works there; ${traveller} left from there, with all that it has.`,
    '',
    `On the road ${traveller} wins ${show.bold(customer.name)}. It goes up to ${CITY}, on to the office, and from there to everybody`,
    'who should have it: one change, with its own time and author, under one id that stays.',
    '',
    table(['where', 'its id', 'inserts in the log', 'made', 'by'], rows, show),
    '',
    `On Monday the office gives ${show.bold(gone.name)} to ${gone.to.name}.`,
    `On Tuesday it leaves ${CITY}, with all that belongs to it. ${traveller} has not heard of it, and makes somebody there`,
    `"${NEW_TITLE}". ${CITY} has neither any more: it passes the edit on as it is, ${judged}, and the`,
    'author is told.',
    '',
    table(
      ['whose account', 'made', 'applied', 'merged', 'overruled', 'rejected', 'held'],
      [
        accountRow(`${traveller}, in ${CITY}`, account.far),
        accountRow(`all of ${CITY}, at the office`, account.satellite),
      ],
      show,
    ),
  ]
  return ['An office in another city', body.join('\n')] as const
}

const accountRow = (who: string, account: Omit<Account, 'created'>): Cell[] => [
  who,
  account.made,
  account.applied,
  account.merged,
  account.overruled,
  account.rejected,
  account.held,
]

/** Lines of at most `width`, the later ones a little to the right. */
function wrapped(text: string, width: number): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(lines.length === 0 ? word : `  ${word}`)
  }
  return lines.join('\n')
}

const SHOWN = 8

function lostOnes({ lost, restored }: Story, show: Colours) {
  const isBack = (one: Lost): boolean => one.table === 'sale' && one.record === restored
  const order = (one: Lost): number => (isBack(one) ? 9 : weight(one))
  const best = lost.toSorted((a, b) => order(b) - order(a)).slice(0, SHOWN)
  const lines = best.map(
    one =>
      `${show.bold(`${one.table} ${quoted(one.title)}`)}\n${indented(sentences(one, isBack(one)).join('\n'))}`,
  )
  const more = lost.length - best.length
  if (more > 0) lines.push(`... and ${more} more: bin/homecoming conflicts shows them all, field by field.`)
  const body = [
    'Where two people changed one record without knowing of each other, the later edit stands. The other is',
    'never dropped: it waits in a journal with all its values, its author is told, and can have it back.',
    '',
    lines.join('\n\n'),
  ]
  return [`Who lost what (${lost.length})`, body.join('\n')] as const
}

/** What tells most comes first. */
const weight = ({ reason, winner, loser }: Lost): number =>
  (winner.kind !== loser.kind ? 3 : 0) + (reason === 'unique-merged' ? 2 : 0) + (loser.away ? 1 : 0)

function sentences(lost: Lost, back: boolean): string[] {
  const { loser, winner, reason } = lost
  if (reason === 'unique-merged')
    return [`${loser.name} invented it while away, and so did somebody else. The two became one.`]
  const first = `${dayAndTime(loser.time)}  ${whoAndWhere(loser)} ${doing(loser.kind, lost, 'mine')}`
  const end = back ? '' : ENDS[loser.kind]
  const second = `${dayAndTime(winner.time)}  ${whoAndWhere(winner)} ${doing(winner.kind, lost, 'theirs')}${end}`
  const third = `           ${loser.name} read the receipt, and restored what was lost: ${said(lost, 'mine')} stands`
  return back ? [first, second, third] : [first, second]
}

const whoAndWhere = ({ name, away }: Lost['winner']): string => `${name}, ${away ? 'away' : 'at the office'},`

/** What becomes of the record, by what was lost. */
const ENDS: Readonly<Record<string, string>> = {
  put: ', and this stands',
  delete: ': the record stays',
}

function doing(kind: string, lost: Lost, side: 'mine' | 'theirs'): string {
  if (kind === 'delete') return 'deleted it'
  const other = side === 'mine' ? lost.winner : lost.loser
  if (lost.fields.length === 0) return 'wrote the same'
  return other.kind === 'delete' ? 'wrote in it' : `wrote ${said(lost, side)}`
}

const said = ({ fields }: Lost, side: 'mine' | 'theirs'): string =>
  fields
    .slice(0, 2)
    .map(field => `${field.field} ${quoted(field[side])}`)
    .join(', ')

function ledger({ accounts: fromHere, inTheCity, stage }: Story, show: Colours) {
  const columns = ['made', 'applied', 'merged', 'overruled', 'rejected', 'held'] as const
  const accounts = [...fromHere, { ...inTheCity.account.far, traveller: stage.branch.far }]
  const rows: Cell[][] = accounts.map(account => [
    account.traveller.person.name,
    account.created,
    ...columns.map(column => account[column]),
  ])
  const total = sum(accounts)
  const created = accounts.reduce((all, account) => all + account.created, 0)
  rows.push(['all', created, ...columns.map(column => total[column])])
  const body = [
    'Every edit made away is accounted for: made = applied + merged + overruled + rejected + held. "Made" was',
    'counted on the laptop from its own log, the rest comes from the ledger of the office that they left from.',
    '',
    table(['who is home', 'of it created', ...columns], rows, show),
    '',
    adds(total) ? show.green('It adds up.') : show.red('IT DOES NOT ADD UP.'),
  ]
  return ['The ledger', body.join('\n')] as const
}

const adds = (total: ReturnType<typeof sum>): boolean =>
  total.made === total.applied + total.merged + total.overruled + total.rejected + total.held

const TABLES_SHOWN = 8

function sameness({ sameness: same, stage }: Story, show: Colours) {
  const largest = same.tables.toSorted((a, b) => b.counts[0]! - a.counts[0]!).slice(0, TABLES_SHOWN)
  const others = same.tables.filter(one => !largest.includes(one))
  const who = [...stage.travellers.map(({ person }) => person.login), 'bergen', stage.branch.far.person.login]
  const sums = who.map((_, index) => index + 1)
  const rest = [0, ...sums].map(side => others.reduce((total, { counts }) => total + counts[side]!, 0))
  const rows = largest.map(({ table: name, counts }) => [name, ...counts])
  rows.push([`${others.length} more tables`, ...rest])
  const verdict = same.identical
    ? show.green(
        `Identical, value by value, each child with its parent: ${same.compared.map(number).join(', ')} records.`,
      )
    : show.red(`${same.differences} records DIFFER.`)
  return ['Child = parent', `${table(['records', 'office', ...who], rows, show)}\n\n${verdict}`] as const
}

function timings({ steps, seconds }: Story, show: Colours) {
  const rows = steps.map(({ step, seconds: took }) => [step, took.toFixed(2)])
  rows.push(['all', seconds.toFixed(2)])
  return ['Seconds', table(['step', 'seconds'], rows, show)] as const
}

function lookAround({ stage, seed }: Story, show: Colours) {
  const folder = relative(process.cwd(), stage.folder) || '.'
  const { login } = stage.travellers[0]!.person
  const lines = [
    `Everything is in ${show.bold(folder)}: the office as it is now, and in ${BEFORE} all databases`,
    'as they were while three people were away. Try next:',
    '',
    ...commandsToTry(folder, login).map(words => `bin/homecoming ${words.join(' ')}`),
    `npm run demo -- --seed ${seed + 1}`,
  ]
  return ['Look around', lines.join('\n')] as const
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map(line => (line === '' ? '' : `  ${line}`))
    .join('\n')

const quoted = (text: string): string => (/^[\d.-]+$/.test(text) ? text : `"${text}"`)
const number = (count: number): string => count.toLocaleString('en-GB')
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`
