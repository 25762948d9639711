/**
 * Transmissions: what the classic travel tables say of packets, for people and their tools. Nothing of ours reads it:
 * hc_packet and hc_link decide.
 *   travelgeneratedtransaction  one row per packet written here; recordstatus 0 generated, 1 sent, 2 acknowledged
 *   traveller                   at a parent, per child: the last DWN written for it (record) and the last UP read (playback)
 *   travelcurrent               at a child, the same of its parent: the last UP written, the last DWN read
 * Record numbers are ids in the own log, and so is the parent's playback number: the last row that the UP brought. A
 * child's playback number is an id in its parent's log, as the DWN named it.
 */
import { sql } from 'kysely'
import { STAMPED, stamps, touched } from '../log/stamps.ts'
import type { Query, Writing } from '../storage/contract.ts'
import type { PacketHead } from './content.ts'
import type { Link } from './link.ts'

type Written = Pick<
  PacketHead,
  'firstPosition' | 'lastPosition' | 'firstLogId' | 'lastLogId' | 'content' | 'created'
>

export async function noteGenerated(
  write: Writing,
  link: Link,
  number: number,
  head: Written,
): Promise<void> {
  const row = await write.row(
    sql<{
      id: number
    }>`select coalesce(max(travelgeneratedtransaction_id), 0) + 1 as id from travelgeneratedtransaction`,
  )
  const { first, last } = rangeOf(head)
  await write.insert(
    {
      table: 'travelgeneratedtransaction',
      key: ['travelgeneratedtransaction_id'],
      columns: [
        'travel_id',
        'tranlogfirst_id',
        'tranloglast_id',
        'recordstatus',
        'transmissionnumber',
        'transmissiontype',
        ...STAMPED,
      ],
    },
    [[row?.id ?? 1, link.travel_id, first, last, 0, number, 0, ...stamps(head.created)]],
  )
  if (head.content) await noteRecorded(write, link, { first, last, now: head.created })
}

/** A packet without log rows has no range. */
const rangeOf = (head: Written): { first: number; last: number } =>
  head.firstPosition > head.lastPosition
    ? { first: 0, last: 0 }
    : { first: head.firstLogId, last: head.lastLogId }

async function noteRecorded(
  write: Writing,
  link: Link,
  { first, last, now }: { first: number; last: number; now: number },
): Promise<void> {
  const range = last === 0 ? sql`` : sql`, last_recordnumber = ${last}`
  const begin = last === 0 || link.link_id > 0 ? sql`` : sql`, first_recordnumber = ${first}`
  await updateEnd(write, link, sql`last_recordtime = ${now}${range}${begin}, ${touched(now)}`)
}

/** @param last the last position of log rows that it brought; undefined: it brought none */
export async function notePlayedBack(
  write: Writing,
  link: Link,
  head: PacketHead,
  last: number | undefined,
  now: number,
): Promise<void> {
  const number = link.link_id > 0 ? last && (await write.log.idAt(last)) : rangeOf(head).last
  const where = number ? sql`, last_playbacknumber = ${number}` : sql``
  await updateEnd(write, link, sql`last_playbacktime = ${now}${where}, ${touched(now)}`)
}

/** The row that stands for the other end of a link. */
async function updateEnd(write: Writing, link: Link, values: Query): Promise<void> {
  if (link.link_id > 0) await write.run(sql`update traveller set ${values} where dbtag = ${link.tag}`)
  else await write.run(sql`update travelcurrent set ${values}`)
}

export async function noteTransmitted(
  write: Writing,
  link: Link,
  numbers: readonly number[],
  now: number,
): Promise<void> {
  await write.run(sql`update travelgeneratedtransaction set recordstatus = 1, ${touched(now)}
    where travel_id = ${link.travel_id} and recordstatus = 0 and transmissionnumber in (${sql.join(numbers)})`)
}

export async function noteAcknowledged(write: Writing, link: Link, upTo: number, now: number): Promise<void> {
  await write.run(sql`update travelgeneratedtransaction set recordstatus = 2, ${touched(now)}
    where travel_id = ${link.travel_id} and recordstatus < 2 and transmissionnumber <= ${upTo}`)
}
