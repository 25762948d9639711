/**
 * Table writer: rows by field name into one table, with ids taken from `sequence` the documented way.
 * Any application may write like this, before travel is activated and after; then each row is captured.
 */
import { type HomecomingDatabase, sql, type Value, type Writing } from '../../src/index.ts'

export type Fields = Readonly<Record<string, Value>>

/** @returns the id of each record, in the order given */
export async function insertAll(
  database: HomecomingDatabase,
  write: Writing,
  table: string,
  records: readonly Fields[],
): Promise<number[]> {
  const { fields, number } = database.dictionary.table(table)
  const first = await takeIds(write, number, records.length)
  const columns = Object.keys(records[0] ?? {})
  await write.insert(
    { table, key: [fields[0]!.name], columns },
    records.map((record, index) => [first + index, ...columns.map(column => record[column] ?? null)]),
  )
  return records.map((_, index) => first + index)
}

/** Raises the row of the table (its number and ten), and gives the first of the ids that were there. */
async function takeIds(write: Writing, tableNumber: number, count: number): Promise<number> {
  const row = tableNumber + 10
  await write.run(sql`update sequence set next_id = next_id + ${count} where id = ${row}`)
  const taken = await write.row(
    sql<{ first: number }>`select next_id - ${count} as first from sequence where id = ${row}`,
  )
  return taken!.first
}
