/**
 * Triggers on `sequence`: the documented way to take ids stays valid for any program.
 * Log ids (row 39): capture appends rows, so `UPDATE sequence SET next_id = next_id + n` is answered by a marker row of
 *   type 0 that lies n ids above the last one, and next_id becomes its id: `next_id - n ..` is free, capture goes on above.
 * Other rows: next_id may come to stand just past the end of the range, so that each id of it is usable, and no further.
 * Note: `RETURNING next_id` gives the value before the trigger; the protocol is UPDATE, then SELECT.
 */
import { lastId } from '../../core/ids.ts'
import { LOG } from '../../log/types.ts'
import type { CapturePlan } from '../contract.ts'
import { prefixOfTable } from './capture-rows.ts'
import {
  ACTOR,
  LOG_COLUMNS,
  LOG_ID,
  LOG_TABLE,
  LOG_TABLE_NUMBER,
  refuse,
  TIME,
  type Trigger,
  trigger,
} from './capture-sql.ts'

const LOG_SEQUENCE = LOG_TABLE_NUMBER + 10
const SEQUENCE = 'sequence'
const EVENT = `AFTER UPDATE OF next_id ON ${SEQUENCE}`

export const sequenceTriggers = (plan: CapturePlan): Trigger[] => [reserveTrigger(), rangeTrigger(plan)]

/** The last condition keeps it from answering itself where a client has recursive_triggers=ON. */
function reserveTrigger(): Trigger {
  const taken = 'NEW.next_id - OLD.next_id'
  const answered = `SELECT 1 FROM ${LOG_TABLE} WHERE ${LOG_ID} = NEW.next_id AND type = ${LOG.marker} AND record_id > 0`
  const when = `NEW.id = ${LOG_SEQUENCE} AND ${taken} > 0 AND NOT EXISTS (${answered})`
  const last = `(SELECT coalesce(max(${LOG_ID}), 0) FROM ${LOG_TABLE})`
  const values = [`${last} + 1 + ${taken}`, TIME, 0, LOG.marker, ACTOR, LOG_TABLE_NUMBER, taken, 0, 0, 0]
  return trigger('hc_sequence_reserve', SEQUENCE, EVENT, when, [
    `INSERT INTO ${LOG_TABLE} (${LOG_ID}, ${LOG_COLUMNS}) SELECT ${values.join(', ')} FROM hc_session s`,
    `UPDATE sequence SET next_id = ${last} WHERE id = ${LOG_SEQUENCE}`,
  ])
}

/** Holds while packets are applied too: the parent's own range can run out then. */
function rangeTrigger(plan: CapturePlan): Trigger {
  const cases = plan.tables.map(({ table }) => {
    const end = lastId(prefixOfTable(plan, table))
    const refusal = refuse('ID_RANGE_EXHAUSTED', `${table.name} has no more ids: its range ends at ${end}`)
    return `WHEN ${table.number + 10} THEN CASE WHEN NEW.next_id > ${end + 1} THEN ${refusal} END`
  })
  const when = `NEW.next_id > OLD.next_id AND NEW.id <> ${LOG_SEQUENCE}`
  return trigger('hc_sequence_range', SEQUENCE, EVENT, when, [
    `SELECT CASE NEW.id ${cases.join('\n    ')} END`,
  ])
}
