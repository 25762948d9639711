/**
 * homecoming deactivate DATABASE: no change is captured any more, and nobody may leave.
 */
import { Command } from 'commander'
import { deactivate } from '../../index.ts'
import { framed } from '../command.ts'
import { requireCentral, withDatabase } from '../databases.ts'
import { report } from '../report.ts'
import { place } from '../words.ts'

export const deactivateCommand = () =>
  framed(
    new Command('deactivate')
      .description('stop capturing changes and withdraw the prototypes; refused while somebody is away')
      .argument('<database>', 'the central database'),
    { database: true, destructive: true, examples: ['homecoming deactivate central.db --yes'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        requireCentral(database, 'deactivating travel')
        await run.confirm(`Stop capturing changes in ${place(database.path)} and withdraw its prototypes?`)
        await deactivate(database)
        report(
          run,
          { database: database.path, active: false },
          () => ['Travel is no longer active: changes are not captured, and nobody can leave.'],
          [`homecoming activate ${place(database.path)}`],
        )
      }),
  )
