/**
 * `sequence`: the documented way to take ids stays valid for any program (docs/ids.md).
 * Log ids (row 39): a plain counter below those of capture, which come from a sequence of their own: nobody waits.
 * Other rows: next_id may come to stand just past the end of the range, so that each id of it is usable, and no further.
 */
import { lastId } from '../../core/ids.ts'
import type { CapturePlan } from '../contract.ts'
import { prefixOfTable } from './capture-rows.ts'
import { FIRST_CAPTURE_ID, LOG_SEQUENCE_ROW, type Names } from './capture-sql.ts'

export const RANGE_FUNCTION = 'hc_sequence_range'

/** Holds while packets are applied too: the parent's own range can run out then. */
export function rangeBody(names: Names, plan: CapturePlan): string {
  const ends = plan.tables.map(({ table }) => ({
    row: table.number + 10,
    name: table.name,
    end: lastId(prefixOfTable(plan, table)),
  }))
  const cases = [...ends, { row: LOG_SEQUENCE_ROW, name: 'the log', end: FIRST_CAPTURE_ID - 1 }].map(
    ({ row, name, end }) => {
      const refusal = names.refuse('ID_RANGE_EXHAUSTED', `${name} has no more ids: its range ends at ${end}`)
      return `    when ${row} then if new.next_id > ${end + 1} then perform ${refusal}; end if;\n`
    },
  )
  return `\nbegin\n  case new.id\n${cases.join('')}    else null;\n  end case;\n  return null;\nend\n`
}
