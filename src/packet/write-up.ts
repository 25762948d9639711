/**
 * Write UP: seals everything a child has not sent yet into its next packet (SPEC 6, "Seal before read").
 * Role:  runs inside the caller's transaction, always before a DWN is read.
 * Never: sends the file, or judges.
 */
import { sql } from 'kysely'
import { readCounters } from '../log/counters.ts'
import { Databases } from '../log/databases.ts'
import { fieldLevelTables } from '../log/field-level.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { readAsks, unsentAsks, writeAsks } from '../sameness/asks.ts'
import type { Writing } from '../storage/contract.ts'
import { byKind } from './blocks.ts'
import { branchFrame, type NewBranch, newBranch, noteBranchTold } from './branch.ts'
import { Ceiling } from './ceiling.ts'
import { BLOCK, changedSince } from './changes.ts'
import type { Frame } from './container.ts'
import { encodeLog, FRAME } from './content.ts'
import { newlyRead, noteReadingSent } from './inbox.ts'
import { linkKey } from './keys-of-links.ts'
import { type Link, linkById } from './link.ts'
import { logRows } from './log-rows.ts'
import { deleteMerged } from './merged-and-deleted.ts'
import { takeMissing } from './missing.ts'
import { rangesFrom, type SealedPacket, sealPacket } from './outbox.ts'
import { type RejoinState, readRejoin, updateRejoin } from './rejoin-state.ts'
import { countPassed, noteRelayed, ownAliases, passedOperations } from './relay.ts'
import { againNote, noteReturned, returnedAliases, returnedFrames } from './returned.ts'
import { tableFrames, type UpScope } from './up-operations.ts'
import { forgetWanted, readWanted } from './wanted.ts'
import { askAgain, nothing, writeNote } from './write-note.ts'

export interface UpOptions {
  /** The last of the journey. */
  readonly final?: boolean
}

/** @returns undefined when there is nothing to say */
export async function writeUp(
  site: Site,
  write: Writing,
  options: UpOptions = {},
): Promise<SealedPacket | undefined> {
  const position = await readLog(write)
  const link = (await linkById(write, PARENT_LINK))!
  const rejoin = await readRejoin(write, PARENT_LINK)
  if (rejoin.pending === 'lost' || rejoin.pending === 'ahead') return writeNote(site, write, link)
  await deleteMerged(write, link)
  const counts = await countUnsent(write, link)
  const branch = await newBranch(site, write, rejoin.note !== undefined || rejoin.retell)
  const content =
    rejoin.note !== undefined ||
    rejoin.retell ||
    branch?.pressing === true ||
    counts.made > counts.cancelled ||
    options.final === true ||
    (await readWanted(write)).size > 0 ||
    (await newlyRead(write)).length > 0 ||
    (await ownAliases(write, link)).length > 0 ||
    (await unsentAsks(write)) !== undefined
  const asks = content ? await readAsks(write) : undefined
  const resend = await takeMissing(write, PARENT_LINK, link.in_number)
  if (!content && link.owes_ack === 0 && resend.length === 0) return undefined
  const sealed = await sealPacket(site, write, link, {
    direction: 'up',
    key: linkKey(site, link),
    head: {
      firstPosition: link.cut_position + 1,
      lastPosition: content ? position : link.cut_position,
      firstLogId: await write.log.idAt(link.cut_position + 1),
      lastLogId: await write.log.idAt(position),
      content,
      resend,
      final: options.final === true,
      made: content ? counts.made : 0,
      cancelled: content ? counts.cancelled : 0,
      created_records: content ? counts.created : 0,
      pairs: [],
      wanted: [],
      ...(rejoin.note && { rejoin: rejoin.note }),
      ...(rejoin.retell && { again: await againNote(site, write, rejoin) }),
      ...(content && rejoin.knew > 0 && { knew: rejoin.knew - 1 }),
      ...(asks && {
        compare: asks.nodes.map(({ table, bits, index }) => [table, bits, index]),
        repair: asks.records,
      }),
    },
    frames: content ? upFrames(site, write, link, position, rejoin, branch) : nothing(),
  })
  if (content) await noteSent(site, write, link, sealed.number, counts)
  if (content && branch) await noteBranchTold(write, branch)
  if (rejoin.retell) await noteReturned(write, rejoin, sealed.number)
  if (rejoin.note || rejoin.retell)
    await updateRejoin(write, PARENT_LINK, { pending: '', note: undefined, retell: false })
  if (rejoin.knew > 0) await updateRejoin(write, PARENT_LINK, { knew: 0 })
  if (asks) await writeAsks(write, { ...asks, sent: sealed.number })
  return sealed
}

export interface Unsent {
  readonly made: number
  readonly cancelled: number
  readonly created: number
}

/** Its row went with a merge, and what its version says is told of no record any more. Where the merge was refused it has a later one. */
const MERGED_AWAY = sql`deleted = 0 and exists (select 1 from hc_alias a where a.tablenumber = hc_version.tablenumber
  and a.old_id = hc_version.record_id and a.position >= hc_version.position)`

