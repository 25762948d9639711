/**
 * Since: from which log position on a record is in an area, or out of it, and the change that brought it there.
 * Shape:  the path of a rule -> the log rows that may have completed it -> the last of them that is not after the move.
 * Limits: hc_move says when the journal looked, which is at the change or later. A change of a pointer that the log does
 *         not tell apart from any other update is believed where it fits. Whoever takes a record off a list, or points at
 *         another, leaves no row about it: an older change may be named then, or none.
 */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import { LOG } from '../log/types.ts'
import type { LogRow, Writing } from '../storage/contract.ts'
import type { AreaDefinition } from './area-rows.ts'
import { changeOf, type LogChange } from './log-change.ts'
import { isIn, type Membership, type Reasons } from './reasons.ts'
import { type Trace, Traces } from './traces.ts'

/** Absent `change`: the journal knows the position, but the log does not say by what. */
export interface Since {
  readonly position: number
  readonly change?: LogChange
}

interface Asked {
  readonly dictionary: LoadedDictionary
  readonly write: Writing
  readonly area: AreaDefinition
  readonly reasons: Reasons
}

/** @returns undefined where neither the journal nor the log reaches back to it */
export async function sinceWhen(asked: Asked, membership: Membership): Promise<Since | undefined> {
  const there = isIn(membership)
  const move = await lastMove(asked, membership)
  const moved = move && (move.entered === 1) === there ? await windowOf(asked, move.position) : undefined
  if (!there && membership.exists && moved === undefined) return undefined
  const row = there ? await enteredBy(asked, membership, moved) : await leftBy(asked, membership, moved)
  const position = row?.position ?? moved?.to
  if (position === undefined) return undefined
  return { position, ...(row && { change: await changeOf(asked.dictionary, asked.write, row) }) }
}

const lastMove = ({ dictionary, write, area }: Asked, { table, record }: Membership) =>
  write.row(sql<{ position: number; entered: number }>`select position, entered from hc_move
    where area_id = ${area.id} and tablenumber = ${dictionary.table(table).number} and record_id = ${record}`)

/** What the journal had not looked at when it noted a move. */
interface Window {
  readonly after: number
  readonly to: number
}

/** A look that moved nothing leaves no trace, and what it looked at did nothing. */
async function windowOf({ write }: Asked, to: number): Promise<Window> {
  const row = await write.row(sql<{ after: number | null }>`select max(e.position) as after from (
    select (select max(m.position) from hc_move m where m.area_id = s.area_id and m.position < ${to}) as position
    from hc_area_slot s) e`)
  return { after: row?.after ?? 0, to }
}

/**
 * A record that entered did so by a path that was completed last before that. One that was always there, by the path
 * that was completed first: where the log knows nothing of one of its paths, it is older than the log.
 */
async function enteredBy(
  asked: Asked,
  membership: Membership,
  moved: Window | undefined,
): Promise<LogRow | undefined> {
  const traces = new Traces(asked.dictionary, asked.write, asked.area.id)
  const completed: (LogRow | undefined)[] = []
  for (const reason of membership.because) {
    const traced = await search(asked.write, await traces.entering(membership, reason))
    const found = await withoutIdle(asked, traced)
    completed.push(moved === undefined ? newest(sureOf(found)) : completedBy(found, moved))
  }
  if (moved !== undefined) return newest(completed.filter(row => row !== undefined))
  return completed.some(row => !row) ? undefined : oldest(completed.filter(row => row !== undefined))
}

/** @returns undefined where the path was completed later: the record entered in another way */
function completedBy(found: readonly Found[], moved: Window): LogRow | undefined {
  if ((newest(sureOf(found))?.position ?? 0) > moved.to) return undefined
  return newest(within(found, moved))
}

async function leftBy(
  asked: Asked,
  membership: Membership,
  moved: Window | undefined,
): Promise<LogRow | undefined> {
  const traces = new Traces(asked.dictionary, asked.write, asked.area.id)
  const found = await search(asked.write, await traces.leaving(membership))
  return newest(within(found, moved ?? { after: 0, to: Number.POSITIVE_INFINITY }))
}

interface Found {
  readonly row: LogRow
  readonly sure: boolean
}

async function search(write: Writing, traces: readonly Trace[]): Promise<Found[]> {
  const rows = await write.log.about(traces)
  return rows.flatMap(row => {
    const fitting = traces.filter(
      trace => trace.table === row.table && trace.record === row.record && trace.types.includes(row.type),
    )
    return fitting.length === 0 ? [] : [{ row, sure: fitting.some(({ sure }) => sure) }]
  })
}

/** Whoever gives a record from one owner, or company, of the area to another brings it nowhere. */
async function withoutIdle(asked: Asked, found: readonly Found[]): Promise<Found[]> {
  const left: Found[] = []
  for (const each of found) if (!(await wasThere(asked, each.row))) left.push(each)
  return left
}

async function wasThere({ dictionary, area, reasons }: Asked, row: LogRow): Promise<boolean> {
  if (row.type === LOG.updateOwner) return area.included.includes(row.previous)
  const role = ROLES[row.type]
  const table = role && dictionary.tableByNumber(row.table)
  const reference = table?.fields.find(field => field.role === role)?.references
  if (reference?.kind !== 'plain' || row.previous === 0) return false
  return isIn(await reasons.of(dictionary.table(reference.table), row.previous))
}

const ROLES: Readonly<Record<number, 'contact' | 'project'>> = {
  [LOG.updateContact]: 'contact',
  [LOG.oldUpdateContact]: 'contact',
  [LOG.updateProject]: 'project',
  [LOG.oldUpdateProject]: 'project',
}

const sureOf = (found: readonly Found[]): LogRow[] => found.filter(({ sure }) => sure).map(({ row }) => row)

const within = (found: readonly Found[], { after, to }: Window): LogRow[] =>
  found.map(({ row }) => row).filter(({ position }) => position > after && position <= to)

const newest = (rows: readonly LogRow[]): LogRow | undefined =>
  rows.reduce<LogRow | undefined>(
    (best, row) => (best && best.position > row.position ? best : row),
    undefined,
  )

const oldest = (rows: readonly LogRow[]): LogRow | undefined =>
  rows.reduce<LogRow | undefined>(
    (best, row) => (best && best.position < row.position ? best : row),
    undefined,
  )
