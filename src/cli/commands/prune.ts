/**
 * homecoming prune DATABASE: log rows that no child and no prototype needs go, and what was kept of journeys that ended.
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
      .description(
        'remove log rows that nobody needs any more, and packets kept of journeys that ended long ago',
      )
      .argument('<database>', 'the central database')
      .option('--days <n>', 'what is younger than this stays in any case', '30'),
    { database: true, destructive: true, examples: ['homecoming prune central.db --days 90 --yes'] },
    (run, options, path) =>
      withDatabase(run, path as string, async database => {
        const days = wholeNumber('--days', options.days)
        await run.confirm(
          `Remove the log of ${place(database.path)}, and packets of ended journeys, as far as they are older than ${days} days?`,
        )
        const pruned = await prune(database, days)
        report(run, pruned, () => [
          `Removed ${counted(pruned.rows, 'log row')}${pruned.packets > 0 ? `, and ${counted(pruned.packets, 'packet')} of journeys that ended` : ''}.`,
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
