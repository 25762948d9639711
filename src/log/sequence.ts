/** Ids from the classic `sequence` table, by its documented protocol (docs/ids.md). */
import { sql } from 'kysely'
import { assume } from '../core/errors.ts'
import type { RecordId } from '../core/ids.ts'
import type { Writing } from '../storage/contract.ts'

/** The sequence row of a table. */
export const sequenceRow = (tableNumber: number): number => tableNumber + 10

/** @returns the first of `count` ids in a row. @throws {HomecomingError} ID_RANGE_EXHAUSTED */
export async function takeIds(write: Writing, tableNumber: number, count: number): Promise<RecordId> {
  const id = sequenceRow(tableNumber)
  await write.run(sql`update sequence set next_id = next_id + ${count} where id = ${id}`)
  const row = await write.row(
    sql<{ first: number }>`select next_id - ${count} as first from sequence where id = ${id}`,
  )
  assume(row, `table ${tableNumber} has no row in sequence`)
  return row.first
}
