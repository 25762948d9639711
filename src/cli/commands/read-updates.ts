/**
 * homecoming read-updates DATABASE: reads the packets that wait: at a traveller those of the parent, at a parent those
 * of all who are away, or of one.
 */
import { Command } from 'commander'
import { readUpdates } from '../../index.ts'
import { framed } from '../command.ts'
import { packetsOf, withDatabase } from '../databases.ts'
import { endAsFirstRefused, receivedLines } from '../packets.ts'
import { progressOf, report } from '../report.ts'

export const readUpdatesCommand = () =>
  framed<{ readonly from?: string }>(
    new Command('read-updates')
      .description(
        'read waiting packets: a traveller those of the parent, the parent those of everybody away',
      )
      .argument('<database>', 'the travel database, or the central one')
      .option('--from <associate>', 'at the parent: of this person only'),
    {
      database: true,
      packets: true,
      examples: [
        'homecoming read-updates laptop/travel.db',
        'homecoming read-updates central.db --from ee --packets /mnt/share/packets',
      ],
    },
    (run, options, path) =>
      withDatabase(run, path as string, async database => {
        const only = options.from === undefined ? {} : { only: options.from }
        const { packets } = packetsOf(run, database)
        const received = await readUpdates(database, { packets, ...only, progress: progressOf(run) })
        report(run, { packets, received }, () => receivedLines(run, received, packets))
        endAsFirstRefused(run, received)
      }),
  )
