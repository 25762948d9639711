/**
 * Triggers that note which records may have moved between areas, and where they pointed before.
 * Shape:  one after an update of deciding fields that changed a value, one after the deletion of a record that others
 *         follow backwards, and one for rows that are replaced, which fire neither (capture-replace.ts). A statement that
 *         names none of these fields pays nothing.
 * Why:    the log tells of new and deleted records and of owners, contacts and projects; not of other pointers, nor
 *         where they pointed.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Table } from '../../dictionary/model.ts'
import type { WatchedTable } from '../contract.ts'
import { keyOf, quoted, replacedOf, type Trigger, trigger, triggerName } from './capture-sql.ts'

/** Fields that decide about areas and changed, with the value before; emptied by whoever brings membership up to date. */
const NOTES = `CREATE TABLE IF NOT EXISTS hc_repointed (tablenumber INTEGER NOT NULL, record_id INTEGER NOT NULL,
  field INTEGER NOT NULL, old_id INTEGER NOT NULL, PRIMARY KEY (tablenumber, record_id, field, old_id)) WITHOUT ROWID`

export function createNotes(db: Database): void {
  db.exec(NOTES)
}

/** @param captured names of tables whose replaced rows are noted */
export function watchTriggers(watched: WatchedTable, captured: ReadonlySet<string>): Trigger[] {
  const { table, fields, pointers } = watched
  return [
    ...updated(table, fields),
    ...(pointers.length > 0 ? [deleted(table, pointers)] : []),
    ...(captured.has(table.name) ? [replaced(watched)] : []),
  ]
}

/** Of owners, contacts and projects the log tells by rows of its own. */
function updated(table: Table, fields: readonly number[]): Trigger[] {
  const untold = fields.filter(index => table.fields[index]!.role === undefined)
  if (untold.length === 0) return []
  const columns = untold.map(index => quoted(table.fields[index]!.name))
  return [
    trigger(
      triggerName(table, 'watch_update'),
      table.name,
      `AFTER UPDATE OF ${columns.join(', ')} ON ${quoted(table.name)}`,
      differs(table, untold),
      untold.map(index => note(table, index, differs(table, [index]))),
    ),
  ]
}

const set = (table: Table, index: number): string =>
  `coalesce(OLD.${quoted(table.fields[index]!.name)}, 0) <> 0`

/** OLD is the record as it was before; `n` the one that has its key now, if any. */
function replaced({ table, fields, pointers }: WatchedTable): Trigger {
  const key = `n.${keyOf(table)} = OLD.${keyOf(table)}`
  const there = (condition: string) =>
    `EXISTS (SELECT 1 FROM ${quoted(table.name)} n WHERE ${key}${condition})`
  const differing = (index: number) => {
    const name = quoted(table.fields[index]!.name)
    return there(` AND OLD.${name} IS NOT n.${name}`)
  }
  return trigger(
    triggerName(table, 'watch_replaced'),
    replacedOf(table),
    `AFTER DELETE ON ${replacedOf(table)}`,
    'OLD.hc_by IS NOT NULL',
    [
      ...fields.map(index => note(table, index, differing(index))),
      ...pointers.map(index => note(table, index, `${set(table, index)} AND NOT ${there('')}`)),
    ],
  )
}

function deleted(table: Table, pointers: readonly number[]): Trigger {
  return trigger(
    triggerName(table, 'watch_delete'),
    table.name,
    `AFTER DELETE ON ${quoted(table.name)}`,
    pointers.map(index => set(table, index)).join(' OR '),
    pointers.map(index => note(table, index, set(table, index))),
  )
}

const differs = (table: Table, fields: readonly number[]): string =>
  fields
    .map(index => quoted(table.fields[index]!.name))
    .map(name => `OLD.${name} IS NOT NEW.${name}`)
    .join(' OR ')

const note = (table: Table, index: number, when: string): string =>
  `INSERT OR IGNORE INTO hc_repointed (tablenumber, record_id, field, old_id)
    SELECT ${table.number}, OLD.${keyOf(table)}, ${index}, coalesce(OLD.${quoted(table.fields[index]!.name)}, 0) WHERE ${when}`
