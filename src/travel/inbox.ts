/**
 * Inbox: what became of a person's edits after they were made, for that person (SPEC 9).
 * Role:  lists messages and marks them as read. At a child the parent hears of that with the next UP.
 */
import { sql } from 'kysely'
import type { Site } from '../log/site.ts'
import type { Reading, Writing } from '../storage/contract.ts'

/** One edit, and what became of it. */
export interface Message {
  readonly id: number
  /** When it was decided, UTC seconds. */
  readonly time: number
  readonly associate: number
  readonly table: string
  readonly record: number
  /** What had been said of it before; undefined: nothing. */
  readonly was: 'held' | 'applied' | undefined
  readonly verdict: string
  readonly reason: string | undefined
  /** The UP that brought it; undefined: none that was being read. */
  readonly packet: number | undefined
  /** What was lost, among the conflicts. */
  readonly conflict: number | undefined
  /** UTC seconds; undefined: not yet. */
  readonly read: number | undefined
}

export interface InboxFilter {
  /** Messages for this person only. */
  readonly associate?: number
  /** Also those that were read. */
  readonly all?: boolean
  readonly limit?: number
}

interface MessageRow {
  message_id: number
  time: number
  associate_id: number
  packet: number
  tablenumber: number
  record_id: number
  was: string
  verdict: string
  reason: string
  conflict_id: number
  read_time: number
}

/** @returns the newest first */
export async function listInbox(site: Site, read: Reading, filter: InboxFilter = {}): Promise<Message[]> {
  const rows = await read.rows(
    sql<MessageRow>`select * from hc_inbox where ${wanted(filter)}
      order by message_id desc limit ${filter.limit ?? 100}`,
  )
  return rows.map(row => messageOf(site, row))
}

const wanted = ({ associate, all }: InboxFilter) =>
  sql`${all ? sql`1 = 1` : sql`read_time = 0`} and ${associate === undefined ? sql`1 = 1` : sql`associate_id = ${associate}`}`

const messageOf = (site: Site, row: MessageRow): Message => ({
  id: row.message_id,
  time: row.time,
  associate: row.associate_id,
  table: site.dictionary.tableByNumber(row.tablenumber)?.name ?? String(row.tablenumber),
  record: row.record_id,
  was: row.was === 'held' || row.was === 'applied' ? row.was : undefined,
  verdict: row.verdict,
  reason: row.reason || undefined,
  packet: row.packet || undefined,
  conflict: row.conflict_id || undefined,
  read: row.read_time || undefined,
})

/** @param ids of messages; those that were read stay as they are @returns how many became read */
export async function markMessages(site: Site, write: Writing, ids: readonly number[]): Promise<number> {
  const now = site.platform.clock.now()
  let count = 0
  for (const id of ids) {
    const unread = sql`message_id = ${id} and read_time = 0`
    if (!(await write.row(sql`select 1 from hc_inbox where ${unread}`))) continue
    await write.run(sql`update hc_inbox set read_time = ${now} where ${unread}`)
    count += 1
  }
  return count
}
