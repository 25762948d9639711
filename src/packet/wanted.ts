/**
 * Wanted: records that a parent lacks values of, because an edit of some fields won over a deletion (SPEC 9).
 * It asks in the head of a DWN; the child keeps the record meanwhile and sends it in full.
 */
import { sql } from 'kysely'
import { PARENT_LINK } from '../log/version.ts'
import type { Reading, Writing } from '../storage/contract.ts'

/** At a child: what it was asked for, by table. */
export async function readWanted(
  read: Reading,
  link = PARENT_LINK,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const rows = await read.rows(
    sql<{
      t: number
      r: number
    }>`select tablenumber as t, record_id as r from hc_wanted where link_id = ${link}`,
  )
  const byTable = Map.groupBy(rows, ({ t }) => t)
  return new Map([...byTable].map(([table, some]) => [table, new Set(some.map(({ r }) => r))]))
}

export async function noteWanted(
  write: Writing,
  link: number,
  table: number,
  records: readonly number[],
): Promise<void> {
  await write.upsert(
    { table: 'hc_wanted', key: ['link_id', 'tablenumber', 'record_id'], columns: [] },
    records.map(record => [link, table, record]),
  )
}

/** The child has sent them: until the answer comes they are in flight again. */
export async function forgetWanted(write: Writing, number: number): Promise<void> {
  await write.run(sql`update hc_version set sent = ${number} where exists (select 1 from hc_wanted w
    where w.link_id = ${PARENT_LINK} and w.tablenumber = hc_version.tablenumber and w.record_id = hc_version.record_id)`)
  await write.run(sql`update hc_field_version set sent = ${number} where exists (select 1 from hc_wanted w
    where w.link_id = ${PARENT_LINK} and w.tablenumber = hc_field_version.tablenumber and w.record_id = hc_field_version.record_id)`)
  await write.run(sql`delete from hc_wanted where link_id = ${PARENT_LINK}`)
}
