/**
 * homecoming remove DATABASE: every trigger, table and file of ours goes; the application's own tables stay.
 */
import { Command } from 'commander'
import { remove } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { report } from '../report.ts'
import { counted, place } from '../words.ts'

export const removeCommand = () =>
  framed(
    new Command('remove')
      .description('take every trigger, table and file of Homecoming out of a central database')
      .argument('<database>', 'the central database'),
    { database: true, destructive: true, examples: ['homecoming remove central.db --yes'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        await run.confirm(
          `Remove Homecoming from ${place(database.path)}: log, receipts, conflicts, sequences and keys? Records stay.`,
        )
        const removed = await remove(database)
        report(run, removed, () => [
          `Removed all triggers, ${counted(removed.tables.length, 'table')} and the folder ${place(removed.folder)}.`,
          `${place(database.path)} is an ordinary database again.`,
        ])
      }),
  )
