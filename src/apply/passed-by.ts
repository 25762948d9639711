/**
 * Passed by: what a parent tells of a record while an edit of ours is on its way is not written here: the edit will be answered.
 * Role:  kept until then (`hc_passed_by`), so that it can be given back to a parent that was put back and has neither.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { nextNumber } from '../log/next-number.ts'
import { encode } from '../packet/msgpack-writer.ts'
import type { Writing } from '../storage/contract.ts'
import type { DwnContext } from './dwn-context.ts'
import type { Incoming } from './operation.ts'

/** What nobody has changed, and what only leaves, is no change that could be lost. */
export async function passBy(
  { write, link }: Pick<DwnContext, 'write' | 'link'>,
  table: Table,
  operations: readonly Incoming[],
): Promise<void> {
  const changes = operations.filter(({ kind, version }) => kind !== 'leave' && version !== null)
  if (changes.length === 0) return
  const first = await nextNumber(write, 'hc_passed_by', 'passed_id')
  await write.insert(
    {
      table: 'hc_passed_by',
      key: ['passed_id'],
      columns: ['tablenumber', 'record_id', 'operation', 'sent'],
    },
    changes.map((operation, index) => [
      first + index,
      table.number,
      operation.record,
      encode(operation),
      link.out_number,
    ]),
  )
}

/** The parent has read the edit, and knew then what it had told itself. */
export const forgetPassedBy = (write: Writing, acknowledged: number): Promise<number> =>
  write.run(sql`delete from hc_passed_by where sent <= ${acknowledged}`)
