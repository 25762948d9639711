/** Own numbers: the rows of a satellite's journal or inbox that stand for rows of central's, by central's numbers. */
import { sql } from 'kysely'
import { nextNumber } from '../log/next-number.ts'
import type { DwnContext } from './dwn-context.ts'

const KEYS = { hc_conflict: 'conflict_id', hc_inbox: 'message_id' } as const

/** @returns for each number of the parent the one it has here: what has come before keeps its own */
export async function ownNumbers(
  { write }: Pick<DwnContext, 'write'>,
  table: keyof typeof KEYS,
  theirs: readonly number[],
): Promise<Map<number, number>> {
  const key = sql.ref(KEYS[table])
  const numbers = new Map<number, number>()
  let next = await nextNumber(write, table, KEYS[table])
  for (const id of theirs) {
    const known = await write.row(
      sql<{ id: number }>`select ${key} as id from ${sql.table(table)} where parent_id = ${id}`,
    )
    numbers.set(id, known?.id ?? numbers.get(id) ?? next++)
  }
  return numbers
}
