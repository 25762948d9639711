/** Together: operations on one record that wait here, each joined by the next, share what is said of the last. */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { type HeldOperation, releaseHeld } from './held.ts'
import { moveVerdict } from './ledger.ts'
import type { Incoming } from './operation.ts'
import { type Decided, tellDecided } from './tell.ts'
import type { UpContext } from './up-context.ts'
import { Tally } from './verdict.ts'
import { noteVerdict, oneVerdict } from './verdicts.ts'

/** @param told the edit of which the message speaks */
export async function decideWaiting(
  context: UpContext,
  table: Table,
  together: readonly HeldOperation[],
  told: { readonly packet: number; readonly operation: Incoming },
  tally: Tally,
): Promise<void> {
  for (const held of together) {
    const said = await saidOf(context, held, tally)
    await releaseHeld(context.write, held.held_id)
    await moveVerdict(context.write, context.link.link_id, held.packet, said)
    await noteVerdict(context, table, held.operation, oneVerdict(said))
  }
  await tellDecided(context.write, decidedNow(context, table, told), tally)
}

/** What has lost some of its fields while it waited (unheard.ts) is taken in part at best. */
async function saidOf({ write, link }: UpContext, held: HeldOperation, tally: Tally): Promise<Tally> {
  if (tally.applied === 0) return tally
  const { table, packet, operation } = held
  const lost = await write.row(sql`select 1 from hc_conflict where tablenumber = ${table}
    and record_id = ${operation.record} and loser_link = ${link.link_id} and packet = ${packet} and verdict = 'merged'`)
  if (!lost) return tally
  const merged = new Tally()
  merged.add('merged', tally.applied)
  return merged
}

/** What a message says of an edit that had waited. */
const decidedNow = (
  { link, now }: UpContext,
  table: Table,
  { packet, operation }: { readonly packet: number; readonly operation: Incoming },
): Decided => ({
  link: link.link_id,
  packet,
  table: table.number,
  record: operation.record,
  associate: operation.associate,
  time: now,
})
