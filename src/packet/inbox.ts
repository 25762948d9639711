/**
 * Inbox: messages on their way to the person they are for, and back the news that they were read.
 * Shape:  DWN: rows of MESSAGE_COLUMNS, in the parent's ids. UP: [message, when it was read].
 * Never:  sends a message that was read.
 */
import { sql } from 'kysely'
import type { Row } from '../core/values.ts'
import { PARENT_LINK } from '../log/version.ts'
import type { Query, Reading, Writing } from '../storage/contract.ts'
import { isSatellite, type Link } from './link.ts'

/** A message as packets carry it: the columns below, in this order. */
export const MESSAGE_COLUMNS = [
  'message_id',
  'time',
  'associate_id',
  'packet',
  'tablenumber',
  'record_id',
  'was',
  'verdict',
  'reason',
  'conflict_id',
] as const

/** For the person who is out, whenever the edit was made; and for whoever else worked on this journey. */
const unheard = (link: Link): Query =>
  sql`read_time = 0 and told_link <> ${link.link_id} and (associate_id = ${link.travel_id} or link_id = ${link.link_id}
    or associate_id in (${peopleOf(link)}))`

/** Who logs in at a satellite; nobody else shares a link. */
const peopleOf = (link: Link): Query =>
  isSatellite(link)
    ? sql`select associate_id from areauserassignment where area_id = ${link.area_id}`
    : sql`select -1 where 0 = 1`

export async function newMessages(read: Reading, link: Link): Promise<Row[]> {
  const columns = sql.join(MESSAGE_COLUMNS.map(name => sql.ref(name)))
  const rows: Row[] = []
  const query = sql`select ${columns} from hc_inbox where ${unheard(link)} order by message_id`
  for await (const batch of read.batches(query, 1_000)) for (const row of batch) rows.push(row)
  return rows
}

/** Entries of the journal that new messages name: they go along, wherever the edit was made. */
export const namedConflicts = (link: Link): Query =>
  sql`select conflict_id from hc_inbox where conflict_id > 0 and ${unheard(link)}`

export async function noteMessagesSent(write: Writing, link: Link): Promise<void> {
  await write.run(sql`update hc_inbox set told_link = ${link.link_id} where ${unheard(link)}`)
}

/** At a child: what was read here and not told yet. */
export const newlyRead = (read: Reading): Promise<{ id: number; time: number }[]> =>
  read.rows(
    sql<{ id: number; time: number }>`select case when parent_id > 0 then parent_id else message_id end as id,
      read_time as time from hc_inbox where read_time > 0 and told_link <> ${PARENT_LINK} and ${fromParent}
      order by message_id`,
  )

/** A satellite writes messages of its own; a traveller has its parent's, by its parent's numbers. */
const fromParent = sql`(link_id = ${PARENT_LINK} or parent_id > 0)`

export async function noteReadingSent(write: Writing): Promise<void> {
  await write.run(sql`update hc_inbox set told_link = ${PARENT_LINK} where read_time > 0 and ${fromParent}`)
}
