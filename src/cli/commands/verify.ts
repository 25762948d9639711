/**
 * homecoming verify TRAVEL-DATABASE: whether it holds the same as its parent, value by value.
 * homecoming verify DATABASE --areas: whether a parent's journal of areas is what its records say.
 * homecoming verify DATABASE --deep: whether the records are what the log says, at either end.
 */
import { Command } from 'commander'
import { readStatus, repairAreas, verify, verifyAreas, verifyDeep } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { type ParentOptions, withBoth, withDatabase } from '../databases.ts'
import { progressOf, report, tableLines } from '../report.ts'
import { counted, place, wholeNumber } from '../words.ts'

interface VerifyOptions extends ParentOptions {
  readonly limit: string
  readonly areas?: boolean
  readonly deep?: boolean
  readonly repair?: boolean
}

export const verifyCommand = () =>
  framed<VerifyOptions>(
    new Command('verify')
      .description('compare a travel database with its parent, value by value')
      .argument('<database>', 'the travel database; with --areas the central one, with --deep either')
      .option('--areas', 'compare the journal of areas with what the records say now')
      .option('--deep', 'hash every record again, and name those that changed without being captured')
      .option(
        '--repair',
        'with --areas: put the journal right; with --deep: log such records as changed now, or ask the parent for them',
      )
      .option('--limit <n>', 'show at most so many differences', '20'),
    {
      database: true,
      parent: true,
      examples: [
        'homecoming verify laptop/travel.db',
        'homecoming verify travel.db --parent office/central.db',
        'homecoming verify central.db --areas',
        'homecoming verify central.db --deep',
      ],
    },
    (run, options, path) => {
      const compare = options.deep ? compareDeep : options.areas ? compareAreas : compareBoth
      return compare(run, options, path as string)
    },
  )

const compareBoth = (run: Run, options: VerifyOptions, path: string) =>
  withBoth(run, path, options, async (parent, child) => {
    const verified = await verify(parent, child, limitOf(options), progressOf(run))
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
  })

const WHAT = {
  'only-at-parent': 'only at the parent',
  'only-at-child': 'only here',
  'not-in-area': 'not in the area',
  differs: 'differs',
} as const

const limitOf = ({ limit }: VerifyOptions): number => wholeNumber('--limit', limit, 1)

const compareAreas = (run: Run, options: VerifyOptions, path: string) =>
  withDatabase(run, path, async database => {
    if (options.repair) await repairAreas(database)
    const { areas, members, wrong } = await verifyAreas(database, limitOf(options))
    const same = wrong.length === 0
    report(run, { same, areas, members, wrong }, () => [
      same
        ? `The journal of ${counted(areas, 'area')} is right: ${counted(members, 'record')} with an area.`
        : `The journal of ${counted(areas, 'area')} is not what the records say.`,
      tableLines(
        run,
        ['TABLE', 'RECORD', 'AREAS', 'SHOULD BE'],
        wrong.map(each => [each.table, each.record, each.areas.join(', '), each.shouldBe.join(', ')]),
      ),
    ])
    if (!same) run.endAs('NOT_SAME')
  })

const compareDeep = (run: Run, options: VerifyOptions, path: string) =>
  withDatabase(run, path, async database => {
    const deep = await verifyDeep(database, { repair: options.repair ?? false, limit: limitOf(options) })
    const asks = deep.repaired && database.identity.kind === 'traveller'
    const same = deep.count === 0
    report(
      run,
      { same, ...deep },
      () => [
        same
          ? `The records are what the log says: ${counted(deep.records, 'record')} in ${counted(deep.tables, 'table')}.`
          : `${counted(deep.count, 'record')} changed without being captured.`,
        deep.repaired && (asks ? 'The parent is asked for them.' : 'They are logged as changed now.'),
        tableLines(
          run,
          ['TABLE', 'RECORD', 'WHAT'],
          deep.bypassed.map(each => [each.table, each.record, ROW[each.what]]),
        ),
      ],
      [
        asks && `homecoming exchange ${place(database.path)}`,
        !same && !deep.repaired && `homecoming verify ${place(database.path)} --deep --repair`,
      ],
    )
    if (!same && !deep.repaired) run.endAs('NOT_SAME')
  })

const ROW = { missing: 'the row is gone', extra: 'nobody made it', differs: 'other values' } as const
