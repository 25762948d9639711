/**
 * homecoming conflicts DATABASE: edits that lost, field by field.
 */
import { Command } from 'commander'
import { associates, conflicts } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { type Line, report, tableLines } from '../report.ts'
import { counted, place, wholeNumber } from '../words.ts'

interface ConflictsOptions {
  readonly of?: string
  readonly limit: string
}
type Conflict = Awaited<ReturnType<typeof conflicts>>[number]

export const conflictsCommand = () =>
  framed<ConflictsOptions>(
    new Command('conflicts')
      .description('show edits that lost against others, field by field')
      .argument('<database>', 'the central or travel database')
      .option('--of <associate>', 'edits of this person only')
      .option('--limit <n>', 'at most so many', '20'),
    {
      database: true,
      examples: ['homecoming conflicts central.db', 'homecoming conflicts central.db --of ee'],
    },
    (run, options, path) =>
      withDatabase(run, path as string, async database => {
        const limit = wholeNumber('--limit', options.limit, 1)
        const found = await conflicts(
          database,
          options.of === undefined ? { limit } : { limit, who: options.of },
        )
        const names = new Map((await associates(database)).map(person => [person.id, person.name]))
        report(
          run,
          { conflicts: found },
          () =>
            found.length === 0
              ? ['No edit has lost.']
              : [
                  `${counted(found.length, 'conflict')}, the newest first:`,
                  ...found.flatMap(one => linesOf(run, one, names)),
                ],
          [
            found.some(one => one.restored === undefined) &&
              `homecoming restore ${place(database.path)} <number>`,
          ],
        )
      }),
  )

function linesOf(run: Run, conflict: Conflict, names: ReadonlyMap<number, string>): Line[] {
  const { bold, dim } = run.output.colours
  const name = (id: number) => names.get(id) ?? `associate ${id}`
  const { loser, winner } = conflict
  return [
    '',
    `${bold(`${conflict.id}`)}  ${conflict.table} ${conflict.record}: the edit of ${name(loser.associate)} at ${run.time(loser.time)} was ${conflict.verdict}`,
    dim(`   ${conflict.reason}; what stands is of ${name(winner.associate)} at ${run.time(winner.time)}`),
    conflict.restored !== undefined && `   restored ${run.time(conflict.restored)}`,
    tableLines(
      run,
      ['   FIELD', 'BEFORE', 'LOST', 'STANDS'],
      conflict.fields.map(each => [`   ${each.field}`, cell(each.base), cell(each.mine), cell(each.theirs)]),
    ),
  ]
}

const LONGEST = 30

function cell(value: unknown): string {
  const text =
    value instanceof Uint8Array ? `${value.length} bytes` : String(value ?? '-').replace(/\s+/g, ' ')
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}
