/**
 * Read DWN: one packet of the parent, applied at the child. The child obeys, except for records with an operation in
 * flight, which wait for their answer (SPEC 9). The caller has sealed everything unsent in this transaction.
 * Shape: accept -> pairs -> aliases -> operations (obey.ts) -> history -> account -> what is in accord now -> position.
 */
import { HomecomingError } from '../core/errors.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import { Databases } from '../log/databases.ts'
import { fieldLevelTables } from '../log/field-level.ts'
import { readLog } from '../log/reader.ts'
import { SATELLITE_LEVEL, type Site } from '../log/site.ts'
import { keyOf, PARENT_LINK } from '../log/version.ts'
import type { Frame } from '../packet/container.ts'
import { decodeLedger, decodeLog, decodeOperations, FRAME, type PacketHead } from '../packet/content.ts'
import { linkById } from '../packet/link.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import type { WireVerdict } from '../packet/relay.ts'
import { noteWanted } from '../packet/wanted.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { type Acceptance, accept } from './accept.ts'
import { type DwnContext, isRelay } from './dwn-context.ts'
import { DwnHashes } from './dwn-hashes.ts'
import { type AnsweredSums, compareSums } from './dwn-sameness.ts'
import { notHeld, retryHeldDwn } from './held-dwn.ts'
import { LogAppender } from './history.ts'
import { writeMessages } from './inbox.ts'
import { learnDictionary } from './learn-dictionary.ts'
import { LocalIds } from './local-ids.ts'
import { obey, obeyAgain } from './obey.ts'
import { incoming } from './operation.ts'
import type { Alias } from './own-aliases.ts'
import { previousTable } from './parent-ids.ts'
import type { ReadPacket } from './read-up.ts'
import { noteEarly, noteReceived, noteRepeated } from './received.ts'
import { recount } from './recount.ts'
import { settleAccord } from './settle-accord.ts'
import { applyAliases, forgetRefused } from './told-aliases.ts'
import { ToldBefore } from './told-before.ts'
import { writeConflicts } from './told-conflicts.ts'
import { learnPairs } from './told-pairs.ts'
import { forgetBrought, learnVerdicts } from './verdicts.ts'

export async function readDwn(site: Site, write: Writing, packet: ReadPacket): Promise<Acceptance> {
  const link = (await linkById(write, PARENT_LINK))!
  const acceptance = await accept(write, link, packet.number, packet.head, packet.hash)
  if (acceptance.kind === 'repeated') await noteRepeated(write, link)
  if (acceptance.kind === 'early') await noteEarly(write, link, packet.head, acceptance.missing)
  if (acceptance.kind !== 'next') return acceptance
  const position = (await readLog(write)) + 1
  await write.capture('off')
  await learnPairs(site, write, packet.head)
  const ids = await LocalIds.read(write, site.dictionary, site.identity.tag)
  const context: DwnContext = {
    site,
    write,
    byField: await fieldLevelTables(write),
    wanted: await learnWanted(site, write, packet.head, ids),
    link,
    packet: packet.number,
    head: packet.head,
    ids,
    databases: await Databases.read(write),
    position,
    now: site.platform.clock.now(),
    hashes: await DwnHashes.of(site, write),
    waiting: new Set(),
    sums: [],
    before: (await isToldAgain(write, packet.head)) ? new ToldBefore({ write, position }) : undefined,
  }
  const positions = await applyFrames(context, packet)
  await settleAccord(context)
  if (isRelay(context)) await endRelay(context)
  await context.hashes?.write(context)
  await compareSums(context, context.sums)
  await noteReceived(site, write, link, { ...packet, positions })
  const { dictionary } = context.site
  requireLearned(dictionary, packet.head)
  return { kind: 'next', dictionary }
}

/** One of the two was restored: some of the history may be told once more. */
const isToldAgain = async (read: Reading, { rejoin }: PacketHead): Promise<boolean> =>
  rejoin?.kind === 'behind' || (await readRejoin(read, PARENT_LINK)).own !== ''

/** What entered or left has no row in the log, but a position, so that travellers hear of it. */
async function endRelay({ write, head, position }: DwnContext): Promise<void> {
  await forgetBrought(write, head.acknowledged)
  await forgetRefused(write, position)
  await write.log.jump(position)
}

function requireLearned(dictionary: LoadedDictionary, head: PacketHead): void {
  if (dictionary.fingerprint === head.dictionary) return
  throw new HomecomingError('DICTIONARY_DIFFERS', 'the packet was written with another dictionary', {
    packet: head.dictionaryVersion,
    here: dictionary.dictionary.version,
  })
}

