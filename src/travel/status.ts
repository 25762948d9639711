/** Status: who is away, what waits, how old the prototypes are; at a child, what it has not sent. */
import { sql } from 'kysely'
import { areaNames } from '../areas/area-rows.ts'
import { prefixOf } from '../core/ids.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { readBranch } from '../packet/branch.ts'
import { changesAfter } from '../packet/lag.ts'
import { allLinks, isSatellite, type Link, linkById } from '../packet/link.ts'
import { unacknowledged } from '../packet/outbox.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import { countUnsent } from '../packet/write-up.ts'
import type { Prototype } from '../prototype/build.ts'
import { countDifferences } from '../sameness/differences.ts'
import type { Query, Reading, Writing } from '../storage/contract.ts'
import { isActive } from './activate.ts'
import { isClosed, isFormer } from './home-state.ts'
import { type Account, accountOf, ownAccount } from './ledger.ts'

export interface LinkStatus {
  readonly name: string
  readonly tag: string
  readonly state: string
  /** Nothing was heard since this database was put back from a backup. */
  readonly unheard: boolean
  /** What they left with. */
  readonly area: string
  /** UTC seconds; 0: never. */
  readonly since: number
  readonly lastHeard: number
  readonly closed: number
  readonly read: number
  readonly written: number
  readonly unacknowledged: number
  readonly held: number
  readonly encryption: number
  readonly account: Account
  /** Its number; 0: a traveller. */
  readonly satellite: number
  /** Changes in the log of this database that were not yet looked through for it; 0 once its link has ended. */
  readonly behind: number
  /** Seconds since it was last heard, or left; 0 once its link has ended. */
  readonly silent: number
  /** Of a satellite: its own travellers, as it said last. */
  readonly branch?: BranchStatus
}

export interface BranchStatus {
  /** When it said so, by its clock. */
  readonly said: number
  readonly conflicts: number
  readonly links: readonly (Omit<LinkStatus, 'account' | 'branch' | 'satellite' | 'unheard'> & {
    readonly made: number
  })[]
}

export interface Status {
  readonly path: string
  readonly kind: string
  readonly name: string
  readonly tag: string
  readonly dictionary: string
  readonly active: boolean
  readonly position: number
  readonly conflicts: number
  /** Messages that nobody has read. */
  readonly unread: number
  /** Records that were not the same at both ends, or not as the log says. `open`: not repaired yet. `last`: UTC seconds. */
  readonly differences: { readonly all: number; readonly open: number; readonly last: number }
  readonly links: readonly LinkStatus[]
  readonly prototypes: readonly {
    area: number
    /** "everything" for area 0. */
    areaName: string
    time: number
    records: number
    bytes: number
    changesSince: number
  }[]
  /** At a child only. */
  readonly journey:
    | {
        area: string
        unsent: number
        closed: boolean
        /** Its office was made anew: nobody goes on with this database. */
        former: boolean
        lastHeard: number
        account: Account
        /** Changes in the log of this database since its last UP. */
        behind: number
        silent: number
        unacknowledged: number
      }
    | undefined
}

export async function readStatus(site: Site): Promise<Status> {
  return site.db.change(async write => {
    const child = site.identity.kind !== 'central'
    const active = child || (await isActive(write))
    const position = active ? await readLog(write) : 0
    return {
      path: site.path,
      kind: site.identity.kind,
      name: site.identity.name,
      tag: site.identity.tag,
      dictionary: `${site.dictionary.dictionary.name} ${site.dictionary.dictionary.version}`,
      active,
      position,
      conflicts: await count(write, sql`hc_conflict`),
      unread: await count(write, sql`hc_inbox where read_time = 0`),
      differences: await countDifferences(write),
      links: await linkStatuses(write, site.platform.clock.now()),
      prototypes: await prototypes(write),
      journey: child ? await journey(write, site.platform.clock.now()) : undefined,
    }
  })
}

async function count(read: Reading, what: Query): Promise<number> {
  return (await read.row(sql<{ n: number }>`select count(*) as n from ${what}`))?.n ?? 0
}

async function linkStatuses(write: Writing, now: number): Promise<LinkStatus[]> {
  const result: LinkStatus[] = []
  const names = await areaNames(write)
  for (const link of await allLinks(write))
    result.push(await linkStatus(write, link, names(link.area_id), now))
  return result
}

async function linkStatus(write: Writing, link: Link, area: string, now: number): Promise<LinkStatus> {
  const open = link.closed_time === 0
  const branch = open && isSatellite(link) ? await branchStatus(write, link) : undefined
  return {
    ...linkFigures(link, area, now),
    unheard: (await readRejoin(write, link.link_id)).unheard,
    unacknowledged: link.state === 'home' ? 0 : (await unacknowledged(write, link)).length,
    held: await count(write, sql`hc_held where link_id = ${link.link_id}`),
    account: await accountOf(write, link.link_id),
    satellite: prefixOf(link.travel_id),
    behind: open ? await changesAfter(write, link.cut_position) : 0,
    ...(branch && { branch }),
  }
}

const linkFigures = (link: Link, area: string, now: number) => ({
  name: link.name,
  tag: link.tag,
  state: link.state,
  area,
  since: link.born_time,
  lastHeard: link.heard_time,
  closed: link.closed_time,
  read: link.in_number,
  written: link.out_number,
  encryption: link.mode,
  silent: link.closed_time === 0 ? silence(link, now) : 0,
})

/** A laptop's or an office's clock may be ahead of ours. */
const silence = (link: Link, now: number): number =>
  Math.max(0, now - Math.max(link.heard_time, link.born_time))

async function branchStatus(read: Reading, link: Link): Promise<BranchStatus | undefined> {
  const branch = await readBranch(read, link.travel_id)
  if (!branch) return undefined
  const { said, conflicts } = branch
  const links = branch.links.map(one => ({
    ...linkFigures(one, link.name, said),
    unacknowledged: one.unacknowledged,
    held: one.held,
    made: one.made,
    behind: one.behind,
  }))
  return { said, conflicts, links }
}

async function prototypes(write: Writing) {
  const rows = await write.rows(sql<Prototype>`select * from hc_prototype order by area_id`)
  const names = await areaNames(write)
  const result: Status['prototypes'][number][] = []
  for (const row of rows)
    result.push({
      area: row.area_id,
      areaName: names(row.area_id),
      time: row.time,
      records: row.records,
      bytes: row.bytes,
      changesSince: await changesAfter(write, row.position),
    })
  return result
}

async function journey(write: Writing, now: number) {
  const link = (await linkById(write, PARENT_LINK))!
  const names = await areaNames(write)
  return {
    area: names(link.area_id),
    unsent: (await countUnsent(write, link)).made,
    closed: await isClosed(write),
    former: await isFormer(write),
    lastHeard: link.heard_time,
    account: await ownAccount(write),
    behind: await write.log.countAfter(link.cut_position),
    silent: silence(link, now),
    unacknowledged: (await unacknowledged(write, link)).length,
  }
}
