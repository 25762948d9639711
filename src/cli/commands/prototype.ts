/**
 * homecoming prototype build|list: the ready copies that people leave with.
 */
import { Command } from 'commander'
import { buildPrototype, prototypes } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { group } from '../group.ts'
import { table } from '../output.ts'
import { progressOf, report } from '../report.ts'
import { counted, place, sized } from '../words.ts'

export const prototypeCommand = () =>
  group('prototype', 'the ready copies that people leave with', [build(), list()])

const build = () =>
  framed(
    new Command('build')
      .description('build a copy to leave with; the database can be worked in meanwhile')
      .argument('<database>', 'the central database'),
    { database: true, examples: ['homecoming prototype build central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const built = await buildPrototype(database, 0, progressOf(run))
        report(
          run,
          { prototype: built },
          () => [
            `Built a prototype of ${counted(built.records, 'record')}, ${sized(built.bytes)}, encrypted.`,
          ],
          [`homecoming go ${place(database.path)} <associate> --to <folder>`],
        )
      }),
  )

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
                  each.area === 0 ? 'everything' : each.area,
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
