/**
 * Notes of which records may have moved between areas, and where they pointed before (hc_repointed).
 * Why:    the log tells of new and deleted records and of owners, contacts and projects; not of other pointers, nor
 *         where they pointed.
 * Note:   the table has no key here: a note is worth the same twice, and a key would have writers wait for whoever
 *         empties it.
 */
import type { WatchedTable } from '../contract.ts'
import { differs } from './capture-rows.ts'
import { keyOf, type Names } from './capture-sql.ts'
import { quoted } from './sql-text.ts'

/** @param pairs the records before and after, as `o` and `n` */
export function noteUpdated(names: Names, watched: WatchedTable, pairs: string): string[] {
  const { table, fields, pointers } = watched
  const [old, now] = [`o.${keyOf(table)}`, `n.${keyOf(table)}`]
  // Of owners, contacts and projects the log tells by rows of its own.
  const untold = fields.filter(index => table.fields[index]!.role === undefined)
  const moved = untold.map(
    index => `${old} is not null and ${now} is not null and ${differs(table.fields[index]!)}`,
  )
  const lost = pointers.map(index => `${now} is null and ${isSet(watched, index)}`)
  return note(names, watched, [...untold, ...pointers], [...moved, ...lost], pairs)
}

export function noteDeleted(names: Names, watched: WatchedTable, source: string): string[] {
  return note(
    names,
    watched,
    watched.pointers,
    watched.pointers.map(index => isSet(watched, index)),
    source,
  )
}

const before = ({ table }: WatchedTable, index: number): string =>
  `coalesce(o.${quoted(table.fields[index]!.name)}, 0)`
const isSet = (watched: WatchedTable, index: number): string => `${before(watched, index)} <> 0`

/** @param when for each of the fields, whether there is something to note */
function note(
  names: Names,
  watched: WatchedTable,
  fields: readonly number[],
  when: readonly string[],
  from: string,
): string[] {
  if (fields.length === 0) return []
  const values = fields.map(
    (index, nth) => `(${index}, case when ${when[nth]} then ${before(watched, index)} end)`,
  )
  const each = `cross join lateral (values\n    ${values.join(',\n    ')}) as x (field, old_id)`
  return [
    `insert into ${names.notes} (tablenumber, record_id, field, old_id)
  select ${watched.table.number}, o.${keyOf(watched.table)}, x.field, x.old_id from ${from}
  ${each}\n  where x.old_id is not null`,
  ]
}
