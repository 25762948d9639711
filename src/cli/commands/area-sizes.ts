/**
 * homecoming area sizes|overlap: how much each area holds, and how much any two hold in common.
 */
import { Command } from 'commander'
import { areaOverlaps, areaSizes } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { table } from '../output.ts'

const DATABASE = ['<database>', 'the central database'] as const
const NONE = 'There is no area.'

export const sizes = () =>
  framed(
    new Command('sizes')
      .description('show how many records of each table an area holds')
      .argument(...DATABASE),
    { database: true, examples: ['homecoming area sizes central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const areas = await areaSizes(database)
        const tables = [...new Set(areas.flatMap(area => area.tables.map(each => each.table)))]
        const of = (area: (typeof areas)[number], name: string) =>
          area.tables.find(each => each.table === name)?.records ?? 0
        run.output.result({ areas }, () =>
          areas.length === 0
            ? NONE
            : table(
                ['TABLE', ...areas.map(area => area.name)],
                [
                  ...tables.map(name => [name, ...areas.map(area => of(area, name))]),
                  ['all', ...areas.map(area => area.records)],
                ],
                run.output.colours,
              ),
        )
      }),
  )

export const overlap = () =>
  framed(
    new Command('overlap')
      .description('show how many records any two areas have in common')
      .argument(...DATABASE),
    { database: true, examples: ['homecoming area overlap central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const pairs = await areaOverlaps(database)
        const names = [...new Set(pairs.map(pair => pair.a))]
        const common = (a: string, b: string) =>
          pairs.find(pair => (pair.a === a && pair.b === b) || (pair.a === b && pair.b === a))?.records ?? 0
        run.output.result({ overlaps: pairs }, () =>
          names.length === 0
            ? NONE
            : table(
                ['AREA', ...names],
                names.map(a => [a, ...names.map(b => common(a, b))]),
                run.output.colours,
              ),
        )
      }),
  )
