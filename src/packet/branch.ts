/**
 * Branch: what a satellite tells central of its own travellers: links, id pairs, lent series, where each stands.
 * Role:  central shows them, and a satellite that is made anew or restored can have them back (SPEC 10, "After a break").
 * Shape: a frame of the UP. A new link, pair or series is worth an UP of its own; what else changed goes along.
 * Never: shows a key: that of the office travels wrapped under the key of its own link.
 */
import { sql } from 'kysely'
import { assume } from '../core/errors.ts'
import type { Tag } from '../core/ids.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { toHex, unwrapKey, wrapKey } from '../platform/keys.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { linkKey } from './keys-of-links.ts'
import { changesAfter } from './lag.ts'
import { allLinks, type Link } from './link.ts'
import { decode } from './msgpack-reader.ts'
import { encode } from './msgpack-writer.ts'
import { unacknowledged } from './outbox.ts'
import { readRuns } from './pairs.ts'

/** A link of the satellite as it keeps it, and what waits on it. */
export interface BranchLink extends Link {
  readonly unacknowledged: number
  readonly held: number
  readonly made: number
  /** Changes in the log of the satellite that were not yet looked through for it. */
  readonly behind: number
}

export interface Branch {
  /** The satellite's clock, UTC seconds. */
  readonly said: number
  readonly conflicts: number
  /** Those that are away, and those that ended last. */
  readonly links: readonly BranchLink[]
  /** Of those away: [tag, table, first local id, first id here, count]. */
  readonly pairs: readonly (readonly [Tag, number, number, number, number])[]
  /** [start, link that has it; 0: nobody]. */
  readonly series: readonly (readonly [number, number])[]
}

interface WireBranch extends Branch {
  /** Installation key of the satellite, wrapped under the key of its link. */
  readonly key: Uint8Array
}

export interface NewBranch {
  readonly branch: Branch
  /** It must be told even where there is nothing else to say. */
  readonly pressing: boolean
  readonly marks: string
}

/** How long a link that has ended is spoken of. */
const ENDED = 30 * 86_400
const TOLD = 'branch-told'

/** @param again also what was told before: after a break central may have forgotten it
 *  @returns undefined where central knows it all, or this is no satellite */
export async function newBranch(site: Site, write: Writing, again: boolean): Promise<NewBranch | undefined> {
  if (site.identity.kind !== 'satellite') return undefined
  const branch = await branchNow(site, write)
  const told = again ? undefined : await readSetting(write, TOLD)
  const [lasting, all] = (told ?? nobody(site)).split(' ')
  const marks = marksOf(site, branch)
  if (marks === `${lasting} ${all}`) return undefined
  return { branch, marks, pressing: marks.split(' ')[0] !== lasting }
}

export const noteBranchTold = (write: Writing, { marks }: NewBranch): Promise<void> =>
  writeSetting(write, TOLD, marks)

/** Nobody has ever left from here: there is nothing to tell. */
const nobody = (site: Site): string =>
  marksOf(site, { said: 0, conflicts: 0, links: [], pairs: [], series: [] })

function marksOf(site: Site, { links, pairs, series, conflicts }: Branch): string {
  const lent = series.filter(([, link]) => link > 0)
  const digest = (value: unknown) => toHex(site.platform.cipher.digest(encode(value))).slice(0, 32)
  const lasting = [links.map(({ tag, state }) => [tag, state]), pairs, lent]
  return `${digest(lasting)} ${digest([lasting, conflicts, links.map(({ behind: _, ...link }) => link)])}`
}

async function branchNow(site: Site, write: Writing): Promise<Branch> {
  const now = site.platform.clock.now()
  const links = (await allLinks(write)).filter(
    link => link.closed_time === 0 || link.closed_time > now - ENDED,
  )
  const told: BranchLink[] = []
  const pairs: [Tag, number, number, number, number][] = []
  for (const link of links) {
    told.push(await linkNow(write, link))
    if (link.closed_time > 0) continue
    for (const run of await readRuns(write, link.tag))
      pairs.push([link.tag, run.table, run.local, run.parent, run.count])
  }
  const series = await write.rows(
    sql<{ start: number; link: number }>`select start, link_id as link from hc_series order by start`,
  )
  return {
    said: now,
    conflicts: await count(write, sql`select count(*) as n from hc_conflict`),
    links: told,
    pairs,
    series: series.map(({ start, link }) => [start, link]),
  }
}

async function linkNow(write: Writing, link: Link): Promise<BranchLink> {
  const { link_id } = link
  const open = link.closed_time === 0
  return {
    ...link,
    unacknowledged: open ? (await unacknowledged(write, link)).length : 0,
    held: await count(write, sql`select count(*) as n from hc_held where link_id = ${link_id}`),
    made: await count(
      write,
      sql`select coalesce(sum(made), 0) as n from hc_ledger where link_id = ${link_id}`,
    ),
    behind: open ? await changesAfter(write, link.cut_position) : 0,
  }
}

async function count(read: Reading, query: ReturnType<typeof sql>): Promise<number> {
  return (await read.row(query as ReturnType<typeof sql<{ n: number }>>))?.n ?? 0
}

/** At the satellite. @param link to central */
export function branchFrame(site: Site, link: Link, branch: Branch): WireBranch {
  return { ...branch, key: wrapKey(site.platform, secretOf(site, link), site.key) }
}

/** At central: what was said replaces what was said before. @param link to the satellite */
export async function keepBranch(write: Writing, link: Link, body: unknown): Promise<void> {
  await write.upsert({ table: 'hc_branch', key: ['travel_id'], columns: ['link_id', 'body'] }, [
    [link.travel_id, link.link_id, encode(body)],
  ])
}

/** At central. @param satellite `travel_id` of its link */
export async function readBranch(read: Reading, satellite: number): Promise<Branch | undefined> {
  const row = await read.row(
    sql<{ body: Uint8Array }>`select body from hc_branch where travel_id = ${satellite}`,
  )
  if (!row) return undefined
  const { key: _secret, ...branch } = decode(row.body) as WireBranch
  return branch
}

/** At central: the installation key of a satellite, under which it keeps the keys of its travellers. @param link its link */
export async function branchKey(site: Site, read: Reading, link: Link): Promise<Uint8Array | undefined> {
  const row = await read.row(
    sql<{ body: Uint8Array }>`select body from hc_branch
      where travel_id = ${link.travel_id} and link_id = ${link.link_id}`,
  )
  if (!row) return undefined
  return unwrapKey(site.platform, secretOf(site, link), (decode(row.body) as WireBranch).key)
}

/** Both ends know it in every mode: where packets go open, a key was made all the same. */
function secretOf(site: Site, link: Link): Uint8Array {
  if (link.mode === 1) return linkKey(site, link)!
  assume(link.wrapped_key, `link ${link.link_id} has no key`)
  return unwrapKey(site.platform, site.key, link.wrapped_key)
}
