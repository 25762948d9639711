/**
 * Benchmarks: each figure beside its baseline of the same run, and the aim it should reach.
 *   npm run -s bench -- [--json] [--only sqlite,read-up,...] [--size RECORDS] [--rounds N] [--cpu]
 * Standard output: a table, or with --json an array of rows (row.ts). Progress goes to standard error.
 * Exit:   0 when every row was measured, whether it reached its aim or not.
 */
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { areaRows } from './areas.ts'
import { captureRows, captureVariants } from './capture.ts'
import { containerRows } from './container.ts'
import { idleLarge, idleSmall } from './idle.ts'
import { localUpdate } from './local-update.ts'
import { measureProcessorTime } from './measure.ts'
import { memoryRow } from './memory.ts'
import { DEFAULT_SIZE, Place } from './place.ts'
import { postgresUpdates, postgresWriters } from './postgres-capture.ts'
import { postgresMemory, postgresTravel } from './postgres-travel.ts'
import { clientFile, prototypeAll } from './prototype.ts'
import { readUpRow } from './read-up.ts'
import type { Row } from './row.ts'
import { finding, hashEverything, readingDown, readingUp, writingDown } from './sameness.ts'
import { writeDwnRow } from './write-dwn.ts'

interface Bench {
  /** Names by which `--only` finds it besides those of its rows. */
  readonly groups: readonly string[]
  readonly rows: readonly string[]
  readonly run: (place: Place) => Promise<Row[]>
}

const sqlite = (rows: readonly string[], run: Bench['run'], ...groups: string[]): Bench => ({
  groups: ['sqlite', ...groups],
  rows,
  run,
})

const BENCHES: readonly Bench[] = [
  sqlite(['capture-insert', 'capture-update', 'capture-delete'], captureRows, 'capture'),
  sqlite(['prototype-all'], prototypeAll),
  sqlite(['local-update', 'local-update-against-replay'], localUpdate),
  sqlite(['write-dwn'], writeDwnRow, 'packets'),
  sqlite(['read-up'], readUpRow, 'packets'),
  sqlite(['idle-10k'], idleSmall, 'idle'),
  sqlite(['idle-1m'], idleLarge, 'idle'),
  sqlite(['client-file'], clientFile),
  sqlite(['memory'], memoryRow),
  {
    groups: ['areas'],
    rows: [
      'journal-bytes',
      'prototype-area',
      'prototype-area-rate',
      'preview',
      'membership-cost',
      'owner-write',
      'owner-apply',
      'travellers',
      'travellers-idle',
    ],
    run: areaRows,
  },
  { groups: ['sameness'], rows: ['hash-everything'], run: hashEverything },
  { groups: ['sameness'], rows: ['hashes-write-dwn'], run: writingDown },
  { groups: ['sameness'], rows: ['hashes-read-up'], run: readingUp },
  { groups: ['sameness'], rows: ['hashes-read-dwn'], run: readingDown },
  { groups: ['sameness'], rows: ['find-1', 'find-100'], run: finding },
  { groups: ['postgres'], rows: ['writers', 'writers-unsynced'], run: postgresWriters },
  {
    groups: ['postgres', 'update-50k'],
    rows: ['update-50k', 'update-50k-owner', 'update-50k-fields'],
    run: postgresUpdates,
  },
  {
    groups: ['postgres'],
    rows: ['prototype-rate', 'dwn-rate', 'dwn-rate-unread', 'up-rate'],
    run: postgresTravel,
  },
  { groups: ['postgres', 'postgres-memory'], rows: [], run: postgresMemory },
  { groups: ['capture-variants'], rows: [], run: captureVariants },
  { groups: ['container'], rows: [], run: containerRows },
]

const DEFAULT_ROUNDS = 3

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    cpu: { type: 'boolean', default: false },
    only: { type: 'string', default: 'sqlite' },
    size: { type: 'string', default: String(DEFAULT_SIZE) },
    rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
  },
})

async function measure(only: readonly string[], size: number, rounds: number): Promise<Row[]> {
  const benches = chosen(only)
  await using place = await Place.open(size, rounds, what => console.error(`  ${what}`))
  const rows: Row[] = []
  for (const bench of benches) {
    console.error(bench.rows.join(', ') || bench.groups[0])
    rows.push(...(await bench.run(place)).filter(row => isChosen(bench, row, only)))
  }
  return rows
}

function chosen(only: readonly string[]): Bench[] {
  const known = BENCHES.flatMap(({ groups, rows }) => [...groups, ...rows])
  const unknown = only.filter(name => !known.includes(name))
  if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${[...new Set(known)].join(', ')}`)
    process.exit(2)
  }
  return BENCHES.filter(({ groups, rows }) => [...groups, ...rows].some(name => only.includes(name)))
}

const isChosen = ({ groups }: Bench, { name }: Row, only: readonly string[]): boolean =>
  only.includes(name) || groups.some(group => only.includes(group))

function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ['', 'value', 'baseline', 'ratio', 'aim', ''],
    style: { head: [], border: [], compact: true },
  })
  const withUnit = (value: number | null, unit: string): string => (value === null ? '' : `${value} ${unit}`)
  for (const row of rows) {
    const { name, value, unit, baseline, ratio, aim, ok } = row
    const mark = ok ? 'reached' : 'missed'
    table.push([name, withUnit(value, unit), withUnit(baseline, unit), ratio ?? '', aim, mark])
  }
  return table.toString()
}

if (options.cpu) measureProcessorTime()
const rows = await measure(options.only.split(','), Number(options.size), Number(options.rounds))
console.log(options.json ? JSON.stringify(rows, undefined, 2) : tableOf(rows))
