/** Differences: the record of what was not the same, where, when, and how it was found (hc_difference). */
import { sql } from 'kysely'
import { nextNumber } from '../log/next-number.ts'
import type { Query, Reading, Writing } from '../storage/contract.ts'

/** Seen from the child, or of rows against the log: missing and extra rows. */
export type DifferenceKind = 'missing' | 'extra' | 'differs'

/** `hash`: two databases were compared. `not-captured`: rows and log were. */
export type DifferenceReason = 'hash' | 'not-captured'

export interface RecordDifference {
  readonly table: number
  readonly record: number
  readonly what: DifferenceKind
  /** The row that was here, JSON by field name; empty where it is not known or there was none. */
  readonly before: string
}

export interface NotedDifference extends RecordDifference {
  readonly id: number
  readonly time: number
  /** 0: found without another database; -1: with the parent. */
  readonly link: number
  readonly reason: DifferenceReason
  /** 0: not yet. */
  readonly repaired: number
}

export async function noteDifferences(
  write: Writing,
  found: readonly RecordDifference[],
  how: {
    readonly link: number
    readonly reason: DifferenceReason
    readonly time: number
    readonly repaired: number
  },
): Promise<void> {
  const first = await nextNumber(write, 'hc_difference', 'difference_id')
  await write.insert(
    {
      table: 'hc_difference',
      key: ['difference_id'],
      columns: ['time', 'link_id', 'tablenumber', 'record_id', 'what', 'reason', 'before', 'repaired_time'],
    },
    found.map(({ table, record, what, before }, index) => [
      first + index,
      how.time,
      how.link,
      table,
      record,
      what,
      how.reason,
      before,
      how.repaired,
    ]),
  )
}

/** Both ends are the same now. */
export async function noteRepaired(write: Writing, time: number): Promise<void> {
  await write.run(sql`update hc_difference set repaired_time = ${time} where repaired_time = 0`)
}

export const readDifferences = (read: Reading, limit = 100): Promise<NotedDifference[]> =>
  read.rows(
    sql<NotedDifference>`select ${columns} from hc_difference order by difference_id desc limit ${limit}`,
  )

export async function countDifferences(read: Reading): Promise<{ all: number; open: number; last: number }> {
  const row = await read.row(sql<{ n: number; open: number; last: number }>`select count(*) as n,
    coalesce(sum(case when repaired_time = 0 then 1 else 0 end), 0) as open, coalesce(max(time), 0) as last
    from hc_difference`)
  return { all: row?.n ?? 0, open: row?.open ?? 0, last: row?.last ?? 0 }
}

const columns: Query = sql`difference_id as id, time, link_id as link, tablenumber as "table", record_id as record,
  what, reason, before, repaired_time as repaired`
