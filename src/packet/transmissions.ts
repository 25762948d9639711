/**
 * Transmissions: the classic list of packets written here, `travelgeneratedtransaction`, for people and their tools.
 * recordstatus 0 generated, 1 sent, 2 acknowledged. Nothing of ours reads it: hc_packet decides.
 */
import { sql } from 'kysely'
import type { Writing } from '../storage/contract.ts'
import type { PacketHead } from './content.ts'
import type { Link } from './link.ts'

type Range = Pick<PacketHead, 'firstLogId' | 'lastLogId'>

export async function noteGenerated(write: Writing, link: Link, number: number, range: Range): Promise<void> {
  const row = await write.row(
    sql<{
      id: number
    }>`select coalesce(max(travelgeneratedtransaction_id), 0) + 1 as id from travelgeneratedtransaction`,
  )
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
      ],
    },
    [[row?.id ?? 1, link.travel_id, range.firstLogId, range.lastLogId, 0, number, 0]],
  )
}

export async function noteTransmitted(write: Writing, link: Link, numbers: readonly number[]): Promise<void> {
  await write.run(sql`update travelgeneratedtransaction set recordstatus = 1
    where travel_id = ${link.travel_id} and recordstatus = 0 and transmissionnumber in (${sql.join(numbers)})`)
}

export async function noteAcknowledged(write: Writing, link: Link, upTo: number): Promise<void> {
  await write.run(sql`update travelgeneratedtransaction set recordstatus = 2
    where travel_id = ${link.travel_id} and recordstatus < 2 and transmissionnumber <= ${upTo}`)
}
