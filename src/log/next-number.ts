/** Next number: rows of our own tables are numbered in the order of their coming. Whoever asks writes them in the same transaction. */
import { sql } from 'kysely'
import type { Reading } from '../storage/contract.ts'

export async function nextNumber(read: Reading, table: string, key: string): Promise<number> {
  const row = await read.row(
    sql<{ last: number }>`select coalesce(max(${sql.ref(key)}), 0) as last from ${sql.table(table)}`,
  )
  return (row?.last ?? 0) + 1
}
