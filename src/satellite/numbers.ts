/** Satellite numbers: 1 to 114, the lowest that was never used (SPEC 3: a number is never given out twice). */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import { firstId, LAST_SATELLITE, lastId, RANGE } from '../core/ids.ts'
import type { Table } from '../dictionary/model.ts'
import type { Reading } from '../storage/contract.ts'

/** What satellites give out from: each of their numbers as `travel_id` of a link. */
export const travelIdOf = (number: number): number => number * RANGE

/** @throws {HomecomingError} SATELLITES_EXHAUSTED */
export async function lowestNeverUsed(read: Reading): Promise<number> {
  const rows = await read.rows(
    sql<{ n: number }>`select distinct travel_id / ${RANGE} as n from hc_link
      where link_id > 0 and travel_id >= ${RANGE} order by n`,
  )
  const used = new Set(rows.map(row => row.n))
  for (let number = 1; number <= LAST_SATELLITE; number++) if (!used.has(number)) return number
  throw new HomecomingError('SATELLITES_EXHAUSTED', `all ${LAST_SATELLITE} satellite numbers were used`)
}

/** After a loss: so many ids are stepped over. */
const AFTER_A_LOSS = 65_536

/**
 * @param again a satellite that is made anew: ids that were never sent may be in use there
 * @returns the next id of a table in a satellite's range
 */
export async function nextIdOf(read: Reading, table: Table, number: number, again: boolean): Promise<number> {
  const key = sql.ref(table.fields[0]!.name)
  const row = await read.row(
    sql<{ id: number | null }>`select max(${key}) as id from ${sql.table(table.name)}
      where ${key} between ${firstId(number)} and ${lastId(number)}`,
  )
  const highest = await read.row(
    sql<{ id: number | null }>`select max(record_id) as id from hc_version where tablenumber = ${table.number}
      and record_id between ${firstId(number)} and ${lastId(number)}`,
  )
  const next = Math.max(row?.id ?? 0, highest?.id ?? 0, firstId(number) - 1) + 1
  return again ? next + AFTER_A_LOSS : next
}
