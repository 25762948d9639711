/**
 * homecoming log DATABASE: the newest changes: when, who, what, which record.
 */
import { Command } from 'commander'
import { findAssociate, log } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { table } from '../output.ts'
import { wholeNumber } from '../words.ts'

interface LogOptions {
  readonly table?: string
  readonly record?: string
  readonly by?: string
  readonly limit: string
}

export const logCommand = () =>
  framed<LogOptions>(
    new Command('log')
      .description('show the newest changes: when, who, what, which record')
      .argument('<database>', 'the central or travel database')
      .option('--table <name>', 'changes in this table only')
      .option('--record <id>', 'changes of this record only')
      .option('--by <associate>', 'changes by this person only')
      .option('--limit <n>', 'at most so many', '50'),
    {
      database: true,
      examples: ['homecoming log central.db', 'homecoming log central.db --table contact --record 7 --by ee'],
    },
    (run, options, path) =>
      withDatabase(run, path as string, async database => {
        const entries = await log(database, {
          limit: wholeNumber('--limit', options.limit, 1),
          ...(options.table === undefined ? {} : { table: options.table }),
          ...(options.record === undefined ? {} : { record: wholeNumber('--record', options.record) }),
          ...(options.by === undefined ? {} : { associate: (await findAssociate(database, options.by)).id }),
        })
        run.output.result({ entries }, () =>
          entries.length === 0
            ? 'No changes.'
            : table(
                ['ID', 'TIME', 'WHO', 'WHAT', 'TABLE', 'RECORD', 'FROM'],
                entries.map(each => [
                  each.id,
                  run.time(each.time),
                  each.who,
                  each.type,
                  each.table,
                  each.record,
                  each.origin,
                ]),
                run.output.colours,
              ),
        )
      }),
  )
