/**
 * homecoming go DATABASE ASSOCIATE --to FOLDER: a person leaves, with a folder that may be carried away.
 */
import { Command, Option } from 'commander'
import { goOnTravel } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { progressOf, report, tableLines } from '../report.ts'
import { folderAt, place } from '../words.ts'

interface GoOptions {
  readonly to: string
  readonly encryption?: '0' | '1' | '2'
}

export const goCommand = () =>
  framed<GoOptions>(
    new Command('go')
      .description('leave with a copy: one folder with travel.db, travel.key and packets/')
      .argument('<database>', 'the central database')
      .argument('<associate>', 'who leaves: login name or id')
      .requiredOption('--to <folder>', 'folder for the travel database')
      .addOption(
        new Option(
          '--encryption <mode>',
          'of packets: 0 none, 1 the key of the installation, 2 a key of their own; by default as the area says',
        ).choices(['0', '1', '2']),
      ),
    { database: true, examples: ['homecoming go central.db ee --to laptop'] },
    (run, { to, encryption }, path, associate) => {
      const folder = folderAt(to)
      return withDatabase(run, path as string, async database => {
        const journey = await goOnTravel(database, {
          associate: associate as string,
          folder,
          ...(encryption !== undefined && { mode: Number(encryption) as 0 | 1 | 2 }),
          progress: progressOf(run),
        })
        report(
          run,
          journey,
          () => [
            `${journey.person.name} is on travel. Take the whole folder ${place(folder)} along:`,
            tableLines(
              run,
              ['FILE', 'WHAT IT IS'],
              [
                [place(journey.database), 'the database, encrypted; work in it with the application'],
                [place(journey.key), 'its key: whoever has both can read everything'],
                [place(journey.packets), 'where packets are exchanged'],
              ],
            ),
          ],
          [`homecoming exchange ${place(journey.database)}`, `homecoming home ${place(journey.database)}`],
        )
      })
    },
  )
