/**
 * REPLACE: rows that INSERT OR REPLACE and UPDATE OR REPLACE take away without firing a delete trigger.
 * Shape:  before a row is written, the rows in its way are copied to `hc_replaced_<n>`, for the row that stands to
 *         replace them (`hc_by`; -1: its key is not given yet). After it is written, they are taken out again, and a
 *         trigger there sees what became of each: its key lives on (Update), it is gone (Delete), or nothing happened.
 * Notes:  BEFORE triggers fire for rows that are then ignored or updated by an upsert too. Such notes stay behind
 *         until the next ones are made; nothing is written for them, because no row that they wait for arrives while
 *         theirs is there, and a row that goes in any other way makes its note worthless (`hc_by` null).
 *         With recursive_triggers=ON the delete trigger fires and does that: then it is a Delete and an Insert.
 * Limits: a trigger of the application that writes to the same table while a row is being replaced there.
 */
import type { Table } from '../../dictionary/model.ts'
import type { CapturedTable, CapturePlan } from '../contract.ts'
import { anyDiffers, deleteRows, keepBase, updateRows } from './capture-rows.ts'
import { keyOf, quoted, replacedOf, type Trigger, trigger, triggerName } from './capture-sql.ts'

/** A unique key: its columns with the collation in which they are compared. */
export interface KeyMatch {
  readonly fields: readonly string[]
  readonly collations: readonly string[]
}

/** The row that a note waits for, by the statement that writes it: a note of an insert that became an upsert must not
 *  be taken for one of the update. */
type Writer = 'insert' | 'update'
const writerKey = (table: Table, by: Writer, row: string): string =>
  by === 'insert' ? `${row}.${keyOf(table)}` : `-2 - ${row}.${keyOf(table)}`
const UNKNOWN_KEY = '-1'

/** Is the row that is being written noted as taking the place of one with its own key? */
export const isNoted = (table: Table, by: Writer): string =>
  `EXISTS (SELECT 1 FROM ${replacedOf(table)} r
    WHERE r.${keyOf(table)} = NEW.${keyOf(table)} AND r.hc_by = ${writerKey(table, by, 'NEW')})`

export const anyNoted = (table: Table): string => `EXISTS (SELECT 1 FROM ${replacedOf(table)})`

/** Takes out the notes made for the row that has just been written: the trigger below logs what became of them. */
export const settle = (table: Table, by: Writer): string =>
  `DELETE FROM ${replacedOf(table)} WHERE hc_by IN (${writerKey(table, by, 'NEW')}, ${UNKNOWN_KEY})`

/** The record went some other way, which is logged: its note is worth nothing any more. */
export const neutralise = (table: Table): string =>
  `UPDATE ${replacedOf(table)} SET hc_by = NULL WHERE ${keyOf(table)} = OLD.${keyOf(table)}`

export function replaceTriggers(
  plan: CapturePlan,
  captured: CapturedTable,
  unique: readonly KeyMatch[],
): Trigger[] {
  const { table } = captured
  return [noteBeforeInsert(table, unique), noteBeforeUpdate(table, unique), settledTrigger(plan, captured)]
}

function noteBeforeInsert(table: Table, unique: readonly KeyMatch[]): Trigger {
  const key = keyOf(table)
  const inTheWay = [`t.${key} = NEW.${key}`, ...unique.map(matches)]
  return noteTrigger(table, 'insert', `BEFORE INSERT ON ${quoted(table.name)}`, inTheWay)
}

function noteBeforeUpdate(table: Table, unique: readonly KeyMatch[]): Trigger {
  const key = keyOf(table)
  const other = `t.${key} <> OLD.${key}`
  const inTheWay = [`t.${key} = NEW.${key}`, ...unique.map(matches)].map(match => `${match} AND ${other}`)
  const event = `BEFORE UPDATE OF ${keyColumns(table, unique)} ON ${quoted(table.name)}`
  return noteTrigger(table, 'update', event, inTheWay)
}

/** With SQLite's own names of the key: `SET rowid = ...` changes it too. */
export function keyColumns(table: Table, unique: readonly KeyMatch[]): string {
  const names = new Set([
    table.fields[0]!.name,
    'rowid',
    '_rowid_',
    'oid',
    ...unique.flatMap(key => key.fields),
  ])
  return [...names].map(quoted).join(', ')
}

function noteTrigger(table: Table, by: Writer, event: string, inTheWay: string[]): Trigger {
  const exists = inTheWay.map(match => `EXISTS (SELECT 1 FROM ${quoted(table.name)} t WHERE ${match})`)
  const when = `(${exists.join(' OR ')}) AND (SELECT s.capture FROM hc_session s)`
  const columns = table.fields.map(field => quoted(field.name)).join(', ')
  const found = inTheWay.map(match => `(${match})`).join(' OR ')
  return trigger(triggerName(table, `note${by}`), table.name, event, when, [
    `UPDATE ${replacedOf(table)} SET hc_by = NULL`,
    `DELETE FROM ${replacedOf(table)}`,
    `INSERT INTO ${replacedOf(table)} (hc_by, ${columns})
    SELECT coalesce(${writerKey(table, by, 'NEW')}, ${UNKNOWN_KEY}), ${columns} FROM ${quoted(table.name)} t WHERE ${found}`,
  ])
}

function matches(key: KeyMatch): string {
  return key.fields
    .map(
      (field, index) => `t.${quoted(field)} = NEW.${quoted(field)} COLLATE ${quoted(key.collations[index]!)}`,
    )
    .join(' AND ')
}

/** OLD is the record as it was before it was replaced; `n` the one that has its key now. */
function settledTrigger(plan: CapturePlan, captured: CapturedTable): Trigger {
  const { table } = captured
  const key = keyOf(table)
  const there = `EXISTS (SELECT 1 FROM ${quoted(table.name)} n WHERE n.${key} = OLD.${key}`
  const changed = anyDiffers(table, 'OLD', 'n')
  const byItself = `OLD.hc_by IN (${writerKey(table, 'insert', 'OLD')}, ${writerKey(table, 'update', 'OLD')})`
  const untouched = `(NOT ${byItself}${changed === undefined ? ' OR TRUE' : ` OR NOT (${changed})`})`
  const replaced = `n.${key} = OLD.${key} AND ${byItself}`
  const after = { after: 'n', from: `${quoted(table.name)} n`, where: `${replaced} AND (${changed})` }
  const when = 'OLD.hc_by IS NOT NULL'
  return trigger(
    triggerName(table, 'replaced'),
    replacedOf(table),
    `AFTER DELETE ON ${replacedOf(table)}`,
    when,
    [
      ...(plan.child ? [keepBase(captured, `NOT ${there} AND ${untouched})`)] : []),
      ...(changed === undefined ? [] : updateRows(plan, captured, after)),
      ...deleteRows(plan, table, `NOT ${there})`),
    ],
  )
}
