/**
 * Rehash: records that are to be hashed again although no version says that they changed: references that a merge has
 * turned, and at a satellite whatever its parent has told it.
 */
import { sql } from 'kysely'
import type { Query, Reading, Writing } from '../storage/contract.ts'
import { OWN_SIDE, PARENT_SIDE, type Side } from './tables.ts'

const BOTH: readonly Side[] = [OWN_SIDE, PARENT_SIDE]

/** On whichever sides are kept here. @param records a query of one column of ids */
export async function rehash(write: Writing, table: number, records: Query): Promise<void> {
  for (const side of BOTH)
    await write.run(sql`insert into hc_rehash (side, tablenumber, record_id)
      select ${side}, ${table}, r.id from (select 0 as id where 1 = 0 union all ${records}) r
      where true on conflict do nothing`)
}

export async function rehashThese(
  write: Writing,
  side: Side,
  table: number,
  records: readonly number[],
): Promise<void> {
  await write.upsert(
    { table: 'hc_rehash', key: ['side', 'tablenumber', 'record_id'], columns: [] },
    records.map(record => [side, table, record]),
  )
}

export async function readRehash(read: Reading, side: Side): Promise<Map<number, number[]>> {
  const rows = await read.rows(sql<{ t: number; r: number }>`select tablenumber as t, record_id as r
    from hc_rehash where side = ${side} order by tablenumber, record_id`)
  const found = new Map<number, number[]>()
  for (const { t, r } of rows) {
    const some = found.get(t) ?? []
    if (some.length === 0) found.set(t, some)
    some.push(r)
  }
  return found
}

/** @param both the other side is not kept here */
export async function forgetRehash(write: Writing, side: Side, both: boolean): Promise<void> {
  await write.run(sql`delete from hc_rehash where ${both ? sql`true` : sql`side = ${side}`}`)
}
