/** Aliases: a record that was merged into another, old -> kept. Kept for good. */
import { sql } from 'kysely'
import type { Reading } from '../storage/contract.ts'

/** @returns [table, old id, kept id] in the order in which they were decided */
export async function newAliases(read: Reading, after: number): Promise<[number, number, number][]> {
  const rows = await read.rows(
    sql<{
      tablenumber: number
      old_id: number
      kept_id: number
    }>`select tablenumber, old_id, kept_id from hc_alias
      where position > ${after} order by position, tablenumber, old_id`,
  )
  return rows.map(row => [row.tablenumber, row.old_id, row.kept_id])
}
