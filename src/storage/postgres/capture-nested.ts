/**
 * Triggers of the application that write the table which fired them: each row's come before those of the statement, so
 * what they did to a record stands in the log before what set them off.
 * Shape:  where a captured statement ran inside a trigger in this transaction, the last row about each record is made
 *         true: Delete where the record is gone after all, Insert where it is there again.
 * Note:   an Update before its Insert is taken for one insert (src/log/fold.ts).
 */
import { LOG } from '../../log/types.ts'
import { type CaptureEvent, keyOf, MODE } from './capture-sql.ts'
import type { CaptureParts } from './capture-update.ts'

const NOTED = `pg_catalog.set_config('homecoming.nested', 'on', true)`
const IS_NOTED = `pg_catalog.current_setting('homecoming.nested', true) = 'on'`

export function settleNested({ names, table }: CaptureParts, event: CaptureEvent): string[] {
  if (event === 'truncate') return []
  const [type, rows] = event === 'delete' ? [LOG.insert, 'old_rows'] : [LOG.delete, 'new_rows']
  const key = keyOf(table)
  const there = `exists (select from ${names.of(table.name)} t where t.${key} = x.${key})`
  const from = `${rows} x\n  where ${event === 'delete' ? there : `not ${there}`}`
  const row = names.logSelect(table, { type, record: `x.${key}`, previous: '0', flags: 0 }, from)
  return [
    `if pg_catalog.pg_trigger_depth() > 1 then perform ${NOTED}; end if`,
    `if ${IS_NOTED} and ${MODE} is distinct from 'off' then\n  ${names.logInsert([row])};\n  end if`,
  ]
}
