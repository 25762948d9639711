/**
 * homecoming inbox DATABASE: what became of people's edits after they were made, for those who made them.
 */
import { Command } from 'commander'
import { associates, HomecomingError, inbox, markRead } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { type Line, report, tableLines } from '../report.ts'
import { counted, place, wholeNumber } from '../words.ts'

interface InboxOptions {
  readonly associate?: string
  readonly all?: boolean
  readonly read?: boolean
  readonly limit: string
}
type Message = Awaited<ReturnType<typeof inbox>>[number]

export const inboxCommand = () =>
  framed<InboxOptions>(
    new Command('inbox')
      .description(
        'show what became of edits after they were made: lost to a later one, or decided after waiting',
      )
      .argument('<database>', 'the central or travel database')
      .option('--associate <associate>', 'messages for this person only')
      .option('--all', 'also those that were read')
      .option('--read', 'mark what is shown as read')
      .option('--limit <n>', 'at most so many', '50'),
    {
      database: true,
      examples: ['homecoming inbox central.db --associate ee', 'homecoming inbox laptop/travel.db --read'],
    },
    (run, options, path) =>
      withDatabase(run, path as string, async database => {
        if (options.read && options.associate === undefined && database.identity.kind !== 'traveller')
          throw new HomecomingError('USAGE', '--read needs --associate: whose messages were read')
        const found = await inbox(database, {
          limit: wholeNumber('--limit', options.limit, 1),
          all: options.all === true,
          ...(options.associate === undefined ? {} : { who: options.associate }),
        })
        const marked = options.read
          ? await markRead(
              database,
              found.map(each => each.id),
            )
          : 0
        const names = new Map((await associates(database)).map(person => [person.id, person.name]))
        report(run, { messages: found, marked }, () => linesOf(run, found, names, marked), [
          found.some(each => each.conflict !== undefined) && `homecoming conflicts ${place(database.path)}`,
        ])
      }),
  )

function linesOf(
  run: Run,
  found: readonly Message[],
  names: ReadonlyMap<number, string>,
  marked: number,
): Line[] {
  if (found.length === 0) return ['There is no message.']
  return [
    `${counted(found.length, 'message')}, the newest first:`,
    tableLines(
      run,
      ['WHEN', 'WHO', 'EDIT OF', 'WHAT BECAME OF IT', 'CONFLICT'],
      found.map(each => [
        run.time(each.time),
        names.get(each.associate) ?? `associate ${each.associate}`,
        `${each.table} ${each.record}`,
        became(each),
        each.conflict ?? '-',
      ]),
    ),
    marked > 0 && `\n${counted(marked, 'message')} marked as read.`,
  ]
}

const BEFORE = { held: 'waited, then ', applied: 'applied, then ' }

const became = ({ was, verdict, reason }: Message): string =>
  `${was ? BEFORE[was] : ''}${verdict}${reason ? ` (${reason})` : ''}`
