/**
 * homecoming write-updates DATABASE: what is new goes into packets: at a traveller for the parent, at a parent for all
 * who are away, or for one; at a satellite both.
 */
import { Command } from 'commander'
import { writeUpdates } from '../../index.ts'
import { framed } from '../command.ts'
import { foldersOf, parentNamed, withDatabase } from '../databases.ts'
import { endAsFirstLost, sentLines } from '../packets.ts'
import { progressOf, report } from '../report.ts'
import { place } from '../words.ts'

export const writeUpdatesCommand = () =>
  framed<{ readonly for?: string }>(
    new Command('write-updates')
      .description('write packets: a child for its parent, a parent for everybody away')
      .argument('<database>', 'a central or travel database, or a satellite')
      .option('--for <associate>', 'at a parent: for this person or satellite only'),
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
        const { named, ...folders } = foldersOf(run, database)
        const places = Object.values(folders)
        const sent = await writeUpdates(database, { ...named, ...only, progress: progressOf(run) })
        const { kind } = database.identity
        const upwards = kind !== 'central' && options.for === undefined && sent.length > 0
        const parent = upwards && (await parentNamed(database))
        report(run, { ...folders, sent }, () => sentLines(run, sent, ...places), [
          parent && `at the parent: homecoming read-updates ${parent} --packets ${place(folders.packets)}`,
        ])
        endAsFirstLost(run, sent)
      }),
  )
