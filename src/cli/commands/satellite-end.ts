/**
 * homecoming satellite retire|regenerate|write-off: an office closes, gets its lost database anew, or is given up.
 */
import { Command } from 'commander'
import {
  readStatus,
  regenerateSatellite,
  retireSatellite,
  showSatellite,
  writeOffSatellite,
} from '../../index.ts'
import { accountLine } from '../account.ts'
import { framed } from '../command.ts'
import {
  type ParentOptions,
  packetsOf,
  requireCentral,
  requireSatellite,
  withBoth,
  withDatabase,
} from '../databases.ts'
import { progressOf, report } from '../report.ts'
import { databaseAt, place, taking } from '../words.ts'

const DATABASE = ['<database>', 'the central database'] as const
const SATELLITE = ['<satellite>', 'number or name'] as const

export const retire = () =>
  framed<ParentOptions>(
    new Command('retire')
      .description('close an office: its last edits go up, its people work at central again')
      .argument('<satellite-database>', 'the database of the satellite'),
    {
      database: true,
      parent: true,
      packets: true,
      destructive: true,
      examples: [
        'homecoming satellite retire bergen/satellite.db',
        'homecoming satellite retire satellite.db --parent office/central.db --yes',
      ],
    },
    (run, options, path) =>
      withBoth(
        run,
        path as string,
        options,
        async (central, satellite) => {
          await run.confirm(
            `Close the office ${satellite.identity.name}? ${place(satellite.path)} takes no edits any more, and its number is never used again.`,
          )
          const { name, prefix: number } = satellite.identity
          const account = await retireSatellite(central, satellite, packetsOf(run, satellite))
          report(
            run,
            { retired: { name, number }, account },
            () => [
              `Satellite ${number}, ${name}, is retired. ${accountLine(account)}`,
              'Its people work at central again.',
            ],
            [`homecoming receipts ${place(central.path)}`],
          )
        },
        requireSatellite,
      ),
  )

export const regenerate = () =>
  framed<{ readonly to: string }>(
    new Command('regenerate')
      .description('make the lost database of a satellite anew, from what central has')
      .argument(...DATABASE)
      .argument(...SATELLITE)
      .requiredOption(
        '--to <folder>',
        'folder for the new database, or the address of a schema on a PostgreSQL server',
      ),
    {
      database: true,
      destructive: true,
      examples: ['homecoming satellite regenerate central.db bergen --to bergen-again'],
    },
    (run, { to }, path, which) =>
      withDatabase(run, path as string, async database => {
        requireCentral(database, 'making a satellite anew')
        const before = await showSatellite(database, which as string)
        await run.confirm(
          `Make ${before.name} anew? Its old database is refused from then on, and what it had not sent is given up.`,
        )
        const made = await regenerateSatellite(database, {
          which: before.number,
          folder: databaseAt(to),
          progress: progressOf(run),
        })
        const { links } = await readStatus(database)
        const below = links.find(({ tag }) => tag === made.tag)?.branch?.links ?? []
        report(
          run,
          { satellite: await showSatellite(database, made.number), ...made },
          () => [`Satellite ${made.number}, ${made.name}, is made anew. ${taking(to)}.`],
          [
            `homecoming exchange ${place(made.database)}`,
            below.some(({ closed }) => closed === 0) &&
              `for each laptop that left from there, once: homecoming exchange <travel-database> --parent ${place(made.database)}`,
          ],
        )
      }),
  )

export const writeOff = () =>
  framed(
    new Command('write-off')
      .description('give up a satellite that is lost: its people work at central again')
      .argument(...DATABASE)
      .argument(...SATELLITE),
    {
      database: true,
      destructive: true,
      examples: ['homecoming satellite write-off central.db bergen --yes'],
    },
    (run, _options, path, which) =>
      withDatabase(run, path as string, async database => {
        requireCentral(database, 'writing off a satellite')
        const { name, number } = await showSatellite(database, which as string)
        await run.confirm(`Give up satellite ${number}, ${name}? What it had not sent is lost with it.`)
        const writtenOff = await writeOffSatellite(database, number)
        report(run, { writtenOff }, () => [
          `Satellite ${number}, ${name}, is written off: its packets are refused from now on, and its number is never used again.`,
        ])
      }),
  )
