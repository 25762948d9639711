/**
 * Read UP: one packet of a child, judged and applied at its parent, all or nothing (SPEC 6 and 9).
 * Shape:  accept -> (log read) -> operations block by block -> history -> held again -> account -> position.
 * Never:  fetches or settles the file; the exchange does.
 */

import { keepMembership } from '../areas/upkeep.ts'
import { HomecomingError } from '../core/errors.ts'
import { isTravelId } from '../core/ids.ts'
import { type CounterLine, mergeCounters } from '../log/counters.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { keepBranch } from '../packet/branch.ts'
import type { Frame } from '../packet/container.ts'
import { decodeLog, decodeOperations, FRAME, type PacketHead } from '../packet/content.ts'
import { isSatellite, type Link, linkById } from '../packet/link.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import { noteAsked } from '../packet/sums-frame.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { type Acceptance, accept } from './accept.ts'
import { answer } from './account.ts'
import { applyUpBlock, settleAgain } from './apply-up.ts'
import { upContext } from './begin-up.ts'
import type { Hearing } from './hearing.ts'
import { LogAppender } from './history.ts'
import { markRead } from './inbox.ts'
import { noteInserted } from './inserted.ts'
import { oneAhead } from './one-ahead.ts'
import { answerOutside } from './outside.ts'
import { type Alias, applyOwnAliases, refuseAliases } from './own-aliases.ts'
import { nothingPostponed, settlePostponed } from './postponed.ts'
import { noteEarly, noteReceived, noteRepeated } from './received.ts'
import { recogniseGiven, recogniseNew } from './recognise.ts'
import { recount } from './recount.ts'
import { retryHeld } from './retry-held.ts'
import { afterRestore, applyReturned } from './returned.ts'
import { correctTime } from './time.ts'
import { noteSilent, ToldBefore } from './told-before.ts'
import type { UpContext } from './up-context.ts'
import { coverBelow } from './write-cases.ts'

export interface ReadPacket {
  readonly number: number
  readonly name: string
  readonly head: PacketHead
  readonly hash: Uint8Array
  /** Seconds that the reader's clock is ahead of the sender's, where the carrier measured it. */
  readonly shift: number
  /** It was read before, in a life of this parent that is lost. */
  readonly hearing?: Hearing | undefined
  frames(): AsyncIterable<Frame>
}

/** @returns what was done; anything but `next` left no trace but an acknowledgement */
export async function readUp(
  site: Site,
  write: Writing,
  linkId: number,
  packet: ReadPacket,
): Promise<Acceptance> {
  const link = (await linkById(write, linkId))!
  const acceptance = await accept(write, link, packet.number, packet.head, packet.hash)
  if (acceptance.kind === 'repeated') await noteRepeated(write, link)
  if (acceptance.kind === 'early') await noteEarly(write, link, packet.head, acceptance.missing)
  if (acceptance.kind !== 'next') return acceptance
  const before = await readLog(write)
  await keepMembership(site, write, before)
  const { number, shift, head, hearing } = packet
  const again = head.again !== undefined || head.rejoin !== undefined
  const retold = head.rejoin ? 'all' : (await wasRestored(write, link)) ? 'passed' : 'nothing'
  const { acknowledged, knew } = head
  const from = {
    number,
    acknowledged,
    knew,
    shift,
    again,
    retold,
    hearing,
    first: head.firstPosition,
  } as const
  const fresh = { ...(await upContext(site, write, link, from, before)), postponed: nothingPostponed() }
  const context = await afterRestore(await ofCopy(fresh, packet.head), packet.head)
  await write.capture('off')
  const positions = await applyFrames(site, context, packet)
  await answerOutside(site, write, link, context.position)
  await writeLedger(context, packet.head)
  await noteAsked(site, write, link, packet.head)
  await noteReceived(site, write, link, { ...packet, positions })
  return { ...acceptance, hearing: hearingOf(context) }
}

const hearingOf = ({ named: position, told, bounds }: UpContext): Hearing => ({ position, told, bounds })

async function ofCopy(context: UpContext, { rejoin }: PacketHead): Promise<UpContext> {
  if (rejoin?.kind !== 'behind' || rejoin.copy === undefined) return context
  const maker = await context.databases.numberOf(context.link.tag)
  return { ...context, seen: { ...context.seen, copy: { maker, position: rejoin.copy } } }
}

/** Frames that come before history and notices. */
const OPERATIONS: ReadonlySet<number> = new Set([FRAME.operations, FRAME.returned, FRAME.again])

