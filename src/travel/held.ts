/**
 * Held edits, for the administrator: what waits at a parent and why, and the decision about it (SPEC 6, "Held").
 */
import { sql } from 'kysely'
import { upContext } from '../apply/begin-up.ts'
import { type HeldOperation, heldOn, releaseHeld } from '../apply/held.ts'
import { LogAppender } from '../apply/history.ts'
import { writeJournal } from '../apply/journal.ts'
import { moveVerdict } from '../apply/ledger.ts'
import { answerOutside } from '../apply/outside.ts'
import { recount } from '../apply/recount.ts'
import { retryBelow, retryOne, sameRecord } from '../apply/retry-held.ts'
import { tellDecided } from '../apply/tell.ts'
import type { UpContext } from '../apply/up-context.ts'
import { Tally } from '../apply/verdict.ts'
import { noteVerdict } from '../apply/verdicts.ts'
import { HomecomingError } from '../core/errors.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { type Link, linkById } from '../packet/link.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { requireParent } from './activate.ts'

export interface HeldEdit {
  readonly id: number
  readonly name: string
  readonly packet: number
  readonly table: string
  readonly record: number
  readonly code: string
  readonly message: string
  /** UTC seconds. */
  readonly since: number
}

export async function listHeld(site: Site, read: Reading): Promise<HeldEdit[]> {
  const rows = await read.rows(
    sql<
      Omit<HeldEdit, 'table'> & { tablenumber: number }
    >`select h.held_id as id, coalesce(l.name, '') as name, h.packet,
      h.tablenumber, h.record_id as record, h.code, h.message, h.time as since
      from hc_held h left join hc_link l on l.link_id = h.link_id order by h.held_id`,
  )
  return rows.map(({ tablenumber, ...row }) => ({
    ...row,
    table: site.dictionary.tableByNumber(tablenumber)?.name ?? String(tablenumber),
  }))
}

/**
 * `retry`: judged again now, as ever. `reject`: it ends here; its author is told and can bring it back.
 * @returns what became of it: it may be held again. @throws {HomecomingError} RECORD_UNKNOWN
 */
export async function decideHeld(site: Site, id: number, decision: 'retry' | 'reject'): Promise<string> {
  requireParent(site)
  return site.db.change(async write => {
    const { link, held } = await findHeld(write, id)
    return decision === 'retry' ? retry(site, write, link, held) : reject(site, write, link, held)
  })
}

async function findHeld(write: Writing, id: number): Promise<{ link: Link; held: HeldOperation }> {
  const row = await write.row(sql<{ link_id: number }>`select link_id from hc_held where held_id = ${id}`)
  const link = row && (await linkById(write, row.link_id))
  const held = link && (await heldOn(write, link.link_id)).find(one => one.held_id === id)
  if (!link || !held)
    throw new HomecomingError('RECORD_UNKNOWN', `nothing waits under the number ${id}`, { id })
  return { link, held }
}

async function retry(site: Site, write: Writing, link: Link, held: HeldOperation): Promise<string> {
  const context = await contextOf(site, write, link, held)
  const log = new LogAppender(write)
  const tally = await retryOne(context, log, held)
  await endRetry(site, context, log)
  return (
    (['applied', 'merged', 'overruled', 'rejected'] as const).find(verdict => tally[verdict] > 0) ?? 'held'
  )
}

async function contextOf(site: Site, write: Writing, link: Link, held: HeldOperation): Promise<UpContext> {
  const before = await readLog(write)
  const from = { number: held.packet, acknowledged: link.out_acked, shift: 0 }
  const context = await upContext(site, write, link, from, before)
  await write.capture('off')
  return context
}

/** What waited for this decision is tried, and the log tells what took effect. */
async function endRetry(site: Site, context: UpContext, log: LogAppender): Promise<void> {
  await retryBelow(context, log)
  await recount(context.write, context.dictionary)
  await readLog(context.write)
  await log.flush()
  await answerOutside(site, context.write, context.link, context.position)
}

/** All that waits on the record shares the verdict, and what waits below it cannot live either. */
async function reject(site: Site, write: Writing, link: Link, held: HeldOperation): Promise<string> {
  const together = (await heldOn(write, link.link_id)).filter(one => sameRecord(one, held))
  const last = together.at(-1)!
  await journalRejected(site, write, link, last)
  const rejected = new Tally()
  rejected.add('rejected')
  for (const one of together) {
    await releaseHeld(write, one.held_id)
    await moveVerdict(write, link.link_id, one.packet, rejected)
    const table = site.dictionary.tableByNumber(one.table)
    if (table) await noteVerdict({ write, link }, table, one.operation, 'rejected')
  }
  const { record, associate } = last.operation
  const edit = { link: link.link_id, packet: last.packet, table: held.table, record, associate }
  await tellDecided(write, { ...edit, time: site.platform.clock.now() }, rejected)
  await write.upsert({ table: 'hc_answer', key: ['link_id', 'tablenumber', 'record_id'], columns: [] }, [
    [link.link_id, held.table, held.operation.record],
  ])
  await endRetry(site, await contextOf(site, write, link, held), new LogAppender(write))
  return 'rejected'
}

/** The last operation on the record has the values of all. */
async function journalRejected(site: Site, write: Writing, link: Link, held: HeldOperation): Promise<void> {
  const { operation } = held
  const table = site.dictionary.tableByNumber(held.table)!
  const side = {
    kind: operation.kind,
    associate: operation.associate,
    time: operation.time,
    values: operation.values,
  }
  const nobody = { kind: 'put' as const, associate: 0, time: 0, values: null }
  const now = site.platform.clock.now()
  const where = { link: link.link_id, packet: held.packet, now }
  const entry = {
    table,
    record: operation.record,
    verdict: 'rejected' as const,
    reason: 'constraint' as const,
  }
  await writeJournal(
    write,
    [{ ...entry, loserLink: link.link_id, loser: side, winner: nobody, base: operation.base }],
    where,
  )
}
