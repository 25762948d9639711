/**
 * Notes of which records may have moved between areas, and where they pointed before (hc_repointed).
 * Why:    the log tells of new and deleted records and of owners, contacts and projects; not of other pointers, nor
 *         where they pointed.
 * Note:   the table has no key here: a note is worth the same twice, and a key would have writers wait for whoever
 *         empties it.
 */
import type { Table } from '../../dictionary/model.ts'
import type { WatchedTable } from '../contract.ts'
import { differs } from './capture-rows.ts'
import { keyOf, type Names } from './capture-sql.ts'
import { quoted } from './sql-text.ts'

/** A value that a changed record had: where it is null, there is nothing to note. */
export interface FieldNote {
  readonly name: string
  readonly field: number
  readonly old: string
}

/** Of records before and after, as `o` and `n`. */
export function fieldNotes(watched: WatchedTable): FieldNote[] {
  const { table, fields, pointers } = watched
  const [old, now] = [`o.${keyOf(table)}`, `n.${keyOf(table)}`]
  // Of owners, contacts and projects the log tells by rows of its own.
  const moved = new Set(fields.filter(index => table.fields[index]!.role === undefined))
  const lost = new Set(pointers)
  return [...new Set([...moved, ...lost])].map(field => {
    const gone = lost.has(field) ? isSet(watched, field) : 'false'
    const differing = moved.has(field) ? `${old} is not null and ${differs(table.fields[field]!)}` : 'false'
    const when = `case when ${now} is null then ${gone} else ${differing} end`
    return { name: `note_${field}`, field, old: `case when ${when} then ${before(watched, field)} end` }
  })
}

/** From `changes`. */
export function notesOf(names: Names, table: Table, notes: readonly FieldNote[]): string {
  const each = notes.map(
    ({ name, field }) =>
      `select ${table.number}, c.before, ${field}, c.${name} from changes c where c.${name} is not null`,
  )
  return `insert into ${names.notes} (tablenumber, record_id, field, old_id)\n  ${each.join('\n  union all ')}`
}

export function noteDeleted(names: Names, watched: WatchedTable, source: string): string[] {
  const { table, pointers } = watched
  const each = pointers.map(
    field =>
      `select ${table.number}, o.${keyOf(table)}, ${field}, ${before(watched, field)} from ${source} where ${isSet(watched, field)}`,
  )
  if (each.length === 0) return []
  return [
    `insert into ${names.notes} (tablenumber, record_id, field, old_id)\n  ${each.join('\n  union all ')}`,
  ]
}

const before = ({ table }: WatchedTable, index: number): string =>
  `coalesce(o.${quoted(table.fields[index]!.name)}, 0)`
const isSet = (watched: WatchedTable, index: number): string => `${before(watched, index)} <> 0`
