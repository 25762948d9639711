/**
 * Left: records that have left a satellite's own area, so that its travellers hear of it (SPEC 6, "Leave").
 * A record that is there, or was deleted, has not left.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import type { Writing } from '../storage/contract.ts'

/** @param position of this database, at which it left */
export async function noteLeft(
  write: Writing,
  table: Table,
  records: readonly number[],
  position: number,
): Promise<void> {
  await write.upsert(
    { table: 'hc_left', key: ['tablenumber', 'record_id'], columns: ['position'] },
    records.map(record => [table.number, record, position]),
  )
}

export async function forgetLeft(write: Writing, table: Table, records: readonly number[]): Promise<void> {
  if (records.length === 0 || !(await write.row(sql`select 1 from hc_left limit 1`))) return
  await write.remove(
    { table: 'hc_left', key: ['tablenumber', 'record_id'], columns: [] },
    records.map(record => [table.number, record]),
  )
}
