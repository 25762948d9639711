/** Ids from the classic `sequence` table, by its documented protocol (docs/ids.md). */
import { sql } from 'kysely'
import { assume } from '../core/errors.ts'
import type { RecordId } from '../core/ids.ts'
import type { Table } from '../dictionary/model.ts'
import type { Writing } from '../storage/contract.ts'

/** The sequence row of a table. */
export const sequenceRow = (tableNumber: number): number => tableNumber + 10

/**
 * The same for a table whose application takes ids elsewhere (an identity column): neither gives one that the other has given.
 * @returns the first of `count` ids in a row. @throws {HomecomingError} ID_RANGE_EXHAUSTED
 */
export async function takeFreeIds(write: Writing, table: Table, count: number): Promise<RecordId> {
  const id = sequenceRow(table.number)
  const row = await write.row(sql<{ next: number }>`select next_id as next from sequence where id = ${id}`)
  assume(row, `table ${table.number} has no row in sequence`)
  const key = sql.ref(table.fields[0]!.name)
  const used = await write.row(sql<{
    top: number | null
  }>`select max(${key}) as top from ${sql.table(table.name)}
    where ${key} between ${row.next} and ${row.next | 0xffffff}`)
  if (used?.top != null) await write.run(sql`update sequence set next_id = ${used.top + 1} where id = ${id}`)
  const first = await takeIds(write, table.number, count)
  await write.schema.passIds(table, first + count - 1)
  return first
}

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
