/**
 * homecoming write-updates DATABASE: what is new goes into packets: at a traveller for the parent, at a parent for all
 * who are away, or for one.
 */
import { Command } from 'commander'
import { writeUpdates } from '../../index.ts'
import { framed } from '../command.ts'
import { packetsOf, withDatabase } from '../databases.ts'
import { endAsFirstLost, sentLines } from '../packets.ts'
import { progressOf, report } from '../report.ts'
import { place } from '../words.ts'

export const writeUpdatesCommand = () =>
  framed<{ readonly for?: string }>(
    new Command('write-updates')
      .description('write packets: a traveller for the parent, the parent for everybody away')
      .argument('<database>', 'the travel database, or the central one')
      .option('--for <associate>', 'at the parent: for this person only'),
    {
      database: true,
      packets: true,
      examples: [
        'homecoming write-updates laptop/travel.db',
        'homecoming write-updates central.db --for ee --packets /mnt/share/packets',
      ],
    },
    (run, options, path) =>
      withDatabase(run, path as string, async database => {
        const only = options.for === undefined ? {} : { only: options.for }
        const { packets } = packetsOf(run, database)
        const sent = await writeUpdates(database, { packets, ...only, progress: progressOf(run) })
        const upwards = database.identity.kind === 'traveller' && sent.length > 0
        report(run, { packets, sent }, () => sentLines(run, sent, packets), [
          upwards && `at the parent: homecoming read-updates central.db --packets ${place(packets)}`,
        ])
        endAsFirstLost(run, sent)
      }),
  )
