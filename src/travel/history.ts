/** The log for people: table, record, type, who, when, where from. */
import { sql } from 'kysely'
import type { Site } from '../log/site.ts'
import { logTypeName } from '../log/types.ts'
import type { Reading } from '../storage/contract.ts'
import { namesOf } from './people.ts'

export interface LogEntry {
  readonly id: number
  /** UTC seconds. */
  readonly time: number
  readonly type: string
  readonly table: string
  readonly record: number
  readonly previous: number
  readonly who: string
  readonly origin: string
}

export interface LogFilter {
  readonly table?: string
  readonly record?: number
  readonly associate?: number
  readonly limit?: number
}

/** By time: ids are names, and on a server those of programs that take theirs from `sequence` are far below all others.
 *  @returns the newest first. @throws {HomecomingError} TABLE_UNKNOWN */
export async function listLog(site: Site, read: Reading, filter: LogFilter = {}): Promise<LogEntry[]> {
  const names = await namesOf(site, read)
  const conditions = [
    sql`type <> 0`,
    ...(filter.table === undefined ? [] : [sql`tablenumber = ${site.dictionary.table(filter.table).number}`]),
    ...(filter.record === undefined ? [] : [sql`record_id = ${filter.record}`]),
    ...(filter.associate === undefined ? [] : [sql`associate_id = ${filter.associate}`]),
  ]
  const rows = await read.rows(
    sql<Record<string, number>>`select * from traveltransactionlog where ${sql.join(conditions, sql` and `)}
      order by ttime desc, traveltransactionlog_id desc limit ${filter.limit ?? 50}`,
  )
  return rows.map(row => ({
    id: row.traveltransactionlog_id!,
    time: row.ttime!,
    type: logTypeName(row.type!),
    table: site.dictionary.tableByNumber(row.tablenumber!)?.name ?? String(row.tablenumber),
    record: row.record_id!,
    previous: row.prev_record_id!,
    who: names.get(row.associate_id!) ?? String(row.associate_id),
    origin: originName(row.origin_id!, names),
  }))
}

const originName = (origin: number, names: ReadonlyMap<number, string>): string =>
  origin === 0 ? 'here' : origin === -1 ? 'parent' : (names.get(origin) ?? String(origin))
