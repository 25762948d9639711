/**
 * Rewritten: rows that the database has stored in a form of its own (`1.50` for `1.5`, sorted JSON, a trigger that writes
 * capitals). They are the same edits under the same versions; whoever sent them is told how they read now.
 * Role:  rows as they were written in, the records whose rows read otherwise out.
 */
import { type Row, sameValue } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import type { Reading, Schema } from '../storage/contract.ts'

/** Only what may have been rewritten is read again. */
export async function rewrittenRecords(
  write: Reading & { readonly schema: Schema },
  table: Table,
  rows: readonly Row[],
): Promise<ReadonlySet<number>> {
  const rewritings = await write.schema.rewrites(table)
  const doubtful = rows.filter(row => rewritings.some(({ field, keeps }) => !keeps(row[field] ?? null)))
  if (doubtful.length === 0) return NONE
  const columns = rewritings.map(({ field }) => table.fields[field]!.name)
  const stored = await write.lookup(
    { table: table.name, key: [table.fields[0]!.name], columns },
    doubtful.map(row => [row[0]!]),
  )
  const other = doubtful.filter((row, index) =>
    rewritings.some(({ field }, at) => !sameValue(row[field] ?? null, stored[index]?.[at] ?? null)),
  )
  return new Set(other.map(row => row[0] as number))
}

const NONE: ReadonlySet<number> = new Set()
