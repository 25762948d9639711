/**
 * Tell: a message for whoever made an edit, in the transaction that decides about it (SPEC 9, "the person who lost is told").
 * Role:  fills the inbox at a parent; whoever is away gets the message with the next DWN, or on the next journey.
 * Never: tells what was lost; the journal keeps that, and a message names its entry.
 */
import { sql } from 'kysely'
import { nextNumber } from '../log/next-number.ts'
import type { Writing } from '../storage/contract.ts'
import type { Tally, Verdict } from './verdict.ts'

export interface Message {
  readonly time: number
  readonly associate: number
  /** The journey on which the edit was made; 0: not on one. */
  readonly link: number
  readonly packet: number
  readonly table: number
  readonly record: number
  /** What had been said of it before. */
  readonly was: '' | 'held' | 'applied'
  readonly verdict: Verdict
  readonly reason: string
  /** Its entry in the journal; 0: none. */
  readonly conflict: number
}

const COLUMNS = [
  'time',
  'associate_id',
  'link_id',
  'packet',
  'tablenumber',
  'record_id',
  'was',
  'verdict',
  'reason',
  'conflict_id',
]

export async function tell(write: Writing, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return
  const first = await nextNumber(write, 'hc_inbox', 'message_id')
  await write.insert(
    { table: 'hc_inbox', key: ['message_id'], columns: COLUMNS },
    messages.map((message, index) => [
      first + index,
      message.time,
      message.associate,
      message.link,
      message.packet,
      message.table,
      message.record,
      message.was,
      message.verdict,
      message.reason,
      message.conflict,
    ]),
  )
}

/** @param packet the one that was being read when it was decided */
export interface Decided {
  readonly link: number
  readonly packet: number
  readonly table: number
  readonly record: number
  readonly associate: number
  readonly time: number
}

/** An edit that had waited is decided. Where it lost, the journal has told so: the same message says that it had waited. */
export async function tellDecided(write: Writing, edit: Decided, tally: Tally): Promise<void> {
  const verdict = (['applied', 'merged', 'overruled', 'rejected'] as const).find(each => tally[each] > 0)
  if (!verdict) return
  const lost = await write.row(
    sql<{
      id: number
    }>`select message_id as id from hc_inbox where link_id = ${edit.link} and packet = ${edit.packet}
      and tablenumber = ${edit.table} and record_id = ${edit.record} and conflict_id > 0 and was = ''
      order by message_id desc limit 1`,
  )
  if (lost) await write.run(sql`update hc_inbox set was = 'held' where message_id = ${lost.id}`)
  else await tell(write, [{ ...edit, was: 'held', verdict, reason: '', conflict: 0 }])
}
