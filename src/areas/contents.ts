/**
 * Contents: the rows of each table that a copy of an area holds.
 */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { CopiedTable, Query, Reading } from '../storage/contract.ts'
import { tooOld } from './age.ts'
import type { AreaSlot } from './definitions.ts'
import { isPartOf, membersOf } from './membership.ts'
import { keyName } from './rules.ts'

const DAY = 86_400

/** @param now UTC seconds; the area's maximum age counts from there */
export async function areaContents(
  dictionary: LoadedDictionary,
  read: Reading,
  area: AreaSlot,
  now: number,
): Promise<CopiedTable[]> {
  const before = await oldestIn(read, area, now)
  return dictionary.prototyped.map(table => {
    const key = sql.ref(`${table.name}.${keyName(table)}`)
    const old = before === undefined ? undefined : tooOld(table, before)
    const conditions: Query[] = [
      ...(isPartOf(area, table) ? [sql`${key} in (${membersOf(area, table)})`] : []),
      ...(old ? [sql`not ${old}`] : []),
    ]
    return conditions.length === 0 ? { table } : { table, where: sql.join(conditions, sql` and `) }
  })
}

/** The moment before which records are too old for the area; undefined: none are. @param now UTC seconds */
export async function oldestIn(read: Reading, area: AreaSlot, now: number): Promise<string | undefined> {
  const row = await read.row(
    sql<{ days: number }>`select maxdataage as days from area where area_id = ${area.area_id}`,
  )
  const days = row?.days ?? 0
  return days > 0 ? new Date((now - days * DAY) * 1000).toISOString().replace(/\.\d+/, '') : undefined
}
