/** Lag: how much has happened here that a child or a prototype does not know yet. Positions left out after a break are nothing. */
import { sql } from 'kysely'
import type { Writing } from '../storage/contract.ts'

/** Rows of the log, and at a satellite the records that left it: those stand in no log. */
export async function changesAfter(write: Writing, position: number): Promise<number> {
  const left = await write.row(
    sql<{ count: number }>`select count(*) as count from hc_left where position > ${position}`,
  )
  return (await write.log.countAfter(position)) + (left?.count ?? 0)
}
