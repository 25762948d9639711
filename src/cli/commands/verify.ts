/**
 * homecoming verify TRAVEL-DATABASE: whether it holds the same as its parent, value by value.
 */
import { Command } from 'commander'
import { readStatus, verify } from '../../index.ts'
import { framed } from '../command.ts'
import { type ParentOptions, withBoth } from '../databases.ts'
import { progressOf, report, tableLines } from '../report.ts'
import { counted, place, wholeNumber } from '../words.ts'

export const verifyCommand = () =>
  framed<ParentOptions & { readonly limit: string }>(
    new Command('verify')
      .description('compare a travel database with its parent, value by value')
      .argument('<travel-database>', 'the travel database')
      .option('--limit <n>', 'show at most so many differences', '20'),
    {
      database: true,
      parent: true,
      examples: [
        'homecoming verify laptop/travel.db',
        'homecoming verify travel.db --parent office/central.db',
      ],
    },
    (run, options, path) =>
      withBoth(run, path as string, options, async (parent, child) => {
        const verified = await verify(
          parent,
          child,
          wholeNumber('--limit', options.limit, 1),
          progressOf(run),
        )
        const unsent = (await readStatus(child)).journey?.unsent ?? 0
        report(
          run,
          { ...verified, unsent },
          () => [
            verified.same
              ? `The same: ${counted(verified.records, 'record')} in ${counted(verified.tables, 'table')}.`
              : `Not the same: ${counted(verified.differenceCount, 'difference')} in ${counted(verified.records, 'record')}.`,
            unsent > 0 && `${counted(unsent, 'edit')} not sent yet: exchange first.`,
            tableLines(
              run,
              ['TABLE', 'RECORD', 'WHAT', 'FIELDS'],
              verified.differences.map(each => [
                each.table,
                each.record,
                WHAT[each.what],
                each.fields.join(', '),
              ]),
            ),
          ],
          [!verified.same && `homecoming exchange ${place(child.path)}`],
        )
        if (!verified.same) run.endAs('NOT_SAME')
      }),
  )

const WHAT = {
  'only-at-parent': 'only at the parent',
  'only-at-child': 'only here',
  differs: 'differs',
} as const
