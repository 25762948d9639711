/**
 * homecoming prototype build|list: the ready copies that people leave with.
 */
import { Command } from 'commander'
import { areasToBuild, buildPrototype, type HomecomingDatabase, prototypes } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { group } from '../group.ts'
import { table } from '../output.ts'
import { progressOf, report } from '../report.ts'
import { counted, place, sized } from '../words.ts'

export const prototypeCommand = () =>
  group('prototype', 'the ready copies that people leave with', [build(), list()])

interface BuildOptions {
  readonly area: string
}

const build = () =>
  framed<BuildOptions>(
    new Command('build')
      .description('build a copy to leave with; the database can be worked in meanwhile')
      .argument('<database>', 'the central database')
      .option(
        '--area <area>',
        'name or id of an area, everything, or all: each that somebody can leave with',
        EVERYTHING,
      ),
    {
      database: true,
      examples: [
        'homecoming prototype build central.db',
        'homecoming prototype build central.db --area North',
        'homecoming prototype build central.db --area all',
      ],
    },
    (run, { area }, path) =>
      withDatabase(run, path as string, async database => {
        const built: Built[] = []
        for (const each of await areasIn(database, area))
          built.push(await buildPrototype(database, each, progressOf(run)))
        const names = namesOf(await prototypes(database))
        report(
          run,
          area === ALL ? { prototypes: built } : { prototype: built[0] },
          () =>
            built.length === 0
              ? [
                  'No area includes anything yet, and nobody who may travel is without one: nothing was built.',
                ]
              : built.map(each => builtLine(each, names)),
          [built.length > 0 && `homecoming go ${place(database.path)} <associate> --to <folder>`],
        )
      }),
  )

type Built = Awaited<ReturnType<typeof buildPrototype>>

const EVERYTHING = 'everything'
const ALL = 'all'

async function areasIn(database: HomecomingDatabase, area: string): Promise<readonly (string | number)[]> {
  if (area === ALL) return areasToBuild(database)
  return [area === EVERYTHING ? 0 : area]
}

const namesOf = (found: readonly { area: number; areaName: string }[]) =>
  new Map(found.map(each => [each.area, each.areaName]))

const builtLine = (built: Built, names: ReadonlyMap<number, string>): string => {
  const area = built.area_id === 0 ? '' : `area ${names.get(built.area_id) ?? built.area_id}: `
  return `Built a prototype of ${area}${counted(built.records, 'record')}, ${sized(built.bytes)}, encrypted.`
}

const list = () =>
  framed(
    new Command('list')
      .description('list the prototypes, and how much has changed since they were built')
      .argument('<database>', 'the central database'),
    { database: true, examples: ['homecoming prototype list central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const found = await prototypes(database)
        run.output.result({ prototypes: found }, () =>
          found.length === 0
            ? `There is none yet. Build one with: homecoming prototype build ${place(database.path)}`
            : table(
                ['AREA', 'BUILT', 'RECORDS', 'SIZE', 'CHANGES SINCE'],
                found.map(each => [
                  each.areaName,
                  run.time(each.time),
                  each.records,
                  sized(each.bytes),
                  each.changesSince,
                ]),
                run.output.colours,
              ),
        )
      }),
  )
