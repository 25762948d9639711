/**
 * The row triggers of one table: what SPEC section 2 says of a record that is inserted, updated or deleted.
 * Shape:  insert · update · delete · rekey, and those of capture-replace.ts for rows that REPLACE takes away.
 * Note:   an UPDATE that changes no value, or only derived fields, is no change and writes nothing: programs that
 *         save whole records would otherwise quarrel over fields that nobody touched.
 */
import type { Table } from '../../dictionary/model.ts'
import type { CapturedTable, CapturePlan } from '../contract.ts'
import {
  anyNoted,
  isNoted,
  type KeyMatch,
  keyColumns,
  neutralise,
  replaceTriggers,
  settle,
} from './capture-replace.ts'
import { anyDiffers, deleteRows, insertRow, keepBase, updateRows } from './capture-rows.ts'
import { keyOf, quoted, refuse, type Trigger, trigger, triggerName } from './capture-sql.ts'

/** @param unique the unique keys of the table as they are in the database, the primary key not among them */
export function tableTriggers(
  plan: CapturePlan,
  captured: CapturedTable,
  unique: readonly KeyMatch[],
): Trigger[] {
  if (captured.readOnly) return readOnlyTriggers(plan, captured.table)
  return [
    insertTrigger(plan, captured),
    ...updateTrigger(plan, captured),
    deleteTrigger(plan, captured),
    rekeyTrigger(plan, captured, unique),
    ...replaceTriggers(plan, captured, unique),
  ]
}

function insertTrigger(plan: CapturePlan, { table }: CapturedTable): Trigger {
  return trigger(
    triggerName(table, 'insert'),
    table.name,
    `AFTER INSERT ON ${quoted(table.name)}`,
    undefined,
    [insertUnlessNoted(plan, table, 'insert'), settle(table, 'insert')],
  )
}

/** A row that takes the place of one with its key is an Update, which `settle` writes. */
const insertUnlessNoted = (
  plan: CapturePlan,
  table: Table,
  by: 'insert' | 'update',
  where = 'TRUE',
): string => insertRow(plan, table, `${where} AND NOT ${isNoted(table, by)}`)

function updateTrigger(plan: CapturePlan, captured: CapturedTable): Trigger[] {
  const { table } = captured
  const changed = anyDiffers(table, 'OLD', 'NEW')
  if (changed === undefined) return []
  const when = `OLD.${keyOf(table)} IS NEW.${keyOf(table)} AND (${changed})`
  const steps = [...(plan.child ? [keepBase(captured)] : []), ...updateRows(plan, captured, { after: 'NEW' })]
  return [
    trigger(triggerName(table, 'update'), table.name, `AFTER UPDATE ON ${quoted(table.name)}`, when, steps),
  ]
}

function deleteTrigger(plan: CapturePlan, captured: CapturedTable): Trigger {
  const { table } = captured
  return trigger(
    triggerName(table, 'delete'),
    table.name,
    `AFTER DELETE ON ${quoted(table.name)}`,
    undefined,
    [...(plan.child ? [keepBase(captured)] : []), ...deleteRows(plan, table), neutralise(table)],
  )
}

/** A changed key is one record gone and another come. Fires only where a key is named in the statement. */
function rekeyTrigger(plan: CapturePlan, captured: CapturedTable, unique: readonly KeyMatch[]): Trigger {
  const { table } = captured
  const moved = `OLD.${keyOf(table)} IS NOT NEW.${keyOf(table)}`
  return trigger(
    triggerName(table, 'rekey'),
    table.name,
    `AFTER UPDATE OF ${keyColumns(table, unique)} ON ${quoted(table.name)}`,
    `${moved} OR ${anyNoted(table)}`,
    [
      ...(plan.child ? [keepBase(captured, moved)] : []),
      ...deleteRows(plan, table, moved),
      `${neutralise(table)} AND ${moved}`,
      insertUnlessNoted(plan, table, 'update', moved),
      settle(table, 'update'),
    ],
  )
}

/** A table that this child may not send up: nothing to log, everything to refuse. */
function readOnlyTriggers(plan: CapturePlan, table: Table): Trigger[] {
  const where = plan.prefix === undefined ? 'the parent' : 'central'
  const refusal = refuse('TABLE_READ_ONLY', `${table.name} is kept at ${where} and cannot be changed here`)
  const changed = [anyDiffers(table, 'OLD', 'NEW'), `OLD.${keyOf(table)} IS NOT NEW.${keyOf(table)}`]
  const guard = (event: string, when?: string) =>
    trigger(
      triggerName(table, event),
      table.name,
      `AFTER ${event.toUpperCase()} ON ${quoted(table.name)}`,
      when,
      [`SELECT ${refusal} FROM hc_session s WHERE s.capture = 1`],
    )
  return [
    guard('insert'),
    guard('update', changed.filter(part => part !== undefined).join(' OR ')),
    guard('delete'),
  ]
}
