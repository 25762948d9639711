/**
 * Membership: what other stages ask about an area, as conditions of their own queries.
 * Never: brings it up to date: see upkeep.ts.
 */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import { isByArea } from '../dictionary/followers.ts'
import type { Table } from '../dictionary/model.ts'
import type { Query, Reading } from '../storage/contract.ts'
import { type AreaSlot, hasBit } from './definitions.ts'

/** The area of everything: its number, and what membership knows of it. */
export const EVERYTHING = 0
const ALL: AreaSlot = { area_id: EVERYTHING, word: -1, bit: 0, alldata: 1 }

/**
 * @returns the area, ready to build and to send from
 * @throws {HomecomingError} AREA_UNKNOWN where it is gone; AREA_EMPTY where it includes nobody: it never empties a child
 */
export async function usableArea(read: Reading, area: number): Promise<AreaSlot> {
  const slot = await slotOf(read, area)
  if (!slot) throw new HomecomingError('AREA_UNKNOWN', `there is no area ${area}`, { area })
  if (!slot.alldata && !(await includesSomebody(read, area)))
    throw new HomecomingError('AREA_EMPTY', `area ${area} includes nobody`, { area })
  return slot
}

const includesSomebody = async (read: Reading, area: number): Promise<boolean> =>
  (await read.row(
    sql`select 1 from areauserinclusion where area_id = ${area} and associate_id <> 0 limit 1`,
  )) !== undefined

/** An area that nothing belongs to. */
export const goneArea = (area: number): AreaSlot => ({ area_id: area, word: -1, bit: 1, alldata: 0 })

/** False: there is no such area, or it includes nobody. */
export async function isUsable(read: Reading, area: number): Promise<boolean> {
  const slot = await slotOf(read, area)
  return slot !== undefined && (slot.alldata === 1 || (await includesSomebody(read, area)))
}

/** @returns undefined where there is no such area (any more) */
export async function slotOf(read: Reading, area: number): Promise<AreaSlot | undefined> {
  if (area === EVERYTHING) return ALL
  return read.row(sql<AreaSlot>`select area_id, word, bit, alldata from hc_area_slot where area_id = ${area}`)
}

/** @returns the area that a person is assigned to; without one, everything */
export async function areaOfPerson(read: Reading, associate: number): Promise<number> {
  const row = await read.row(
    sql<{
      area: number
    }>`select min(area_id) as area from areauserassignment where associate_id = ${associate}`,
  )
  return row?.area ?? EVERYTHING
}

/** True where only some records of the table are in the area. */
export const isPartOf = (slot: AreaSlot, table: Table): boolean => !slot.alldata && isByArea(table)

/** A condition: the record is in the area. @param record an expression for its id */
export const isMember = (slot: AreaSlot, table: Table, record: Query): Query =>
  isPartOf(slot, table)
    ? sql`exists (select 1 from hc_member m where m.word = ${slot.word} and m.tablenumber = ${table.number}
        and m.record_id = ${record} and (m.mask & ${slot.bit}) <> 0)`
    : sql`1 = 1`

/** The ids of the members of a table that is part of the area, ascending. */
export const membersOf = (slot: AreaSlot, table: Table): Query =>
  sql`select m.record_id from hc_member m where m.word = ${slot.word} and m.tablenumber = ${table.number}
    and (m.mask & ${slot.bit}) <> 0`

/** For many records at once. @param keys by table number and id @returns in their order, true where it is in the area */
export async function membersAmong(
  read: Reading,
  { word, bit }: AreaSlot,
  keys: readonly (readonly [table: number, record: number])[],
): Promise<boolean[]> {
  const found = await read.lookup(
    { table: 'hc_member', key: ['word', 'tablenumber', 'record_id'], columns: ['mask'] },
    keys.map(key => [word, ...key]),
  )
  return found.map(row => row !== undefined && hasBit(row[0] as number, bit))
}
