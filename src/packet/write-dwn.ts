/**
 * Write DWN: what changed at the parent since the child's last cut, and the answers it is owed.
 * Role:  runs inside the caller's transaction; the range ends at the reader's position.
 * Never: judges. The child obeys what this says.
 */
import { sql } from 'kysely'
import { goneArea, isUsable, slotOf, usableArea } from '../areas/membership.ts'
import { keepMembership } from '../areas/upkeep.ts'
import { Databases } from '../log/databases.ts'
import { fieldLevelTables } from '../log/field-level.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { newAliases } from './aliases.ts'
import { changedSince } from './changes.ts'
import type { Frame, PackedFrame } from './container.ts'
import { encodeLedger, FRAME } from './content.ts'
import { type DwnScope, NOBODY_HAS } from './dwn-scope.ts'
import { newMessages, noteMessagesSent } from './inbox.ts'
import { linkKey } from './keys-of-links.ts'
import { isSatellite, type Link, updateLink } from './link.ts'
import { takeMissing } from './missing.ts'
import { movedSince } from './moves.ts'
import { anyConflict, newConflicts, newLedger } from './notices.ts'
import { type SealedPacket, sealPacket } from './outbox.ts'
import { hasOwnNews, ownFrames } from './own-news.ts'
import { newPairs } from './pairs.ts'
import { payloadOf } from './payload.ts'
import { type RejoinState, readRejoin, updateRejoin } from './rejoin-state.ts'
import { newVerdicts } from './relay.ts'
import { splitByWeight, weighRow } from './split-by-weight.ts'
import { forgetAsked, readAsked, rootFor, sumsFrames } from './sums-frame.ts'
import { readWanted } from './wanted.ts'
import { writeNote } from './write-note.ts'

export interface DwnOptions {
  /** The child is home: this is its release. */
  readonly final?: boolean
}

/** @returns undefined when there is nothing to say */
export async function writeDwn(
  site: Site,
  write: Writing,
  link: Link,
  options: DwnOptions = {},
): Promise<SealedPacket | undefined> {
  const rejoin = await readRejoin(write, link.link_id)
  // Whoever comes home from a packet that fits has forgotten nothing, and nobody asks any more.
  if (!options.final && (rejoin.pending === 'lost' || rejoin.pending === 'ahead'))
    return writeNote(site, write, link)
  const position = await readLog(write)
  await keepMembership(site, write, position)
  const news = await newsFor(site, write, link, position, { ...options, rejoin })
  const notices = await collectNotices(write, link)
  const grown = link.dictionary_version < site.dictionary.dictionary.version
  const content =
    options.final === true ||
    grown ||
    notices.some ||
    (await news?.any()) === true ||
    rejoin.note !== undefined
  const resend = await takeMissing(write, link.link_id, link.in_number)
  if (!content && link.owes_ack === 0 && resend.length === 0) {
    await passBy(write, link, position)
    return undefined
  }
  const root = await rootFor(site, write, link)
  const sealed = await sealPacket(site, write, link, {
    direction: 'dwn',
    key: linkKey(site, link),
    head: {
      firstPosition: link.cut_position + 1,
      lastPosition: position,
      firstLogId: await write.log.idAt(link.cut_position + 1),
      lastLogId: await write.log.idAt(position),
      content,
      resend,
      final: options.final === true,
      made: 0,
      cancelled: 0,
      created_records: 0,
      pairs: notices.pairs,
      wanted: notices.wanted,
      ...(rejoin.note && { rejoin: rejoin.note }),
      ...(root && { root }),
    },
    frames: dwnFrames(site, write, news, link, { ...notices, asked: root ? notices.asked : [] }),
  })
  await updateLink(write, link.link_id, { dictionary_version: site.dictionary.dictionary.version })
  await noteTold(write, link, notices)
  if (rejoin.note || rejoin.retell)
    await updateRejoin(write, link.link_id, { pending: '', note: undefined, retell: false })
  return sealed
}

/** What has happened up to here is nothing to this child: the next look begins behind it. */
async function passBy(write: Writing, link: Link, position: number): Promise<void> {
  if (position > link.cut_position) await updateLink(write, link.link_id, { cut_position: position })
}

type Notices = Awaited<ReturnType<typeof collectNotices>>

