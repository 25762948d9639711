/**
 * homecoming read-updates DATABASE: reads the packets that wait: at a traveller those of the parent, at a parent those
 * of all who are away, or of one; at a satellite both.
 */
import { Command } from 'commander'
import { readUpdates } from '../../index.ts'
import { framed } from '../command.ts'
import { foldersOf, requirePacketsFolder, withDatabase } from '../databases.ts'
import { endAsFirstRefused, receivedLines } from '../packets.ts'
import { progressOf, report } from '../report.ts'

export const readUpdatesCommand = () =>
  framed<{ readonly from?: string }>(
    new Command('read-updates')
      .description('read waiting packets: a child those of its parent, a parent those of everybody away')
      .argument('<database>', 'a central or travel database, or a satellite')
      .option('--from <associate>', 'at a parent: of this person or satellite only'),
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
        requirePacketsFolder(run)
        const { named, ...folders } = foldersOf(run, database)
        const places = Object.values(folders)
        const received = await readUpdates(database, { ...named, ...only, progress: progressOf(run) })
        report(run, { ...folders, received }, () => receivedLines(run, received, ...places))
        endAsFirstRefused(run, received)
      }),
  )