async function learnWanted(
  site: Site,
  write: Writing,
  head: PacketHead,
  ids: LocalIds,
): Promise<Set<number>> {
  const wanted = new Set<number>()
  for (const [number, record] of head.wanted) {
    const table = site.dictionary.tableByNumber(number!)
    if (!table) continue
    const local = ids.local(table, record!)
    await noteWanted(write, PARENT_LINK, table.number, [local])
    wanted.add(keyOf(table.number, local))
  }
  return wanted
}

async function applyFrames(context: DwnContext, packet: ReadPacket): Promise<LogAppender['range']> {
  const log = new LogAppender(context.write)
  for await (const frame of packet.frames()) await applyFrame(context, log, frame)
  await retryHeldDwn(context, obeyAgain)
  await readLog(context.write)
  await recount(context.write, context.site.dictionary)
  return log.range
}

async function applyFrame(context: DwnContext, log: LogAppender, frame: Frame): Promise<void> {
  switch (frame.kind) {
    case FRAME.aliases:
      return applyAliases(context, frame.body as Alias[])
    case FRAME.dictionary:
      return learn(context, frame)
    case FRAME.operations:
      return applyOperations(context, frame)
    case FRAME.log:
      return appendHistory(context, log, frame)
    case FRAME.ledger:
      return writeLedger(context, frame)
    case FRAME.conflicts:
      return writeConflicts(context, frame.body as unknown[][])
    case FRAME.verdicts:
      return learnVerdicts(context, frame.body as WireVerdict[])
    case FRAME.inbox:
      return writeMessages(context, frame.body as unknown[][])
    case FRAME.sums:
      context.sums.push(...(frame.body as AnsweredSums[]))
      return
    default:
      throw new HomecomingError(
        'PACKET_TOO_NEW',
        `the packet has a frame of kind ${frame.kind}, which is not known here`,
        {
          kind: frame.kind,
        },
      )
  }
}

async function learn(context: DwnContext, frame: Frame): Promise<void> {
  const [text] = frame.body as [string]
  const dictionary = await learnDictionary(context.site, context.write, text)
  context.site = { ...context.site, dictionary }
  context.ids = await LocalIds.read(context.write, dictionary, context.site.identity.tag)
}

async function applyOperations(context: DwnContext, frame: Frame): Promise<void> {
  const { dictionary } = context.site
  const operations = decodeOperations(frame.body)
  const table = operations[0] && dictionary.tableByNumber(operations[0].table)
  if (!table) {
    if (operations.length === 0) return
    throw new HomecomingError(
      'DICTIONARY_DIFFERS',
      `the packet has table ${operations[0]!.table}, which is not known here`,
    )
  }
  const translated = operations.map(operation => ({
    ...operation,
    record: context.ids.local(table, operation.record),
    values: operation.values && context.ids.localRow(table, operation.values),
  }))
  const concerned = translated.filter(
    operation =>
      operation.kind !== 'leave' ||
      belowSatellite(context.site) ||
      !context.ids.isOwn(table, operation.record),
  )
  await obey(
    context,
    table,
    await notHeld(context, table, await incoming(context.databases, concerned, time => time)),
  )
}

/** A satellite holds just its area: what leaves it leaves its travellers too, whoever created it. */
const belowSatellite = ({ identity }: Site): boolean => identity.level < SATELLITE_LEVEL

async function appendHistory(context: DwnContext, log: LogAppender, frame: Frame): Promise<void> {
  const { dictionary } = context.site
  const rows = decodeLog(frame.body).flatMap(row => {
    const table = dictionary.tableByNumber(row.table)
    if (!table) return [{ ...row, origin: PARENT_LINK }]
    const record = context.ids.local(table, row.record)
    const target = previousTable(dictionary, table, row)
    const previous = target ? context.ids.local(target, row.previous) : row.previous
    return context.waiting.has(keyOf(row.table, record))
      ? []
      : [{ ...row, record, previous, origin: PARENT_LINK }]
  })
  await log.append(context.before ? await context.before.fresh(rows) : rows)
}

async function writeLedger(context: DwnContext, frame: Frame): Promise<void> {
  const lines = decodeLedger(frame.body)
  // Of a packet that this side does not remember there is no line yet, and all that is known of it comes now.
  await context.write.upsert(
    {
      table: 'hc_ledger',
      key: ['link_id', 'packet'],
      columns: [
        'made',
        'created',
        'cancelled',
        'applied',
        'merged',
        'overruled',
        'rejected',
        'held',
        'judged',
      ],
    },
    lines.map(line => [
      PARENT_LINK,
      line.packet,
      line.made,
      line.created,
      line.cancelled,
      line.applied,
      line.merged,
      line.overruled,
      line.rejected,
      line.held,
      context.now,
    ]),
  )
}
