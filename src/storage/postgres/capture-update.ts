/**
 * What an UPDATE changed: one statement that pairs the records before and after, and writes log rows and notes.
 * Shape:  `old_rows` and `new_rows` are paired by key in a full join, which is never done by nested loops, whatever size
 *         the plan was made for, and finds changed keys as well. Of each pair only what is to be written is kept.
 * Order:  the rows of one save follow each other. Records that came by a changed key stand last, after those that went.
 */
import type { Table } from '../../dictionary/model.ts'
import { LOG } from '../../log/types.ts'
import type { CapturedTable, CapturePlan, WatchedTable } from '../contract.ts'
import {
  changed,
  explainingRows,
  fieldPartRows,
  previousOfInsert,
  type SaveRow,
  zeroUnlessClosed,
} from './capture-rows.ts'
import { keyOf, type LogValues, MODE, type Names } from './capture-sql.ts'
import { type FieldNote, fieldNotes, notesOf } from './capture-watch.ts'

export interface CaptureParts {
  readonly names: Names
  readonly plan: CapturePlan
  readonly table: Table
  /** Absent: only watched. */
  readonly captured: CapturedTable | undefined
  readonly watched: WatchedTable | undefined
}

export const pairsOf = (table: Table): string =>
  `old_rows o full join new_rows n on n.${keyOf(table)} = o.${keyOf(table)}`

/** Records that were there before and are not what they were. `case`: a plain condition would make the full join an outer
 *  one, and that may be done by nested loops. */
export const changedBefore = (table: Table): string =>
  `${pairsOf(table)}\n  where case when o.${keyOf(table)} is null then false else true end and (${changed(table)})`

/** @returns nothing where there is nothing to write, ever */
export function updateSql(parts: CaptureParts): string[] {
  const { names, table, captured, watched } = parts
  const notes = watched ? fieldNotes(watched) : []
  const writes = [
    ...(notes.length > 0 ? [notesOf(names, table, notes)] : []),
    ...(captured ? [logSql(parts, captured)] : []),
  ]
  const last = writes.pop()
  if (last === undefined) return []
  const first = writes.map(write => `,\n  noted as (${write})`).join('')
  return [`with changes as materialized (${changesSql(parts, notes)})${first}\n  ${last}`]
}

/** Of each change the keys, and what is to be written of it: null where nothing is. */
function changesSql({ names, plan, table, captured }: CaptureParts, notes: readonly FieldNote[]): string {
  const [before, after] = [`o.${keyOf(table)}`, `n.${keyOf(table)}`]
  const [come, stayed] = [previousOfInsert(names, plan, table), zeroUnlessClosed(names, plan, table)]
  const rows = captured ? [...fieldPartRows(captured), ...explainingRows(table)] : []
  const columns = [
    `${before} as before`,
    `${after} as after`,
    ...(plan.child ? [`case when ${before} is null then ${come} else ${stayed} end as previous`] : []),
    ...rows.map(row => `${row.previous} as ${row.name}`),
    ...rows.flatMap(row => (row.record ? [`${row.record} as ${row.name}_record`] : [])),
    ...notes.map(note => `${note.old} as ${note.name}`),
  ]
  return `select ${columns.join(',\n    ')}\n  from ${pairsOf(table)}\n  where ${changed(table)}`
}

/** Two parts: what has one row only, and what has more, or came by a changed key. */
function logSql({ names, plan, table }: CaptureParts, captured: CapturedTable): string {
  const [first, then] = [fieldPartRows(captured), explainingRows(table)]
  const previous = plan.child ? 'c.previous' : '0'
  const type = `case when c.after is null then ${LOG.delete} else ${LOG.update} end`
  const several = [
    'c.before is null',
    ...[...first, ...then].map(({ name }) => `c.${name} is not null`),
  ].join(' or ')
  const values = [
    ...first.map(valueOfRow),
    `(${type}, c.before, case when c.before is not null then ${previous} end, 0)`,
    ...then.map(valueOfRow),
    `(${LOG.insert}, c.after, case when c.before is null then ${previous} end, 0)`,
  ]
  const each = `cross join lateral (values\n    ${values.join(',\n    ')}) as x (type, record, previous, flags)`
  const select = (row: LogValues, from: string, when: string) =>
    names.logSelect(table, row, `${from}\n  where ${MODE} is distinct from 'off' and ${when}`)
  return names.logInsert([
    select({ type, record: 'c.before', previous, flags: 0 }, 'changes c', `not (${several})`),
    select(EACH, `changes c ${each}`, `(${several}) and x.previous is not null`),
  ])
}

const EACH: LogValues = { type: 'x.type', record: 'x.record', previous: 'x.previous', flags: 'x.flags' }

const valueOfRow = (row: SaveRow): string =>
  `(${row.type}, ${row.record ? `c.${row.name}_record` : 'c.before'}, c.${row.name}, ${row.flags ?? 0})`
