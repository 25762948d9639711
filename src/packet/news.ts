/**
 * News: what has happened in an area since a position, as frames that every child of it gets alike (DESIGN: work is
 * per area, not per traveller).
 * Shape:  what moved, then what changed, table by table; then the log rows behind it. A frame of changes that one link
 *         brought says so: that child has them, and is not sent them again.
 * Never:  contains anything of one child: its answers and ids are its own (own-news.ts).
 */
import { isPartOf, membersAmong } from '../areas/membership.ts'
import type { Table } from '../dictionary/model.ts'
import { keyOf, MADE_HERE } from '../log/version.ts'
import type { LogRow } from '../storage/contract.ts'
import { byKind, deletionsFirst } from './blocks.ts'
import { type ChangedRecord, changedRecords, dwnOperation } from './changes.ts'
import type { Frame } from './container.ts'
import { encodeLog, FRAME } from './content.ts'
import { changedMember, type DwnScope, tablesDown } from './dwn-scope.ts'
import { logRowsByLink } from './log-rows.ts'
import { movedRecords } from './moves.ts'
import { broughtSince } from './outbox.ts'

export interface NewsFrame {
  readonly frame: Frame
  /** The link that brought all of it; 0: made here, or of several. */
  readonly from: number
}

export async function* newsFrames(scope: DwnScope): AsyncGenerator<NewsFrame> {
  for (const table of tablesDown(scope)) {
    if (scope.byField.has(table.number)) continue
    for await (const batch of movedRecords(scope, table)) yield* shared(byKind(table.number, batch))
    yield* changedFrames(scope, table)
  }
  yield* historyFrames(scope)
}

function* shared(frames: Iterable<Frame>): Generator<NewsFrame> {
  for (const frame of frames) yield { frame, from: MADE_HERE }
}

async function* changedFrames(scope: DwnScope, table: Table): AsyncGenerator<NewsFrame> {
  if (!scope.since.has(table)) return
  for (const which of deletionsFirst(changedMember(scope, table))) {
    for await (const batch of changedRecords(scope.write, table, which, false, scope.since.few)) {
      for (const [from, records] of Map.groupBy(batch, broughtBy)) {
        const operations = records.map(record => dwnOperation(scope.databases, table, record))
        for (const frame of byKind(table.number, operations)) yield { frame, from }
      }
    }
  }
}

const broughtBy = ({ version }: ChangedRecord): number => Math.max(version!.link, MADE_HERE)

/** Log rows of what is in the area, or was and is deleted. */
async function* historyFrames(scope: DwnScope): AsyncGenerator<NewsFrame> {
  const tables = tablesDown(scope)
  const range = {
    from: scope.cut,
    to: scope.position,
    tables: new Set(tables.map(table => table.number)),
    visible: (rows: readonly LogRow[]) => visibleRows(scope, rows),
    brought: await broughtSince(scope.write, scope.cut),
  }
  for await (const { from, rows } of logRowsByLink(scope.write, range))
    yield { frame: { kind: FRAME.log, body: encodeLog(rows) }, from }
}

async function visibleRows(scope: DwnScope, rows: readonly LogRow[]): Promise<readonly LogRow[]> {
  const { dictionary } = scope.site
  if (!tablesDown(scope).some(table => isPartOf(scope.area, table))) return rows
  const partly = rows.filter(row => {
    const table = dictionary.tableByNumber(row.table)
    return table !== undefined && isPartOf(scope.area, table)
  })
  if (partly.length === 0) return rows
  const hidden = await hiddenOf(scope, partly)
  return rows.filter(row => !hidden.has(keyOf(row.table, row.record)))
}

/** The records that are neither in the area, nor deleted since the cut after they were. */
async function hiddenOf(scope: DwnScope, rows: readonly LogRow[]): Promise<ReadonlySet<number>> {
  const { area, write, cut } = scope
  const keys = [
    ...new Map(rows.map(row => [keyOf(row.table, row.record), [row.table, row.record] as const])).values(),
  ]
  const members = await membersAmong(write, area, keys)
  const others = keys.filter((_, index) => !members[index])
  const moved = await write.lookup(
    { table: 'hc_move', key: ['area_id', 'tablenumber', 'record_id'], columns: ['position'] },
    others.map(key => [area.area_id, ...key]),
  )
  const versions = await write.lookup(
    { table: 'hc_version', key: ['tablenumber', 'record_id'], columns: ['deleted'] },
    others,
  )
  return new Set(
    others
      .filter((_, at) => !(((moved[at]?.[0] as number) ?? 0) > cut && versions[at]?.[0] === 1))
      .map(([table, record]) => keyOf(table, record)),
  )
}
