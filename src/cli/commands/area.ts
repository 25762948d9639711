/**
 * homecoming area list|show|create|edit|delete|preview|preview-record|sizes|overlap: who travels with which part of the data.
 */
import { Command } from 'commander'
import { createArea, type HomecomingDatabase, listAreas, removeArea, showArea } from '../../index.ts'
import { actorOf } from '../actor.ts'
import { type AreaOptions, editOf, withAreaOptions } from '../area-options.ts'
import { framed, type Run } from '../command.ts'
import { requireCentral, withDatabase } from '../databases.ts'
import { group } from '../group.ts'
import { table } from '../output.ts'
import { report, tableLines } from '../report.ts'
import { counted, place, sized, typed } from '../words.ts'
import { edit, preview, previewRecord } from './area-edit.ts'
import { overlap, sizes } from './area-sizes.ts'

export const areaCommand = () =>
  group('area', 'areas: who travels with which part of the data', [
    list(),
    show(),
    create(),
    edit(),
    remove(),
    preview(),
    previewRecord(),
    sizes(),
    overlap(),
  ])

type Area = Awaited<ReturnType<typeof showArea>>

const DATABASE = ['<database>', 'the central database'] as const

const list = () =>
  framed(
    new Command('list').description('list the areas').argument(...DATABASE),
    { database: true, examples: ['homecoming area list central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const areas = await listAreas(database)
        run.output.result({ areas }, () =>
          areas.length === 0
            ? `There is none: everybody travels with everything. Make one with: homecoming area create ${place(database.path)} <name>`
            : table(
                ['ID', 'NAME', 'INCLUDES', 'ASSIGNED', 'AWAY', 'PROTOTYPE'],
                areas.map(rowOf(run)),
                run.output.colours,
              ),
        )
      }),
  )

const rowOf = (run: Run) => (area: Area) => [
  area.id,
  area.name,
  area.allData ? 'everything' : names(area.included),
  names(area.assigned),
  area.away.join(', '),
  area.prototype ? run.time(area.prototype.time) : '',
]

const names = (people: Area['included']): string => people.map(person => person.name).join(', ')

const show = () =>
  framed(
    new Command('show')
      .description('show one area')
      .argument(...DATABASE)
      .argument('<area>', 'name or id'),
    { database: true, examples: ['homecoming area show central.db North'] },
    (run, _options, path, which) =>
      withDatabase(run, path as string, async database => {
        const area = await showArea(database, which as string)
        report(
          run,
          { area },
          () => [`${run.output.colours.bold(area.name)} (area ${area.id})`, factsOf(run, area)],
          [
            !area.prototype &&
              `homecoming prototype build ${place(database.path)} --area ${typed(area.name)}`,
          ],
        )
      }),
  )

const factsOf = (run: Run, area: Area) =>
  tableLines(
    run,
    ['SETTING', 'VALUE'],
    [
      ['includes', area.allData ? 'everything' : names(area.included) || 'nobody yet'],
      ['assigned', names(area.assigned) || 'nobody'],
      ['away with it', area.away.join(', ') || 'nobody'],
      ['oldest data', area.maxDataAge === 0 ? 'any age' : counted(area.maxDataAge, 'day')],
      ['encryption', ENCRYPTION[area.encryption]],
      ['search index', area.freeText ? 'travels' : 'stays'],
      [
        'prototype',
        area.prototype
          ? `${run.time(area.prototype.time)}, ${counted(area.prototype.records, 'record')}, ${sized(area.prototype.bytes)}`
          : 'none',
      ],
    ],
  )

const ENCRYPTION = {
  0: '0: packets are not encrypted',
  1: '1: packets under the key of the installation',
  2: '2: packets under a key of their own',
} as const

const create = () =>
  framed<AreaOptions>(
    withAreaOptions(
      new Command('create')
        .description('make an area')
        .argument(...DATABASE)
        .argument('<name>', 'what people will call it'),
      'new',
    ),
    {
      database: true,
      examples: [
        'homecoming area create central.db North --include ee,bb --assign ee',
        'homecoming area create central.db "Head office" --all-data on --max-age 365',
      ],
    },
    (run, options, path, name) =>
      withDatabase(run, path as string, async database => {
        const area = await createArea(
          database,
          { ...editOf(options), name: name as string },
          await actorOf(run, database),
        )
        report(run, { area }, () => [`Created area ${area.name}.`], nextOf(database, area))
      }),
  )

function nextOf(database: HomecomingDatabase, area: Area) {
  const path = place(database.path)
  const empty = !area.allData && area.included.length === 0
  return [
    empty
      ? `homecoming area edit ${path} ${typed(area.name)} --include <associates>`
      : `homecoming prototype build ${path} --area ${typed(area.name)}`,
  ]
}

const remove = () =>
  framed(
    new Command('delete')
      .description('remove an area that nobody uses; the records stay')
      .argument(...DATABASE)
      .argument('<area>', 'name or id'),
    { database: true, destructive: true, examples: ['homecoming area delete central.db North --yes'] },
    (run, _options, path, which) =>
      withDatabase(run, path as string, async database => {
        requireCentral(database, 'removing an area')
        const area = await showArea(database, which as string)
        await run.confirm(`Remove area ${area.name} and its prototype?`)
        await removeArea(database, area.id, await actorOf(run, database))
        report(run, { removed: area.name }, () => [`Removed area ${area.name}.`])
      }),
  )
