/**
 * Relay: what a satellite hands on upwards besides its own edits: edits of its travellers on records that have left its
 * area (SPEC 9, "Upwards"), and merges that it has decided as their parent.
 * Never: judges. What became of what it hands on comes back by the version's name (apply/verdicts.ts).
 */
import { sql } from 'kysely'
import type { Tag } from '../core/ids.ts'
import type { Table } from '../dictionary/model.ts'
import type { Databases } from '../log/databases.ts'
import { PARENT_LINK } from '../log/version.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import type { Operation } from './content.ts'
import type { Link } from './link.ts'
import { fromWaiting } from './waiting.ts'

export async function countPassed(read: Reading): Promise<number> {
  const row = await read.row(sql<{ n: number }>`select count(*) as n from hc_passed where sent = 0`)
  return row?.n ?? 0
}

/** In the order of their coming. */
export async function passedOperations(
  read: Reading,
  databases: Databases,
  table: Table,
): Promise<Operation[]> {
  const rows = await read.rows(
    sql<{ operation: Uint8Array }>`select operation from hc_passed
      where sent = 0 and tablenumber = ${table.number} order by passed_id`,
  )
  return rows.map(({ operation }) => ({
    ...fromWaiting(databases, table, operation),
    born: false,
    passed: true,
  }))
}

/** Merges decided here since the last UP: [table, old, kept]. */
export async function ownAliases(read: Reading, link: Link): Promise<number[][]> {
  const rows = await read.rows(
    sql<{ t: number; o: number; k: number }>`select tablenumber as t, old_id as o, kept_id as k from hc_alias
      where position > ${link.cut_position} and link <> ${PARENT_LINK} order by position`,
  )
  return rows.map(row => [row.t, row.o, row.k])
}

/** @param number of the UP that carries them */
export async function noteRelayed(write: Writing, number: number): Promise<void> {
  await write.run(sql`update hc_passed set sent = ${number} where sent = 0`)
  await write.run(sql`update hc_brought set sent = ${number} where sent = 0`)
}

/** What became of an edit that a satellite sent: [table, record, maker of its version, position there, verdict]. */
export type WireVerdict = readonly [number, number, Tag, number, string]

export async function newVerdicts(read: Reading, databases: Databases, link: Link): Promise<WireVerdict[]> {
  const rows = await read.rows(
    sql<{
      t: number
      r: number
      m: number
      p: number
      v: string
    }>`select tablenumber as t, record_id as r, maker as m,
      maker_position as p, verdict as v from hc_verdict where link_id = ${link.link_id} order by tablenumber, record_id`,
  )
  return rows.map(row => [row.t, row.r, databases.tagOf(row.m), row.p, row.v])
}
