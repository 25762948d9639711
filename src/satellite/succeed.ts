/**
 * Succeed: a lost office begins another life under the same number, tag and keys (SPEC 10, "After a break").
 * Shape:  one transaction of central, as with a new one; its link goes on from the last packets that central read and wrote.
 *         The copy gets what the old one had told central of its travellers: links, pairs, series; and the versions of all
 *         that it holds, so that it can judge them. They find together like after any restore.
 */
import { sql } from 'kysely'
import { slotOf } from '../areas/membership.ts'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { type CounterLine, mergeCounters, readCounters } from '../log/counters.ts'
import { writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { type Branch, type BranchLink, readBranch } from '../packet/branch.ts'
import { insertLink, type Link, linkById, updateLink } from '../packet/link.ts'
import { writeRuns } from '../packet/pairs.ts'
import { type RejoinState, readRejoin, updateRejoin } from '../packet/rejoin-state.ts'
import { noteRestored } from '../packet/restored-at.ts'
import { toHex } from '../platform/keys.ts'
import { JUMP } from '../rejoin/jump.ts'
import { askHowFar } from '../rejoin/restored.ts'
import { tellAgain } from '../rejoin/sent-again.ts'
import type { Database, Reading, Writing } from '../storage/contract.ts'
import { requireActive } from '../travel/activate.ts'
import { beginGeneration } from '../travel/made-anew.ts'
import type { Draft } from './draft.ts'
import { type Dowry, dowryOf, giveIdentity, parentLink, type WithKey } from './found.ts'
import { giveVersions } from './versions.ts'

/** @param copy of the area, prepared for this number; closed by the caller
 *  @throws {HomecomingError} SATELLITE_UNKNOWN where it was retired meanwhile */
export async function succeed(site: Site, draft: WithKey, before: Link, copy: Database): Promise<void> {
  await site.db.change(async write => {
    await requireActive(write)
    const link = (await linkById(write, before.link_id))!
    if (link.state === 'home' || link.state === 'written-off') throw gone(link)
    const state = await readRejoin(write, link.link_id)
    const branch = await readBranch(write, link.travel_id)
    const estate = {
      state,
      branch,
      past: (await highestKnown(write, draft, state)) + JUMP,
      dowry: await dowryOf(write, draft),
      counters: await readCounters(write),
    }
    await renew(write, draft, link, state)
    await copy.change(child => inherit(site, write, child, draft, link, estate))
    crashPoint('satellite-founding')
  })
}

interface Estate {
  readonly state: RejoinState
  /** undefined: nobody has ever left from there. */
  readonly branch: Branch | undefined
  /** Positions of the lost life that anybody can know lie below. */
  readonly past: number
  readonly dowry: Dowry
  readonly counters: readonly CounterLine[]
}

const gone = ({ name }: Link): HomecomingError =>
  new HomecomingError('SATELLITE_UNKNOWN', `satellite ${name} was retired meanwhile`, { satellite: name })

/** No version is named twice: past every position of the old life that central has heard of. */
async function highestKnown(read: Reading, { tag }: Draft, { position }: RejoinState): Promise<number> {
  const row = await read.row(
    sql<{ at: number | null }>`select max(p) as at from (
      select max(v.maker_position) as p from hc_version v join hc_database d on d.database_id = v.maker where d.tag = ${tag}
      union all select max(f.maker_position) from hc_field_version f join hc_database d on d.database_id = f.maker
      where d.tag = ${tag}) known`,
  )
  return Math.max(position, row?.at ?? 0)
}

/** Central's end: what was on its way is in the copy, and the old life is over. */
async function renew(write: Writing, draft: Draft, link: Link, state: RejoinState): Promise<void> {
  await updateLink(write, link.link_id, {
    state: 'away',
    prototype_position: draft.position,
    prototype_time: draft.time,
    cut_position: draft.position,
    out_acked: link.out_number,
  })
  await write.run(sql`update hc_packet set last_position = ${draft.position}, created = ${draft.time}
    where link_id = ${link.link_id} and outgoing = 1 and number = ${link.out_number}`)
  await write.run(sql`delete from hc_answer where link_id = ${link.link_id}`)
  await tellAgain(write, link)
  const ended = { life: state.life, number: link.in_number, hash: link.in_hash ? toHex(link.in_hash) : '' }
  await updateRejoin(write, link.link_id, {
    life: draft.life,
    former: [...state.former, ended],
    pending: '',
    note: undefined,
  })
}

/** @param read of central @param write in the copy */
async function inherit(
  site: Site,
  read: Writing,
  write: Writing,
  draft: WithKey,
  link: Link,
  { state, branch, past, dowry, counters }: Estate,
): Promise<void> {
  await giveIdentity(site, write, draft, link, dowry)
  await beginGeneration(read, write, draft.tag)
  await insertLink(write, {
    ...parentLink(site, draft, link),
    out_number: link.in_number,
    out_hash: link.in_hash,
    out_acked: link.in_number,
    in_number: link.out_number,
    in_hash: link.out_hash,
  })
  await updateRejoin(write, PARENT_LINK, { own: draft.life, ended: [state.life], life: state.own })
  await write.log.jump(past + 1)
  await updateLink(write, PARENT_LINK, { cut_position: past + 1 })
  await noteRestored(write, { position: past, past, time: draft.time })
  await giveVersions(site, read, write, (await slotOf(read, draft.area))!, past + 1)
  await giveSeries(read, write, link, branch)
  await mergeCounters(write, counters)
  for (const one of branch?.links ?? []) await takeUp(write, one, branch!)
}

/** All that central has lent it; who has which, as it told. */
async function giveSeries(
  read: Reading,
  write: Writing,
  link: Link,
  branch: Branch | undefined,
): Promise<void> {
  await writeSetting(write, 'series', link.series)
  const lent = await read.rows(
    sql<{ start: number }>`select start from hc_series where link_id = ${link.link_id} order by start`,
  )
  const holders = new Map(branch?.series ?? [])
  await write.insert(
    { table: 'hc_series', key: ['start'], columns: ['link_id'] },
    lent
      .filter(({ start }) => String(start) !== link.series)
      .map(({ start }) => [start, holders.get(start) ?? 0]),
  )
}

/** Somebody on the road from there: their next exchange tells how far they were. */
async function takeUp(write: Writing, one: BranchLink, { pairs }: Branch): Promise<void> {
  const { unacknowledged: _u, held: _h, made: _m, behind: _b, ...link } = one
  await insertLink(write, link)
  if (link.state !== 'away' && link.state !== 'broken') return
  const runs = pairs
    .filter(([tag]) => tag === link.tag)
    .map(([, table, local, parent, count]) => ({ table, local, parent, count }))
  await writeRuns(write, link.tag, link.travel_id, runs)
  await askHowFar(write, link)
}