/** Operations come first, then the log rows behind them. @returns the positions of the rows written */
async function applyFrames(
  site: Site,
  context: UpContext,
  packet: ReadPacket,
): Promise<LogAppender['range']> {
  const log = new LogAppender(context.write)
  const before = packet.head.again || context.retold !== 'nothing' ? new ToldBefore(context) : undefined
  let applied = false
  const early: Alias[] = []
  for await (const frame of oneAhead(packet.frames())) {
    if (frame.kind === FRAME.aliases) {
      early.push(...(await applyOwnAliases(context, frame.body as Alias[])))
      continue
    }
    if (!OPERATIONS.has(frame.kind) && !applied) {
      await endOperations(context, log, early)
      applied = true
    }
    if (frame.kind === FRAME.operations) await applyOperations(site, context, frame)
    else if (frame.kind === FRAME.log) await appendHistory(context, log, frame, before)
    else if (frame.kind === FRAME.counters) await mergeCounters(context.write, frame.body as CounterLine[])
    else if (frame.kind === FRAME.inbox) await markRead(context, frame.body as number[][])
    else if (frame.kind === FRAME.returned) await applyReturned(site, context, frame)
    else if (frame.kind === FRAME.again) await answerAgain(context, frame.body as [number, number][])
    else if (frame.kind === FRAME.branch) await keepBranch(context.write, context.link, frame.body)
    else throw unknownFrame(frame.kind)
  }
  if (!applied) await endOperations(context, log, early)
  await log.flush()
  // What stands in the log already is not told once more for the sake of its position: see noteSilent.
  const isTold = log.range !== undefined || before !== undefined
  const missing = context.history.missing(context.link.travel_id, isTold)
  await log.append(before ? await before.freshSaves(missing) : missing)
  if (before) await noteSilent(context)
  await recount(context.write, site.dictionary)
  return log.range
}

/** A satellite that was restored hands on what its own travellers tell it again, one after the other. */
const wasRestored = async (read: Reading, link: Link): Promise<boolean> =>
  isSatellite(link) && (await readRejoin(read, link.link_id)).former.length > 0

/** What triggers of the application logged meanwhile is read first, so that positions follow the order of events. */
async function endOperations(context: UpContext, log: LogAppender, early: readonly Alias[]): Promise<void> {
  await refuseAliases(context, await applyOwnAliases(context, early))
  await coverBelow(context)
  await settlePostponed(context, settleAgain)
  await retryHeld(context, log)
  await readLog(context.write)
}

async function applyOperations(site: Site, context: UpContext, frame: Frame): Promise<void> {
  const operations = decodeOperations(frame.body)
  const first = operations[0]
  if (!first) return
  const table = site.dictionary.tableByNumber(first.table)
  if (!table)
    throw new HomecomingError(
      'DICTIONARY_DIFFERS',
      `the packet has table ${first.table}, which is not known here`,
      { table: first.table },
    )
  await recogniseNew(context, table, operations)
  await applyUpBlock(context, table, await recogniseGiven(context, table, operations))
}

/** What the sender still waits for, after a break: answers that it was sent in a packet it does not remember. */
async function answerAgain(context: UpContext, records: readonly [number, number][]): Promise<void> {
  for (const [number, record] of records) {
    const table = context.dictionary.tableByNumber(number)
    const known = table && context.ids.record(table, record)
    if (table && known !== undefined && !isTravelId(known)) await answer(context, table, [known])
  }
}

async function appendHistory(
  context: UpContext,
  log: LogAppender,
  frame: Frame,
  before: ToldBefore | undefined,
): Promise<void> {
  const corrected = decodeLog(frame.body).map(row => ({
    ...row,
    time: row.brought ? row.time : correctTime(row.time, context.bounds),
  }))
  const rows = await context.ids.logRows(corrected)
  await noteInserted(context, rows)
  const matching = context.history.matching(rows, context.link.travel_id)
  await log.append(before ? await before.fresh(matching) : matching)
}

const unknownFrame = (kind: number) =>
  new HomecomingError('PACKET_TOO_NEW', `the packet has a frame of kind ${kind}, which is not known here`, {
    kind,
  })

async function writeLedger(context: UpContext, head: PacketHead): Promise<void> {
  if (!head.content) return
  const { tally } = context
  await context.write.insert(
    {
      table: 'hc_ledger',
      key: ['link_id', 'packet'],
      columns: [
        'made',
        'cancelled',
        'created',
        'applied',
        'merged',
        'overruled',
        'rejected',
        'held',
        'judged',
        'told',
      ],
    },
    [
      [
        context.link.link_id,
        context.packet,
        head.made,
        head.cancelled,
        head.created_records,
        tally.applied + head.cancelled,
        tally.merged,
        tally.overruled,
        tally.rejected,
        tally.held,
        context.now,
        0,
      ],
    ],
  )
}
