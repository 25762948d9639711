/**
 * Inserts: which new records of a child are known here, and when they were made, so that a child that was set back can tell
 * what it has sent in the lost life from what it has made under the same id since.
 */
import { sql } from 'kysely'
import { firstId, lastId, prefixOf } from '../core/ids.ts'
import { LOG } from '../log/types.ts'
import { keyOf } from '../log/version.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { isSatellite, type Link } from './link.ts'
import { runOwner } from './pairs.ts'
import type { Insert } from './rejoin-notes.ts'
import { readRejoin } from './rejoin-state.ts'

/** The newest: what was sent long ago no copy has unsent. */
const MOST = 20_000

export async function insertsOf(read: Writing, link: Link): Promise<Insert[]> {
  const local = isSatellite(link) ? await ofItsRange(read, link) : await ofItsPairs(read, link)
  const keys = [...local.values()].map(({ table, record }) => ({ table, record }))
  const rows = (await read.log.about(keys)).filter(row => row.type === LOG.insert)
  const clocks = await read.lookup(
    { table: 'hc_clock', key: ['position'], columns: ['clock'] },
    rows.map(row => [row.position]),
  )
  const inserts = rows.map(
    (row, index): Insert => [
      row.table,
      local.get(keyOf(row.table, row.record))!.local,
      (clocks[index]?.[0] as number | undefined) ?? row.time,
      row.associate,
    ],
  )
  const known = [...inserts, ...(await heldOnce(read, link, local))]
  return [...known, ...(await underOldIds(read, link, known))]
}

/** New records that were held here came without a log row. What was let go is not known here. */
async function heldOnce(read: Reading, link: Link, local: ReadonlyMap<number, Known>): Promise<Insert[]> {
  const rows = await read.rows(
    sql<{
      table: number
      record: number
      clock: number
      associate: number
    }>`select tablenumber as "table", record_id as record, clock, associate_id as associate from hc_inserted i
      where link_id = ${link.link_id} and (exists (select 1 from hc_held h where h.link_id = i.link_id
        and h.tablenumber = i.tablenumber and h.record_id = i.record_id) or exists (select 1 from hc_version v
        where v.tablenumber = i.tablenumber and v.record_id = i.record_id)) order by tablenumber, record_id`,
  )
  return rows.flatMap(({ table, record, clock, associate }) => {
    const known = local.get(keyOf(table, record))
    return known ? [[table, known.local, clock, associate] as const] : []
  })
}

/** A copy from before they got other ids has them under the old ones. */
async function underOldIds(read: Reading, link: Link, inserts: readonly Insert[]): Promise<Insert[]> {
  const { former } = await readRejoin(read, link.link_id)
  const known = new Map(inserts.map(insert => [keyOf(insert[0], insert[1]), insert]))
  return former
    .flatMap(({ renumbered }) => renumbered ?? [])
    .flatMap(([table, old, now]) => {
      const insert = known.get(keyOf(table, now))
      return insert ? [[table, old, insert[2], insert[3], now] as const] : []
    })
}

interface Known {
  readonly table: number
  /** Its id here. */
  readonly record: number
  /** Its id at the child. */
  readonly local: number
}

const byRecord = (known: readonly Known[]): Map<number, Known> =>
  new Map(known.map(one => [keyOf(one.table, one.record), one]))

async function ofItsPairs(read: Writing, link: Link): Promise<Map<number, Known>> {
  const runs = await read.rows(
    sql<{ table: number; local: number; parent: number; count: number }>`select table_number as "table",
      local_id as local, parent_id as parent, counter as count from travelidmapping
      where cdbname = ${runOwner(link.tag)} order by travelidmapping_id desc limit ${MOST}`,
  )
  const known = runs.flatMap(({ table, local, parent, count }) =>
    Array.from({ length: count }, (_, k) => ({ table, record: parent + k, local: local + k })),
  )
  return byRecord(known.slice(0, MOST))
}

async function ofItsRange(read: Writing, { travel_id }: Link): Promise<Map<number, Known>> {
  const number = prefixOf(travel_id)
  const rows = await read.rows(
    sql<{ table: number; record: number }>`select tablenumber as "table", record_id as record from hc_version
      where record_id between ${firstId(number)} and ${lastId(number)} order by position desc limit ${MOST}`,
  )
  return byRecord(rows.map(row => ({ ...row, local: row.record })))
}
