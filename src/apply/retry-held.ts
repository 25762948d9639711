/**
 * Retry held: what waits on a link is judged again, as ever, after each packet of the link and when an administrator
 * decides. Its own log rows went with its packet: one row says that it took effect now.
 */

import { answer } from './account.ts'
import { applyJudged } from './apply-up.ts'
import { type HeldOperation, releaseHeld, waitingOn } from './held.ts'
import { History, type LogAppender } from './history.ts'
import { decideWaiting } from './together.ts'
import type { UpContext } from './up-context.ts'
import { Tally } from './verdict.ts'
import { coverBelow } from './write-cases.ts'

export async function retryHeld(context: UpContext, log: LogAppender): Promise<void> {
  const waiting = await waitingOn(context)
  for (const held of waiting) {
    const last = waiting.findLast(one => sameRecord(one, held))!
    const first = waiting.find(one => sameRecord(one, held)) === held
    // What was asked for in full and has been merged is nowhere any more: it is judged against the record that was kept.
    const isAsked = last.code === 'wanted' && !last.merged
    if (first && last.packet !== context.packet && !isAsked) await retryOne(context, log, last)
  }
}

/** What waited for its owner only, as long as it helps: an owner has been decided about. */
export async function retryBelow(context: UpContext, log: LogAppender): Promise<void> {
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const waiting = (await waitingOn(context)).filter(held => held.code === 'owner-held')
    if (waiting.length === 0 || waiting.length >= before) return
    before = waiting.length
    for (const held of waiting) await retryOne(context, log, held)
  }
}

export const sameRecord = (a: HeldOperation, b: HeldOperation): boolean =>
  a.table === b.table && a.operation.record === b.operation.record

/** The last operation on a record stands for those that it joined: they share its verdict.
 *  @param log is to be flushed when the log has been read @returns what became of it */
export async function retryOne(context: UpContext, log: LogAppender, held: HeldOperation): Promise<Tally> {
  const tally = new Tally()
  const table = context.dictionary.tableByNumber(held.table)
  if (!table) return tally
  const waiting = await waitingOn(context)
  const here = waiting.find(one => one.held_id === held.held_id)!
  const together = waiting.filter(one => sameRecord(one, here))
  const last = together.at(-1)!
  await releaseHeld(context.write, last.held_id)
  const history = new History(context.dictionary)
  const now = { ...context, packet: last.packet, tally, history, postponed: undefined }
  await applyJudged(now, table, [last.operation])
  await coverBelow(context)
  if (tally.held > 0) return tally
  // Somebody else wrote it: this one edits the record again, without having heard of that.
  if (together.some(({ packet }) => packet <= context.ended))
    await answer(context, table, [last.operation.record])
  await decideWaiting(context, table, together, last, tally)
  log.later(history.missing(context.link.travel_id, false))
  return tally
}
