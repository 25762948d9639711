/** Log rows behind the operations of a packet, so that the history arrives with its own times and people. */
import { namesNoRecord } from '../log/types.ts'
import { keyOf, MADE_HERE } from '../log/version.ts'
import type { LogRow, Reading } from '../storage/contract.ts'
import type { Ceiling } from './ceiling.ts'
import { BLOCK } from './changes.ts'
import type { WireLogRow } from './content.ts'

export interface LogRange {
  readonly from: number
  readonly to: number
  /** Positions that the receiver brought itself, ascending. */
  readonly without: readonly (readonly [number, number])[]
  readonly tables: ReadonlySet<number>
  /** Records that do not travel, by keyOf. */
  readonly except: ReadonlySet<number>
}

export async function* logRows(
  read: LogReading,
  range: LogRange,
  ceiling?: Ceiling,
): AsyncGenerator<WireLogRow[]> {
  const own = skipper(range.without)
  for await (const rows of read.log.between(range.from, range.to, BLOCK)) {
    const wire = rows
      .filter(row => travels(row, range) && !own(row.position))
      .map(row => wireRow(row, ceiling))
    if (wire.length > 0) yield wire
  }
}

export interface SharedRange {
  readonly from: number
  readonly to: number
  readonly tables: ReadonlySet<number>
  /** Passes on those that the receivers may see. */
  readonly visible: (rows: readonly LogRow[]) => Promise<readonly LogRow[]>
  /** Who brought which positions, ascending. */
  readonly brought: readonly BroughtRange[]
}

export interface BroughtRange {
  readonly first: number
  readonly last: number
  readonly link: number
}

/** The same, told apart by the link that brought them; `from` 0: made here. */
export async function* logRowsByLink(
  read: LogReading,
  range: SharedRange,
): AsyncGenerator<{ from: number; rows: WireLogRow[] }> {
  const bringer = bringerOf(range.brought)
  for await (const rows of read.log.between(range.from, range.to, BLOCK)) {
    const some = rows.filter(row => !namesNoRecord(row.type) && range.tables.has(row.table))
    const groups = Map.groupBy(await range.visible(some), row => bringer(row.position))
    for (const [from, group] of groups) yield { from, rows: group.map(row => wireRow(row, undefined)) }
  }
}

/** Positions come ascending, and so do the ranges. */
function bringerOf(ranges: readonly BroughtRange[]): (position: number) => number {
  let at = 0
  return position => {
    while (at < ranges.length && ranges[at]!.last < position) at++
    const range = ranges[at]
    return range && range.first <= position ? range.link : MADE_HERE
  }
}

/** The log is read inside the transaction that cuts the packet. */
export type LogReading = Reading & {
  readonly log: { between(from: number, to: number, size: number): AsyncIterable<LogRow[]> }
}

const travels = (row: LogRow, range: LogRange): boolean =>
  !namesNoRecord(row.type) && range.tables.has(row.table) && !range.except.has(keyOf(row.table, row.record))

/** Positions come ascending, and so do the ranges. */
function skipper(ranges: readonly (readonly [number, number])[]): (position: number) => boolean {
  let at = 0
  return position => {
    while (at < ranges.length && ranges[at]![1] < position) at++
    return at < ranges.length && ranges[at]![0] <= position
  }
}

/** `origin` 0: made here. */
const wireRow = (row: LogRow, ceiling: Ceiling | undefined): WireLogRow => ({
  type: row.type,
  previous: row.previous,
  time: Math.min(row.time, (row.origin === 0 ? ceiling?.at(row.position) : undefined) ?? row.time),
  clock: row.time,
  associate: row.associate,
  table: row.table,
  record: row.record,
  flags: row.flags,
  application: row.application,
  brought: ceiling !== undefined && row.origin !== 0,
})
