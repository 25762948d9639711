/**
 * homecoming field-level list|on|off: tables in which two people's edits of different fields of one record both survive.
 */
import { Command } from 'commander'
import { listFieldLevel, switchFieldLevel } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { group } from '../group.ts'
import { report } from '../report.ts'
import { listed, place } from '../words.ts'

export const fieldLevelCommand = () =>
  group('field-level', "tables in which two people's edits of different fields both survive", [
    list(),
    switched('on', true),
    switched('off', false),
  ])

const DATABASE = ['<database>', 'the central database'] as const

const list = () =>
  framed(
    new Command('list').description('list the tables that are switched on').argument(...DATABASE),
    { database: true, examples: ['homecoming field-level list central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const tables = await listFieldLevel(database)
        report(run, { tables }, () => [
          tables.length === 0
            ? 'No table: everywhere the record is the unit.'
            : `Edits of different fields both survive in ${listed(tables)}.`,
        ])
      }),
  )

const switched = (word: 'on' | 'off', on: boolean) =>
  framed(
    new Command(word)
      .description(
        on
          ? 'from now on, edits of different fields of a record both survive'
          : 'from now on, the record is the unit again',
      )
      .argument(...DATABASE)
      .argument('<table>', 'name of a table'),
    { database: true, examples: [`homecoming field-level ${word} central.db contact`] },
    (run, _options, path, table) => switchTable(run, path as string, table as string, on),
  )

const switchTable = (run: Run, path: string, table: string, on: boolean) =>
  withDatabase(run, path, async database => {
    await switchFieldLevel(database, table, on)
    report(
      run,
      { table, fieldLevel: on },
      () => [
        on
          ? `In ${table}, edits of different fields of a record both survive: for everybody who leaves from now on.`
          : `In ${table}, the record is the unit again.`,
        on && 'The prototype was built before that: build a new one.',
      ],
      [on && `homecoming prototype build ${place(database.path)}`],
    )
  })
