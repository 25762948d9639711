/** Log change: one log row in words: what was done to which record, when, by whom. */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import { AREA_ASSIGNMENT_TABLE, AREA_INCLUSION_TABLE } from '../dictionary/travel-tables.ts'
import { LOG, logTypeName } from '../log/types.ts'
import type { LogRow, Reading } from '../storage/contract.ts'
import { nameOf, type Who } from './reasons.ts'

export interface LogChange {
  readonly position: number
  /** UTC seconds. */
  readonly time: number
  readonly type: string
  readonly who: Who
  readonly table: string
  readonly record: number
  readonly previous: number
  /** Whom the area included or was assigned to then, or not any more. */
  readonly person?: Who
}

const LINKS: Readonly<Record<number, string>> = { 40: AREA_ASSIGNMENT_TABLE, 41: AREA_INCLUSION_TABLE }

export async function changeOf(dictionary: LoadedDictionary, read: Reading, row: LogRow): Promise<LogChange> {
  const who = async (id: number): Promise<Who> => ({ id, name: await nameOf(dictionary, read, id) })
  const person = await personOf(read, row)
  return {
    position: row.position,
    time: row.time,
    type: logTypeName(row.type),
    who: await who(row.associate),
    table: dictionary.tableByNumber(row.table)?.name ?? String(row.table),
    record: row.record,
    previous: row.previous,
    ...(person && { person: await who(person) }),
  }
}

/** Of a row about the people of an area. @returns 0 for any other */
async function personOf(read: Reading, row: LogRow): Promise<number> {
  if (row.type === LOG.deleteAreaUserInclusion || row.type === LOG.deleteAreaUserAssignment)
    return row.previous
  const link = LINKS[row.table]
  if (link === undefined) return 0
  const found = await read.row(
    sql<{
      who: number
    }>`select associate_id as who from ${sql.table(link)} where ${sql.ref(`${link}_id`)} = ${row.record}`,
  )
  return found?.who ?? 0
}