async function collectNotices(write: Writing, link: Link) {
  const pairs = await newPairs(write, link)
  const ledger = await newLedger(write, link)
  const conflicts = await anyConflict(write, link)
  const messages = await newMessages(write, link)
  const aliases = await newAliases(write, link.cut_position)
  const verdicts = isSatellite(link) ? await newVerdicts(write, await Databases.read(write), link) : []
  const wanted = [...(await readWanted(write, link.link_id))].flatMap(([table, records]) =>
    [...records].map(record => [table, record]),
  )
  const answers = await write.row(
    sql<{ n: number }>`select count(*) as n from hc_answer where link_id = ${link.link_id}`,
  )
  const asked = await readAsked(write, link)
  const some =
    asked.length +
      pairs.rows.length +
      ledger.length +
      (conflicts ? 1 : 0) +
      messages.length +
      aliases.length +
      verdicts.length +
      wanted.length +
      (answers?.n ?? 0) >
    0
  return {
    pairs: pairs.rows,
    lastPair: pairs.last,
    ledger,
    conflicts,
    messages,
    aliases,
    verdicts,
    wanted,
    asked,
    some,
  }
}

/** What concerns the child alone, its answers among it, comes after what all of its area get. */
async function* dwnFrames(
  site: Site,
  write: Writing,
  news: News | undefined,
  link: Link,
  notices: Notices,
): AsyncGenerator<Frame | PackedFrame> {
  const { dictionary } = site.dictionary
  if (link.dictionary_version < dictionary.version) {
    yield { kind: FRAME.dictionary, body: [JSON.stringify(dictionary)] }
  }
  if (notices.aliases.length > 0) yield { kind: FRAME.aliases, body: notices.aliases }
  if (news) yield* news.frames()
  if (notices.ledger.length > 0) yield { kind: FRAME.ledger, body: encodeLedger(notices.ledger) }
  if (notices.verdicts.length > 0) yield { kind: FRAME.verdicts, body: notices.verdicts }
  if (notices.conflicts) yield* conflictFrames(site, write, link)
  for (const part of splitByWeight(notices.messages, weighRow)) yield { kind: FRAME.inbox, body: part }
  yield* sumsFrames(site, write, link, notices.asked)
}

async function* conflictFrames(site: Site, write: Writing, link: Link): AsyncGenerator<Frame> {
  const area = (await slotOf(write, link.area_id)) ?? goneArea(link.area_id)
  for await (const rows of newConflicts(write, site.dictionary, area, link))
    for (const part of splitByWeight(rows, weighRow)) yield { kind: FRAME.conflicts, body: part }
}

interface News {
  any(): Promise<boolean>
  frames(): AsyncIterable<Frame | PackedFrame>
}

/**
 * @returns undefined for somebody on the way home whose area is gone: there is nothing left to be right about
 * @throws {HomecomingError} AREA_UNKNOWN, AREA_EMPTY
 */
async function newsFor(
  site: Site,
  write: Writing,
  link: Link,
  position: number,
  { final = false, rejoin }: DwnOptions & { readonly rejoin: RejoinState },
): Promise<News | undefined> {
  if (final && !(await isUsable(write, link.area_id))) return undefined
  const has = rejoin.retell ? NOBODY_HAS : link.link_id
  const scope = { ...(await scopeOf(site, write, link, position)), has }
  const payload = await payloadOf(scope)
  return {
    any: async () => payload.hasNewsFor(scope) || (await hasOwnNews(scope, link)),
    async *frames() {
      yield* payload.framesFor(scope)
      yield* ownFrames(scope, link)
    },
  }
}

async function scopeOf(
  site: Site,
  write: Writing,
  link: Link,
  position: number,
): Promise<Omit<DwnScope, 'has'>> {
  return {
    site,
    write,
    databases: await Databases.read(write),
    area: await usableArea(write, link.area_id),
    cut: link.cut_position,
    position,
    byField: await fieldLevelTables(write),
    since: await changedSince(write, link.cut_position),
    moved: await movedSince(site, write, link.area_id, link.cut_position),
  }
}

async function noteTold(write: Writing, link: Link, notices: Notices): Promise<void> {
  await write.run(sql`delete from hc_answer where link_id = ${link.link_id}`)
  await write.run(sql`delete from hc_wanted where link_id = ${link.link_id}`)
  await write.run(sql`delete from hc_verdict where link_id = ${link.link_id}`)
  await write.run(sql`update hc_ledger set told = 1 where link_id = ${link.link_id} and told = 0`)
  await write.run(sql`update hc_conflict set told = 1 where loser_link = ${link.link_id} and told = 0`)
  await noteMessagesSent(write, link)
  await forgetAsked(write, link)
  await updateLink(write, link.link_id, { pairs_told: notices.lastPair })
}
