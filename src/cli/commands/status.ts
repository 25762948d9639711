/**
 * homecoming status DATABASE: who is away, what is on the way, what to do next.
 */
import { Command } from 'commander'
import { associates, type HomecomingDatabase, readStatus } from '../../index.ts'
import { accountLine } from '../account.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { type Line, report, tableLines } from '../report.ts'
import { counted, place, sized } from '../words.ts'

type Status = Awaited<ReturnType<typeof readStatus>>

export const statusCommand = () =>
  framed(
    new Command('status')
      .description('show who is away, what is on the way and how old the prototypes are')
      .argument('<database>', 'the central or travel database'),
    { database: true, examples: ['homecoming status central.db', 'homecoming status laptop/travel.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const status = await readStatus(database)
        if (status.kind === 'traveller') showTraveller(run, status, status.journey!)
        else await showParent(run, database, status)
      }),
  )

async function showParent(run: Run, database: HomecomingDatabase, status: Status): Promise<void> {
  const mayTravel = (await associates(database)).some(person => person.mayTravel)
  const open = status.links.filter(link => link.closed === 0)
  const away = open.filter(link => link.satellite === 0)
  const offices = open.length - away.length
  report(
    run,
    status,
    () => [
      `${run.output.colours.bold(place(status.path))}: ${status.kind} database, model ${status.dictionary}`,
      ...(status.journey ? officeLines(run, status, status.journey) : []),
      status.active
        ? `Travel is active. ${away.length === 0 ? 'Nobody is away.' : `${counted(away.length, 'person', 'people')} away.`}${offices > 0 ? ` ${counted(offices, 'satellite')} at work.` : ''}`
        : 'Travel is not active: no change is captured, and nobody can leave.',
      status.conflicts > 0 && `${counted(status.conflicts, 'edit')} lost against another.`,
      differenceLine(run, status),
      peopleLines(run, status),
      unheard(status),
      unencrypted(status),
      prototypeLines(run, status),
    ],
    nextSteps(status, mayTravel),
  )
}

const differenceLine = (run: Run, { differences: { all, open, last } }: Status): Line =>
  all > 0 &&
  `${counted(all, 'record')} differed and ${open === 0 ? 'all were' : `${all - open} were`} put right; the last was found ${run.time(last)}.`

/** A tree: central, its satellites and travellers, and below each satellite its own. */
const peopleLines = (run: Run, { links }: Status): Line =>
  tableLines(
    run,
    [
      ...['WHO', 'STATE', 'AREA', 'LEFT', 'LAST HEARD', 'READ', 'WRITTEN', 'ON THE WAY'],
      ...['BEHIND', 'EDITS', 'HELD'],
    ],
    links.flatMap(link => [
      rowOf(run, link, link.account.made, ''),
      ...(link.branch?.links ?? []).map(below => rowOf(run, below, below.made, '  ')),
    ]),
  )

const unheard = ({ links }: Status): Line => {
  const names = links.filter(link => link.unheard && link.closed === 0).map(link => link.name)
  return (
    names.length > 0 &&
    `\nThis database was put back from a backup or made anew, and has not heard of ${names.join(', ')} since: exchange.`
  )
}

type Shown = Omit<Status['links'][number], 'account' | 'branch' | 'satellite' | 'unheard'> & {
  readonly satellite?: number
}

const rowOf = (run: Run, link: Shown, made: number, indent: string) => [
  indent + link.name,
  (link.satellite ?? 0) > 0 && link.state === 'away' ? 'at work' : link.state,
  link.area,
  run.time(link.since),
  link.lastHeard === 0 ? 'never' : run.time(link.lastHeard),
  link.read,
  link.written,
  link.unacknowledged,
  link.behind,
  made,
  link.held,
]

/** What a satellite is to central. */
const officeLines = (run: Run, status: Status, journey: NonNullable<Status['journey']>): Line[] => [
  journey.former &&
    `The office ${status.name} was made anew: this is a former database of it. Nobody goes on with it.`,
  journey.closed
    ? `The office ${status.name} is closed: it takes no edits any more.`
    : `Satellite ${status.name} with area ${journey.area}. ${journey.unsent === 0 ? 'Nothing is unsent' : `${counted(journey.unsent, 'edit')} not sent yet`}${journey.unacknowledged > 0 ? `, ${counted(journey.unacknowledged, 'packet')} not acknowledged` : ''}.`,
  journey.lastHeard === 0
    ? 'Nothing heard from central yet.'
    : `Last heard from central ${run.time(journey.lastHeard)}.`,
]

/** Without a key, damage of a packet is found, forgery is not: nobody should have to remember that. */
function unencrypted({ links }: Status): Line {
  const open = links.filter(link => link.encryption === 0 && link.closed === 0).map(link => link.name)
  return (
    open.length > 0 && `\nPackets of ${open.join(', ')} are not encrypted: a forged one would not be noticed.`
  )
}

const prototypeLines = (run: Run, { prototypes }: Status): Line =>
  tableLines(
    run,
    ['PROTOTYPE', 'BUILT', 'RECORDS', 'SIZE', 'CHANGES SINCE'],
    prototypes.map(each => [
      each.areaName,
      run.time(each.time),
      each.records,
      sized(each.bytes),
      each.changesSince,
    ]),
  )

function nextSteps(status: Status, mayTravel: boolean): Line[] {
  const path = place(status.path)
  if (!status.active) return [`homecoming activate ${path}`]
  return [
    !mayTravel && `homecoming associate grant ${path} <associate>`,
    status.prototypes.length === 0 && `homecoming prototype build ${path}`,
    (status.journey?.unsent ?? 0) > 0 && `homecoming exchange ${path}`,
    status.unread > 0 && `homecoming inbox ${path}`,
    status.conflicts > 0 && `homecoming conflicts ${path}`,
  ]
}

function showTraveller(run: Run, status: Status, journey: NonNullable<Status['journey']>): void {
  const path = place(status.path)
  report(
    run,
    status,
    () => [
      `${run.output.colours.bold(path)}: travel database of ${status.name} with ${journey.area === 'everything' ? 'everything' : `area ${journey.area}`}, model ${status.dictionary}`,
      journey.closed
        ? 'Sealed for homecoming: it takes no edits any more.'
        : `${journey.unsent === 0 ? 'Nothing is unsent' : `${counted(journey.unsent, 'edit')} not sent yet`}.`,
      journey.lastHeard === 0
        ? 'Nothing heard from the parent yet.'
        : `Last heard from the parent ${run.time(journey.lastHeard)}.`,
      accountLine(journey.account),
      status.conflicts > 0 && `${counted(status.conflicts, 'edit')} lost against another.`,
      status.unread > 0 && `${counted(status.unread, 'message')} not read.`,
      differenceLine(run, status),
    ],
    [
      journey.unsent > 0 && `homecoming exchange ${path}`,
      journey.closed && `homecoming home ${path}`,
      status.unread > 0 && `homecoming inbox ${path}`,
      status.conflicts > 0 && `homecoming conflicts ${path}`,
    ],
  )
}
