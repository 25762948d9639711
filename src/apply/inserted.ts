/**
 * Inserted: who made a new record that waits here, and when. Its history is not written; by this its maker knows it again,
 * if he is put back to before he had sent it (rejoin/keep-sent.ts).
 */
import { sql } from 'kysely'
import { LOG } from '../log/types.ts'
import { keyOf } from '../log/version.ts'
import type { WireLogRow } from '../packet/content.ts'
import type { UpContext } from './up-context.ts'

export async function noteInserted(
  { write, link, packet }: UpContext,
  rows: readonly WireLogRow[],
): Promise<void> {
  const inserts = rows.filter(({ type }) => type === LOG.insert)
  if (inserts.length === 0) return
  const held = await write.rows(
    sql<{ t: number; r: number }>`select tablenumber as t, record_id as r from hc_held
      where link_id = ${link.link_id} and packet = ${packet}`,
  )
  const waiting = new Set(held.map(({ t, r }) => keyOf(t, r)))
  await write.upsert(
    {
      table: 'hc_inserted',
      key: ['link_id', 'tablenumber', 'record_id'],
      columns: ['clock', 'associate_id'],
    },
    inserts
      .filter(({ table, record }) => waiting.has(keyOf(table, record)))
      .map(({ table, record, clock, associate }) => [link.link_id, table, record, clock, associate]),
  )
}
