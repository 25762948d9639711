/**
 * homecoming restore DATABASE NUMBER: a lost edit comes back, as an ordinary new edit.
 */
import { Command } from 'commander'
import { restoreConflict } from '../../index.ts'
import { actorOf } from '../actor.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { report } from '../report.ts'
import { wholeNumber } from '../words.ts'

export const restoreCommand = () =>
  framed(
    new Command('restore')
      .description('bring a lost edit back, as an ordinary new edit')
      .argument('<database>', 'the central or travel database')
      .argument('<number>', 'the conflict, as `homecoming conflicts` numbers it'),
    { database: true, examples: ['homecoming restore central.db 3 --as ee'] },
    (run, _options, path, number) =>
      withDatabase(run, path as string, async database => {
        const conflict = wholeNumber('the conflict', number as string, 1)
        const restored = await restoreConflict(database, conflict, await actorOf(run, database))
        report(run, { conflict, restored }, () => [
          `Restored: ${restored.table} ${restored.record} has the values of the lost edit again.`,
          'It is a new edit, and travels with the next exchange.',
        ])
      }),
  )
