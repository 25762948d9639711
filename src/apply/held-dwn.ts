/**
 * Held DWN: what waits at a child gives way to a newer state of the same record, and is tried again after each packet.
 * The parent says each state once: an older one must never be put over a newer one.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { keyOf, PARENT_LINK } from '../log/version.ts'
import type { Writing } from '../storage/contract.ts'
import type { DwnContext } from './dwn-context.ts'
import { type HeldOperation, heldOn, hold, releaseHeld } from './held.ts'
import { type Incoming, isPartial } from './operation.ts'

/** A whole record takes the place of what waits; single fields join it.
 *  @returns the operations that can be obeyed now */
export async function notHeld(
  context: DwnContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<readonly Incoming[]> {
  const waiting = (await heldOn(context.write, PARENT_LINK)).filter(held => held.table === table.number)
  if (waiting.length === 0) return operations
  const free: Incoming[] = []
  for (const operation of operations) {
    const before = waiting.filter(held => held.operation.record === operation.record)
    if (before.length > 0 && isPartial(operation)) {
      await hold(context, table, operation, 'joined', 'an earlier change of the record waits')
      context.waiting.add(keyOf(table.number, operation.record))
      continue
    }
    for (const held of before) await releaseHeld(context.write, held.held_id)
    free.push(operation)
  }
  return free
}

type Obey = (context: DwnContext, table: Table, operations: readonly Incoming[]) => Promise<void>

/** After all operations of a packet, as long as it helps: what waited may have been in each other's way. */
export async function retryHeldDwn(context: DwnContext, obey: Obey): Promise<void> {
  await dropOvertaken(context)
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const waiting = await heldOn(context.write, PARENT_LINK)
    if (waiting.length === 0 || waiting.length >= before) return
    before = waiting.length
    await retryOnce(context, obey, waiting)
  }
}

/** Oldest first; where one still cannot be obeyed, the later ones of its record wait behind it. */
async function retryOnce(context: DwnContext, obey: Obey, waiting: readonly HeldOperation[]): Promise<void> {
  const stuck = new Set<number>()
  for (const held of waiting) {
    const table = context.site.dictionary.tableByNumber(held.table)
    if (!table) continue
    const key = keyOf(held.table, held.operation.record)
    const where = { ...context, packet: held.packet }
    await releaseHeld(context.write, held.held_id)
    if (stuck.has(key)) await hold(where, table, held.operation, held.code, '')
    else await obey(where, table, [held.operation])
    if (await waits(context.write, held)) stuck.add(key)
  }
}

/** What was edited here since has been judged against what waits: the answer, or the edit itself, is the later state. */
async function dropOvertaken({ write, byField }: DwnContext): Promise<void> {
  for (const held of await heldOn(write, PARENT_LINK)) {
    if (byField.has(held.table)) continue
    const sent = await write.row(
      sql`select 1 from hc_version where tablenumber = ${held.table} and record_id = ${held.operation.record} and sent > 0`,
    )
    if (sent) await releaseHeld(write, held.held_id)
  }
}

const waits = async (write: Writing, held: HeldOperation): Promise<boolean> =>
  (await write.row(
    sql`select 1 from hc_held where link_id = ${PARENT_LINK} and tablenumber = ${held.table} and record_id = ${held.operation.record}`,
  )) !== undefined
