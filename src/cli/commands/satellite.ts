/**
 * homecoming satellite create|list|show|retire|regenerate|write-off: offices in other cities, each with a permanent
 * database of its own.
 */
import { Command } from 'commander'
import { createSatellite, homeOfDatabase, listSatellites, readStatus, showSatellite } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { group } from '../group.ts'
import { table } from '../output.ts'
import { progressOf, report, tableLines } from '../report.ts'
import { databaseAt, place, taking, typed, wholeNumber } from '../words.ts'
import { regenerate, retire, writeOff } from './satellite-end.ts'

export const satelliteCommand = () =>
  group('satellite', 'offices in other cities, each with a permanent database of its own', [
    create(),
    list(),
    show(),
    retire(),
    regenerate(),
    writeOff(),
  ])

type Satellite = Awaited<ReturnType<typeof showSatellite>>

const DATABASE = ['<database>', 'the central database'] as const

interface CreateOptions {
  readonly to: string
  readonly name?: string
  readonly company?: string
}

const create = () =>
  framed<CreateOptions>(
    new Command('create')
      .description('make a satellite: one folder with satellite.db, its keys and packets/')
      .argument(...DATABASE)
      .argument('<area>', 'name or id of the area that it holds; who is assigned to it logs in there')
      .requiredOption(
        '--to <folder>',
        'folder for its database, or the address of a schema on a PostgreSQL server',
      )
      .option('--name <name>', 'of the office in lists and of its packets; by default as the area')
      .option('--company <id>', 'the company that owns it, by its record'),
    {
      database: true,
      examples: [
        'homecoming satellite create central.db North --to bergen',
        'homecoming satellite create central.db North --to bergen --name bergen --company 4',
      ],
    },
    (run, options, path, area) =>
      withDatabase(run, path as string, async database => {
        const { to, name, company } = options
        const made = await createSatellite(database, {
          area: area as string,
          folder: databaseAt(to),
          ...(name !== undefined && { name }),
          ...(company !== undefined && { company: wholeNumber('--company', company, 1) }),
          progress: progressOf(run),
        })
        const satellite = await showSatellite(database, made.number)
        report(
          run,
          { satellite, ...made },
          () => [
            `Satellite ${made.number}, ${made.name}, is made. ${taking(to)}:`,
            tableLines(
              run,
              ['FILE', 'WHAT IT IS'],
              [
                [place(made.database), 'the database; its applications work in it as at central'],
                [
                  place(homeOfDatabase(made.database)),
                  'its keys, prototypes and packets of its own travellers',
                ],
                [place(made.packets), 'where packets are exchanged with central'],
              ],
            ),
            `\nFrom now on ${namesOf(satellite) || 'whoever is assigned to the area'} log in there.`,
          ],
          [
            `homecoming exchange ${place(made.database)}`,
            `homecoming prototype build ${place(made.database)}`,
          ],
        )
      }),
  )

const namesOf = ({ people }: Satellite): string => people.map(person => person.name).join(', ')

const list = () =>
  framed(
    new Command('list').description('list the satellites').argument(...DATABASE),
    { database: true, examples: ['homecoming satellite list central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const satellites = await listSatellites(database)
        run.output.result({ satellites }, () =>
          satellites.length === 0
            ? `There is none. Make one with: homecoming satellite create ${place(database.path)} <area> --to <folder>`
            : table(
                ['NUMBER', 'NAME', 'AREA', 'STATE', 'PEOPLE', 'LAST HEARD'],
                satellites.map(rowOf(run)),
                run.output.colours,
              ),
        )
      }),
  )

const rowOf = (run: Run) => (one: Satellite) => [
  one.number,
  one.name,
  one.area,
  STATE[one.state],
  namesOf(one),
  heard(run, one.lastHeard),
]

const STATE: Readonly<Record<Satellite['state'], string>> = {
  away: 'at work',
  broken: 'broken',
  home: 'retired',
  'written-off': 'retired',
}

const heard = (run: Run, time: number): string => (time === 0 ? 'never' : run.time(time))

const show = () =>
  framed(
    new Command('show')
      .description('show one satellite')
      .argument(...DATABASE)
      .argument('<satellite>', 'number or name'),
    { database: true, examples: ['homecoming satellite show central.db 1'] },
    (run, _options, path, which) =>
      withDatabase(run, path as string, async database => {
        const satellite = await showSatellite(database, which as string)
        const link = (await readStatus(database)).links.find(({ tag }) => tag === satellite.tag)
        report(
          run,
          { satellite, link },
          () => [
            `${run.output.colours.bold(satellite.name)} (satellite ${satellite.number})`,
            tableLines(
              run,
              ['WHAT', 'VALUE'],
              [
                ['state', STATE[satellite.state]],
                ['area', satellite.area],
                ['owned by', satellite.company === 0 ? 'no company named' : `company ${satellite.company}`],
                ['who works there', namesOf(satellite) || 'nobody'],
                ['since', run.time(satellite.since)],
                ['last heard', heard(run, satellite.lastHeard)],
                ['packets not acknowledged', link?.unacknowledged ?? 0],
                ['edits', link?.account.made ?? 0],
                ['held', link?.held ?? 0],
              ],
            ),
          ],
          [
            STATE[satellite.state] !== 'retired' &&
              satellite.people.length === 0 &&
              `homecoming area edit ${place(database.path)} ${typed(satellite.area)} --assign <associate>`,
          ],
        )
      }),
  )
