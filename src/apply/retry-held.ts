/**
 * Retry held: what waits on a link is judged again, as ever, after each packet of the link and when an administrator
 * decides. Its own log rows went with its packet: one row says that it took effect now.
 */
import { readLog } from '../log/reader.ts'
import { applyJudged } from './apply-up.ts'
import { type HeldOperation, heldOn, releaseHeld } from './held.ts'
import { History, type LogAppender } from './history.ts'
import { moveVerdict } from './ledger.ts'
import type { UpContext } from './up-context.ts'
import { Tally } from './verdict.ts'

export async function retryHeld(context: UpContext, log: LogAppender): Promise<void> {
  for (const held of await heldOn(context.write, context.link.link_id)) {
    if (held.packet !== context.packet && held.code !== 'wanted') await retryOne(context, log, held)
  }
}

/** @returns what became of it */
export async function retryOne(context: UpContext, log: LogAppender, held: HeldOperation): Promise<Tally> {
  const tally = new Tally()
  const table = context.dictionary.tableByNumber(held.table)
  if (!table) return tally
  await releaseHeld(context.write, held.held_id)
  const history = new History(context.dictionary)
  await applyJudged({ ...context, packet: held.packet, tally, history }, table, [held.operation])
  await moveVerdict(context.write, context.link.link_id, held.packet, tally)
  await readLog(context.write)
  await log.append(history.missing(context.link.travel_id, false))
  return tally
}
