/**
 * homecoming why DATABASE AREA TABLE ID: why a record is, or is not, in an area, and since which change.
 */
import { Command } from 'commander'
import { why } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { report } from '../report.ts'
import { place, wholeNumber } from '../words.ts'

export const whyCommand = () =>
  framed(
    new Command('why')
      .description('say why a record is in an area, or is not: the rule, the path, and the change behind it')
      .argument('<database>', 'the central database')
      .argument('<area>', 'name or id; 0 is everything')
      .argument('<table>', 'the table of the record')
      .argument('<id>', 'the id of the record'),
    { database: true, examples: ['homecoming why central.db North sale 4711'] },
    (run, _options, path, area, table, id) =>
      withDatabase(run, path as string, async database => {
        const record = wholeNumber('<id>', id as string, 1)
        const answer = await why(database, area as string, table as string, record)
        report(run, answer, () => [`${answer.sentence}.`, changeLine(run, answer)], [
          !answer.journalAgrees && `homecoming verify ${place(database.path)} --areas`,
        ])
      }),
  )

function changeLine(run: Run, { since }: Awaited<ReturnType<typeof why>>) {
  const change = since?.change
  if (!change) return undefined
  return `\nThe change: ${run.time(change.time)}, ${change.type} of ${change.table} ${change.record} by ${change.who.name} (log position ${change.position}).`
}