/** Edits not sent yet: one a record, and what is passed on for others; `cancelled` were created and deleted, or merged meanwhile. */
export async function countUnsent(write: Writing, link: Link): Promise<Unsent> {
  const row = await write.row(
    sql<Unsent>`select count(*) as made, coalesce(sum(case when born = 1 and deleted = 1 or ${MERGED_AWAY} then 1 else 0 end), 0) as cancelled,
      coalesce(sum(case when born = 1 and deleted = 0 and not (${MERGED_AWAY}) then 1 else 0 end), 0) as created
      from hc_version where position > ${link.cut_position} and link <> ${PARENT_LINK}`,
  )
  const { made, cancelled, created } = row ?? { made: 0, cancelled: 0, created: 0 }
  return { made: made + (await countPassed(write)), cancelled, created }
}

async function* upFrames(
  site: Site,
  write: Writing,
  link: Link,
  position: number,
  rejoin: RejoinState,
  branch: NewBranch | undefined,
): AsyncGenerator<Frame> {
  const databases = await Databases.read(write)
  const from = rejoin.retell ? Math.min(rejoin.since, link.cut_position) : link.cut_position
  const brought = await rangesFrom(write, PARENT_LINK, from)
  const without = rejoin.retell ? knownBetween(brought, from, link.cut_position, rejoin.since) : brought
  const tables = site.dictionary.captured.filter(table => site.dictionary.goesUp(table))
  const cancelled = new Set<number>()
  const ceiling = await ceilingOf(write, link.cut_position, position)
  const scope: UpScope = {
    site,
    write,
    databases,
    link,
    ceiling,
    cancelled,
    byField: await fieldLevelTables(write),
    since: await changedSince(write, link.cut_position),
    wanted: await readWanted(write),
  }
  if (rejoin.note || rejoin.retell) yield* askAgain(write)
  const aliases = [
    ...(rejoin.retell ? await returnedAliases(write, rejoin) : []),
    ...(await ownAliases(write, link)),
  ]
  if (aliases.length > 0) yield { kind: FRAME.aliases, body: aliases }
  if (rejoin.retell) yield* returnedFrames(site, write, databases, rejoin)
  for (const table of tables) {
    yield* tableFrames(scope, table)
    for (const operation of await passedOperations(write, databases, table))
      yield* byKind(table.number, [operation])
  }
  const range = {
    from,
    to: position,
    without,
    tables: new Set(
      site.dictionary.captured
        .filter(table => rejoin.retell || site.dictionary.goesUp(table))
        .map(table => table.number),
    ),
    except: cancelled,
  }
  for await (const rows of logRows(write, range, ceiling)) yield { kind: FRAME.log, body: encodeLog(rows) }
  const read = await newlyRead(write)
  if (read.length > 0) yield { kind: FRAME.inbox, body: read.map(({ id, time }) => [id, time]) }
  const counters = await readCounters(write)
  if (counters.length > 0) yield { kind: FRAME.counters, body: counters }
  if (branch) yield { kind: FRAME.branch, body: branchFrame(site, link, branch.branch) }
}

/**
 * After a break what the parent had sent and has forgotten goes back with its history. What it still has is not told again:
 * what was made here up to `cut`, and what it had sent up to `since`.
 */
function knownBetween(
  brought: readonly (readonly [number, number])[],
  from: number,
  cut: number,
  since: number,
): (readonly [number, number])[] {
  const known: [number, number][] = []
  let next = from + 1
  for (const [first, last] of brought) {
    known.push([next, Math.min(first - 1, cut)], [first, Math.min(last, since)])
    next = Math.max(next, last + 1)
  }
  known.push([next, cut])
  return known.filter(([first, last]) => first <= last)
}

/** Of what was made here: what travellers brought has been corrected before. */
async function ceilingOf(write: Writing, from: number, to: number): Promise<Ceiling> {
  const ceiling = new Ceiling()
  for await (const rows of write.log.between(from, to, BLOCK))
    for (const row of rows) if (row.origin === 0) ceiling.add(row.position, row.time)
  return ceiling
}

/** What was sealed is what the next edit replaces. */
async function noteSent(
  site: Site,
  write: Writing,
  link: Link,
  number: number,
  counts: Unsent,
): Promise<void> {
  const all = sql`position > ${link.cut_position} and link <> ${PARENT_LINK}`
  // What was created and deleted meanwhile the parent never heard of. A satellite's travellers may have.
  const relays = site.identity.kind === 'satellite'
  if (!relays) await write.run(sql`delete from hc_version where born = 1 and deleted = 1 and ${all}`)
  const unsent = relays ? sql`not (born = 1 and deleted = 1) and ${all}` : all
  await write.run(sql`update hc_version set agreed_maker = maker, agreed_position = maker_position, sent = ${number}, born = 0
    where ${unsent}`)
  await write.run(sql`update hc_field_version set agreed_maker = maker, agreed_position = maker_position, sent = ${number}
    where ${all}`)
  if (relays) await noteRelayed(write, number)
  await forgetWanted(write, number)
  await noteReadingSent(write)
  await write.insert(
    { table: 'hc_ledger', key: ['link_id', 'packet'], columns: ['made', 'cancelled', 'created', 'applied'] },
    [[PARENT_LINK, number, counts.made, counts.cancelled, counts.created, counts.cancelled]],
  )
}
