/**
 * Prune: log rows that no child, no prototype and no parent needs any more (SPEC 2, "Retention").
 * A child that holds pruning back is named, never cut off.
 */
import { sql } from 'kysely'
import { keepMembership } from '../areas/upkeep.ts'
import { crashPoint } from '../core/crash-points.ts'
import { readLog } from '../log/reader.ts'
import { readNumber, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { type Link, linkById, linksAway } from '../packet/link.ts'
import { outboxFolder } from '../packet/outbox.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { requireActive } from './activate.ts'
import { forgetApplied } from './applied.ts'

export interface Pruned {
  readonly rows: number
  /** Packets of journeys that ended, which were kept for a restore. */
  readonly packets: number
  readonly upTo: number
  /** Who keeps the rest: names of children, or "prototype", "parent", "age". */
  readonly heldBackBy: string
}

export const MINIMUM_AGE_DAYS = 30
const DAY = 86_400

/** @param days rows, and packets of journeys that ended, younger than this stay in any case */
export async function prune(site: Site, days = MINIMUM_AGE_DAYS): Promise<Pruned> {
  const result = await site.db.change(async write => {
    if (site.identity.kind === 'central') await requireActive(write)
    const position = await readLog(write)
    await keepMembership(site, write, position)
    const limits = [
      ...(await limitsOf(site, write)),
      await ageLimit(write, site.platform.clock.now() - days * DAY, position),
    ]
    const lowest = limits.reduce((a, b) => (b.position < a.position ? b : a), { position, by: '' })
    const rows = await write.log.prune(lowest.position)
    await write.run(
      sql`delete from hc_version where deleted = 1 and sent = 0 and position <= ${lowest.position}`,
    )
    await write.run(sql`delete from hc_clock where position <= ${lowest.position}`)
    await write.run(sql`delete from hc_move where position <= ${lowest.position}`)
    await write.run(sql`delete from hc_left where position <= ${lowest.position}`)
    await write.run(sql`delete from hc_instead where position <= ${lowest.position}`)
    await forgetMessages(write, site.platform.clock.now() - days * DAY)
    crashPoint('prune-deleted')
    return { rows, packets: 0, upTo: lowest.position, heldBackBy: lowest.by }
  })
  crashPoint('prune-committed')
  await clearOutbox(site)
  return { ...result, packets: await forgetApplied(site, site.platform.clock.now() - days * DAY) }
}

/** Messages read before. The newest stays: no number is given twice. */
async function forgetMessages(write: Writing, before: number): Promise<void> {
  await write.run(sql`delete from hc_inbox where read_time > 0 and read_time <= ${before}
    and message_id < (select max(message_id) from hc_inbox)`)
}

const PRUNED = 'pruned'

/** The same without anyone asking, once a day at most: a parent does it after it has read packets. */
export async function pruneDaily(site: Site): Promise<void> {
  const now = site.platform.clock.now()
  const last = await site.db.snapshot(read => readNumber(read, PRUNED))
  if (now - last < DAY) return
  await site.db.change(write => writeSetting(write, PRUNED, String(now)))
  if (last > 0) await prune(site)
}

interface Limit {
  readonly position: number
  readonly by: string
}

async function limitsOf(site: Site, read: Reading): Promise<Limit[]> {
  const limits: Limit[] = []
  for (const link of await linksAway(read)) limits.push({ position: await passed(read, link), by: link.name })
  const prototype = await read.row(
    sql<{ position: number | null }>`select min(position) as position from hc_prototype`,
  )
  if (prototype?.position != null) limits.push({ position: prototype.position, by: 'prototype' })
  const parent = site.identity.kind === 'central' ? undefined : await linkById(read, PARENT_LINK)
  if (parent)
    limits.push({
      position: site.identity.kind === 'traveller' ? 0 : await passed(read, parent),
      by: 'parent',
    })
  return limits
}

/** What the other side has acknowledged for certain; with nothing on the way, all that was looked through for it. */
async function passed(read: Reading, link: Link): Promise<number> {
  if (link.out_acked >= link.out_number) return link.cut_position
  const row = await read.row(
    sql<{ last: number }>`select last_position as last from hc_packet
      where link_id = ${link.link_id} and outgoing = 1 and number = ${link.out_acked}`,
  )
  return row?.last ?? link.prototype_position
}

async function ageLimit(write: Writing, before: number, position: number): Promise<Limit> {
  for await (const rows of write.log.between((await write.log.first()) - 1, position, 5_000)) {
    const young = rows.find(row => row.time > before)
    if (young) return { position: young.position - 1, by: 'age' }
  }
  return { position, by: '' }
}

/** Packets that the other side has acknowledged are not sent again. One without a name was written by a life that is lost. */
async function clearOutbox(site: Site): Promise<void> {
  const links = await site.db.snapshot(linksAway)
  for (const link of links) {
    const acknowledged = await site.db.snapshot(read =>
      read.rows(
        sql<{
          name: string
        }>`select name from hc_packet where link_id = ${link.link_id} and outgoing = 1 and number < ${link.out_acked}
          and name <> ''`,
      ),
    )
    for (const { name } of acknowledged)
      await site.platform.files.remove(site.platform.files.join(outboxFolder(site, link), name))
  }
}
