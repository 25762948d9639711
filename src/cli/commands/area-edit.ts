/**
 * homecoming area edit|preview|preview-record: what a change would move, and the change.
 */
import { Command } from 'commander'
import {
  editArea,
  type HomecomingDatabase,
  HomecomingError,
  previewArea,
  previewRecord as previewFields,
  previewOwner,
  readStatus,
  showArea,
} from '../../index.ts'
import { actorOf } from '../actor.ts'
import { type AreaOptions, editOf, withAreaOptions } from '../area-options.ts'
import { framed, type Run } from '../command.ts'
import { requireCentral, withDatabase } from '../databases.ts'
import { type Line, report, tableLines } from '../report.ts'
import { counted, listed, place, sized, wholeNumber } from '../words.ts'

type Preview = Awaited<ReturnType<typeof previewArea>>

const DATABASE = ['<database>', 'the central database'] as const
const AREA = ['<area>', 'name or id'] as const

export const edit = () =>
  framed<AreaOptions>(
    withAreaOptions(
      new Command('edit')
        .description('change an area: shows what would move, and asks')
        .argument(...DATABASE)
        .argument(...AREA),
      'known',
    ),
    {
      database: true,
      destructive: true,
      examples: [
        'homecoming area edit central.db North --include bb --exclude ee',
        'homecoming area edit central.db North --assign ee,bb --yes',
      ],
    },
    (run, options, path, which) =>
      withDatabase(run, path as string, async database => {
        requireCentral(database, 'changing areas')
        const change = changeIn(options)
        const { name } = await showArea(database, which as string)
        const preview = await previewIfActive(database, which as string, change)
        if (!run.output.json) for (const line of linesOf(run, preview)) run.output.note(line)
        if (preview.mustComeHome.length === 0) await run.confirm(`Change area ${name}?`)
        const area = await editArea(database, which as string, change, await actorOf(run, database))
        report(run, { area, preview }, () => [`Changed area ${area.name}.`], nextOf(database, preview))
      }),
  )

/** Nobody can be away, and nothing moves, where travel is not active. */
const previewIfActive = async (
  database: HomecomingDatabase,
  which: string,
  change: ReturnType<typeof editOf>,
): Promise<Preview> =>
  (await readStatus(database)).active
    ? previewArea(database, which, change)
    : { areas: [], people: [], mustComeHome: [] }

/** @throws {HomecomingError} USAGE where nothing is to be changed */
function changeIn(options: AreaOptions) {
  const change = editOf(options)
  if (Object.keys(change).length > 0) return change
  throw new HomecomingError('USAGE', 'nothing to change was named')
}

const nextOf = (database: HomecomingDatabase, { people }: Preview): Line[] => [
  people.some(({ away }) => away) && `homecoming write-updates ${place(database.path)}`,
]

export const preview = () =>
  framed<AreaOptions>(
    withAreaOptions(
      new Command('preview')
        .description('show what a change of an area would move, and change nothing')
        .argument(...DATABASE)
        .argument(...AREA),
      'known',
    ),
    { database: true, examples: ['homecoming area preview central.db North --include bb'] },
    (run, options, path, which) =>
      withDatabase(run, path as string, async database => {
        const change = changeIn(options)
        show(run, await previewArea(database, which as string, change))
      }),
  )

interface RecordOptions {
  readonly owner?: string
  readonly set?: readonly string[]
}

export const previewRecord = () =>
  framed<RecordOptions>(
    new Command('preview-record')
      .description('show what would move if a record had another owner, contact or project')
      .argument(...DATABASE)
      .argument('<table>', 'name of the table')
      .argument('<id>', 'of the record')
      .option('--owner <associate>', 'the new owner')
      .option('--set <field=value...>', 'other values, as numbers: --set contact_id=812'),
    {
      database: true,
      examples: [
        'homecoming area preview-record central.db contact 812 --owner bb',
        'homecoming area preview-record central.db sale 4711 --set contact_id=812',
      ],
    },
    (run, options, path, table, id) =>
      withDatabase(run, path as string, async database => {
        const record = wholeNumber('<id>', id as string, 1)
        if ((options.owner === undefined) === (options.set === undefined))
          throw new HomecomingError('USAGE', 'name a new owner with --owner, or fields with --set')
        show(
          run,
          options.owner === undefined
            ? await previewFields(database, table as string, record, fieldsIn(options.set ?? []))
            : await previewOwner(database, table as string, record, options.owner),
        )
      }),
  )

function fieldsIn(texts: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    texts.map(text => {
      const [field = '', value = ''] = text.split('=', 2)
      return [field, wholeNumber(`--set ${field}`, value)]
    }),
  )
}

const show = (run: Run, preview: Preview): void =>
  run.output.result(preview, () => linesOf(run, preview).join('\n'))

function linesOf(run: Run, { areas, people, mustComeHome }: Preview): string[] {
  const lines: Line[] = [
    areas.length === 0 && 'No record would enter or leave any area.',
    ...areas.map(
      ({ name, gained, lost }) =>
        `${run.output.colours.bold(name)}: gains ${amount(gained)}, loses ${amount(lost)}.`,
    ),
    tableLines(
      run,
      ['AREA', 'TABLE', 'GAINED', 'LOST'],
      areas.flatMap(area =>
        area.tables.map(each => [area.name, each.table, each.gained.records, each.lost.records]),
      ),
    ),
    people.length > 0 &&
      `\nConcerns ${listed(people.map(({ name, away }) => (away ? `${name} (away)` : name)))}.`,
    mustComeHome.length > 0 && `\n${listed(mustComeHome)} must come home first.`,
  ]
  return lines.filter(line => typeof line === 'string')
}

type Amount = Preview['areas'][number]['gained']

const amount = ({ records, documents, bytes }: Amount): string =>
  records === 0
    ? 'nothing'
    : `${counted(records, 'record')}${documents === 0 ? '' : ` with ${counted(documents, 'document')}`} (${sized(bytes)})`
