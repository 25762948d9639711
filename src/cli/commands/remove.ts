/**
 * homecoming remove DATABASE: every trigger, table and file of ours goes; the application's own tables stay.
 */
import { Command } from 'commander'
import { finishRemoval, HomecomingError, nameOfDatabase, remove } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { requireCentral, withDatabase } from '../databases.ts'
import { report } from '../report.ts'
import { counted, databaseAt, place } from '../words.ts'

export const removeCommand = () =>
  framed(
    new Command('remove')
      .description('take every trigger, table and file of Homecoming out of a central database')
      .argument('<database>', 'the central database'),
    { database: true, destructive: true, examples: ['homecoming remove central.db --yes'] },
    async (run, _options, argument) => {
      const path = databaseAt(argument as string)
      const removed = await whole(run, path).catch(error => theRest(run, path, error))
      report(run, removed, () => [
        `Removed all triggers, ${counted(removed.tables.length, 'table')} and the folder ${place(removed.folder)}.`,
        `${place(nameOfDatabase(path))} is an ordinary database again.`,
      ])
    },
  )

const whole = (run: Run, path: string) =>
  withDatabase(run, path, async database => {
    requireCentral(database, 'removing Homecoming')
    await run.confirm(
      `Remove Homecoming from ${place(database.path)}: log, receipts, conflicts, sequences and keys? Records stay.`,
    )
    return remove(database)
  })

/** What a removal that was interrupted has left: no database of ours any more, and our folder beside it. */
async function theRest(run: Run, path: string, error: unknown) {
  if (!(error instanceof HomecomingError) || error.code !== 'DATABASE_INVALID') throw error
  const agreed = (folder: string) =>
    run.confirm(`The tables are removed already. Remove ${place(folder)} with its keys and packets, too?`)
  const removed = await finishRemoval(path, { agreed })
  if (!removed) throw error
  return removed
}
