/**
 * homecoming prune DATABASE: log rows that no child and no prototype needs go.
 */
import { Command } from 'commander'
import { prune } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { report } from '../report.ts'
import { counted, place, wholeNumber } from '../words.ts'

export const pruneCommand = () =>
  framed<{ readonly days: string }>(
    new Command('prune')
      .description('remove log rows that no child and no prototype needs any more')
      .argument('<database>', 'the central database')
      .option('--days <n>', 'rows younger than this stay in any case', '30'),
    { database: true, destructive: true, examples: ['homecoming prune central.db --days 90 --yes'] },
    (run, options, path) =>
      withDatabase(run, path as string, async database => {
        const days = wholeNumber('--days', options.days)
        await run.confirm(
          `Remove the log of ${place(database.path)} as far as it is older than ${days} days?`,
        )
        const pruned = await prune(database, days)
        report(run, pruned, () => [
          `Removed ${counted(pruned.rows, 'log row')}.`,
          pruned.heldBackBy !== '' &&
            `The rest is kept by: ${KEPT_BY[pruned.heldBackBy] ?? pruned.heldBackBy}.`,
        ])
      }),
  )

const KEPT_BY: Readonly<Record<string, string>> = {
  age: 'its age',
  prototype: 'the prototype (build a new one to let go of it)',
  parent: 'the parent',
}
