/**
 * Deep: are the rows what the log says? Everything is hashed again and compared with what was kept up from the log, so
 * that it finds what bypassed capture: another program with triggers off, a damaged file, a mistake of ours.
 * Repair: at a parent such a record is logged as changed now, and travels like any change. At a child it is asked of the
 *         parent with the next exchange; its row is noted before it is written over.
 * Never:  looks at a child's own unsent edits: what they were before is not in the rows.
 */
import { sql } from 'kysely'
import { toJson } from '../apply/journal.ts'
import { LocalIds } from '../apply/local-ids.ts'
import { wholeRow } from '../apply/rows.ts'
import { repairMembership } from '../areas/repair.ts'
import { keepMembership } from '../areas/upkeep.ts'
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { LOG_TABLE, LOG_TABLE_NUMBER } from '../dictionary/travel-tables.ts'
import { BUCKET, bucketOf, exchangeHashes, Leaf, leavesBetween } from '../hashes/leaves.ts'
import { type Hash, hasherOf, NO_HASH, sameHash } from '../hashes/record-hash.ts'
import { plus, SumChanges } from '../hashes/sums.ts'
import { hashedTables, OWN_SIDE, PARENT_SIDE, type Side } from '../hashes/tables.ts'
import { readLog } from '../log/reader.ts'
import { takeIds } from '../log/sequence.ts'
import { readSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { LOG } from '../log/types.ts'
import { PARENT_LINK } from '../log/version.ts'
import { KINDS } from '../packet/sums-frame.ts'
import { COMPARED } from '../prototype/copy-hashes.ts'
import { FROM_THE_TOP, MOST, writeAsks } from '../sameness/asks.ts'
import { type DifferenceKind, noteDifferences } from '../sameness/differences.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { requireActive } from './activate.ts'

export interface Bypassed {
  readonly table: string
  /** As this database names it. */
  readonly record: number
  /** Of the row: it is missing, it is extra, or it differs. */
  readonly what: DifferenceKind
}

export interface DeepVerified {
  readonly records: number
  readonly tables: number
  readonly count: number
  /** At most `limit` of them. */
  readonly bypassed: readonly Bypassed[]
  readonly repaired: boolean
}

export interface DeepOptions {
  readonly repair?: boolean
  readonly limit?: number
}

/** @throws {HomecomingError} TRAVEL_INACTIVE at a parent that captures nothing */
export async function verifyDeep(site: Site, options: DeepOptions = {}): Promise<DeepVerified> {
  const { repair = false, limit = 100 } = options
  return site.db.change(async write => {
    const look = await lookOf(site, write)
    const found: Found[] = []
    let records = 0
    const tables = look ? hashedTables(site.dictionary) : []
    for (const table of tables) records += await compareTable(look!, write, table, found)
    if (repair && found.length > 0) await repairAll(site, write, look!, found)
    return {
      records,
      tables: tables.length,
      count: found.length,
      bypassed: found
        .slice(0, limit)
        .map(({ table, local, what }) => ({ table: table.name, record: local, what })),
      repaired: repair && found.length > 0,
    }
  })
}

interface Look {
  readonly side: Side
  readonly ids: LocalIds | undefined
}

interface Found {
  readonly table: Table
  /** As the side names it: by the parent's id. */
  readonly record: number
  readonly local: number
  readonly what: DifferenceKind
  readonly hash: Hash
}

/** A satellite is looked at as the parent that it is. @returns undefined: no hashes are kept here */
async function lookOf(site: Site, write: Writing): Promise<Look | undefined> {
  if (site.identity.kind !== 'traveller') {
    if (site.identity.kind === 'central') await requireActive(write)
    await keepMembership(site, write, await readLog(write))
    return { side: OWN_SIDE, ids: undefined }
  }
  await readLog(write)
  if ((await readSetting(write, COMPARED)) === undefined) return undefined
  return { side: PARENT_SIDE, ids: await LocalIds.read(write, site.dictionary, site.identity.tag) }
}

async function compareTable(look: Look, write: Writing, table: Table, found: Found[]): Promise<number> {
  const { leaves, count } = await hashRows(look, write, table)
  const before = found.length
  for await (const { bucket, leaf } of leavesBetween(write, look.side, table.number)) {
    compareLeaf(look, table, bucket, leaf, leaves.get(bucket) ?? new Leaf(undefined), found)
    leaves.delete(bucket)
  }
  for (const [bucket, leaf] of leaves) compareLeaf(look, table, bucket, new Leaf(undefined), leaf, found)
  if (look.ids && found.length > before) {
    const unsettled = await unsettledIn(write, table)
    const rest = found.splice(before).filter(({ local }) => !unsettled.has(local))
    found.push(...rest)
  }
  return count
}

const PAGE = 2_000

async function hashRows({ ids }: Look, read: Reading, table: Table) {
  const leaves = new Map<number, Leaf>()
  const hasher = hasherOf(table)
  const fields = table.fields.map(field => sql.ref(field.name))
  const key = table.fields[0]!.name
  let count = 0
  for await (const rows of read.pages(
    sql`select ${sql.join(fields)} from ${sql.table(table.name)}`,
    key,
    PAGE,
  )) {
    for (const row of rows) {
      const own: Row = ids ? ids.parentRow(table, row) : row
      const record = own[0] as number
      const leaf = leaves.get(bucketOf(record)) ?? new Leaf(undefined)
      leaf.set(record, hasher.of(own))
      leaves.set(bucketOf(record), leaf)
    }
    count += rows.length
  }
  return { leaves, count }
}

function compareLeaf(look: Look, table: Table, bucket: number, kept: Leaf, now: Leaf, found: Found[]): void {
  for (let record = bucket * BUCKET; record < (bucket + 1) * BUCKET; record++) {
    const [was, hash] = [kept.at(record), now.at(record)]
    if (sameHash(was, hash)) continue
    const what = hash.a === 0 ? 'missing' : was.a === 0 ? 'extra' : 'differs'
    found.push({ table, record, local: look.ids?.local(table, record) ?? record, what, hash })
  }
}

/** A child's records that its parent has not answered for yet. */
async function unsettledIn(read: Reading, table: Table): Promise<ReadonlySet<number>> {
  const rows = await read.rows(sql<{ id: number }>`select record_id as id from hc_version
    where tablenumber = ${table.number} and (sent > 0 or (link <> ${PARENT_LINK} and position >
      (select cut_position from hc_link where link_id = ${PARENT_LINK})))
    union select record_id from hc_held where tablenumber = ${table.number}`)
  return new Set(rows.map(row => row.id))
}

async function repairAll(site: Site, write: Writing, look: Look, found: readonly Found[]): Promise<void> {
  const noted = []
  for (const { table, local, what } of found) {
    const [row] = await write.lookup(wholeRow(table), [[local]])
    noted.push({ table: table.number, record: local, what, before: toJson(table, row ?? null) })
  }
  const time = site.platform.clock.now()
  const child = look.ids !== undefined
  await noteDifferences(write, noted, { link: 0, reason: 'not-captured', time, repaired: child ? 0 : time })
  if (child) await askAgain(write, found)
  else await logAsChanged(site, write, found)
}

/** What is here now is what is compared; the parent's state of it comes with the next exchange. */
async function askAgain(write: Writing, found: readonly Found[]): Promise<void> {
  const sums = new SumChanges(PARENT_SIDE)
  for (const { table, record, hash } of found) {
    const [before] = await exchangeHashes(write, PARENT_SIDE, table.number, [record], [hash])
    sums.add(0, table.number, plus(before ?? NO_HASH, hash))
  }
  await sums.write(write)
  const records = found.map(({ table, record, what }) => [table.number, record, KINDS.indexOf(what)] as const)
  await writeAsks(write, records.length > MOST ? FROM_THE_TOP : { sent: 0, nodes: [], records })
}

/** As capture would have: it was changed now, as far as anybody knows, and by nobody in particular. */
async function logAsChanged(site: Site, write: Writing, found: readonly Found[]): Promise<void> {
  const time = site.platform.clock.now()
  const associate = Number((await readSetting(write, 'default-associate')) ?? 0)
  const first = await takeIds(write, LOG_TABLE_NUMBER, found.length)
  await write.insert(
    {
      table: LOG_TABLE,
      key: [`${LOG_TABLE}_id`],
      columns: ['ttime', 'type', 'associate_id', 'tablenumber', 'record_id', ...ZERO],
    },
    found.map(({ table, record, what }, index) => [
      ...[first + index, time, TYPES[what], associate, table.number, record],
      ...ZERO.map(() => 0),
    ]),
  )
  await repairMembership(site, write)
}

const ZERO = ['prev_record_id', 'flags', 'application_id', 'origin_id']

const TYPES: Readonly<Record<DifferenceKind, number>> = {
  missing: LOG.delete,
  extra: LOG.insert,
  differs: LOG.update,
}
