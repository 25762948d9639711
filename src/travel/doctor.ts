/** Doctor: looks for what will hurt later, and says the next action. Changes nothing. */
import { sql } from 'kysely'
import { planFor } from '../capture/plan-for.ts'
import { lastId } from '../core/ids.ts'
import { sequenceRow } from '../log/sequence.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { isActive } from './activate.ts'
import { isFormer } from './home-state.ts'
import { installationKeyPath, travelKeyPath } from './paths.ts'

export interface Finding {
  readonly check: 'capture' | 'key' | 'space' | 'clock' | 'ids' | 'links' | 'held'
  readonly ok: boolean
  readonly message: string
  /** What to do, where something is not well. */
  readonly action: string
}

const good = (check: Finding['check'], message: string): Finding => ({ check, ok: true, message, action: '' })
const bad = (check: Finding['check'], message: string, action: string): Finding => ({
  check,
  ok: false,
  message,
  action,
})

export async function examine(site: Site): Promise<Finding[]> {
  const files = await Promise.all([keyRights(site), space(site)])
  const inside = await site.db.change(async write => [
    await capture(site, write),
    await clock(site, write),
    await ids(site, write),
    await links(site, write),
    await held(write),
  ])
  return [...inside, ...files]
}

async function capture(site: Site, write: Writing): Promise<Finding> {
  if (site.identity.kind === 'central' && !(await isActive(write)))
    return good('capture', 'travel is not active: nothing is captured')
  const missing = await write.schema.missingCapture(await planFor(site, write))
  if (missing.length === 0) return good('capture', 'every table is captured')
  return bad(
    'capture',
    `missing or changed: ${missing.slice(0, 5).join(', ')}`,
    'Run `homecoming activate --repair`, then `homecoming verify --deep`: changes made meanwhile were not captured.',
  )
}

async function keyRights(site: Site): Promise<Finding> {
  const path =
    site.identity.kind === 'traveller'
      ? travelKeyPath(site.platform, site.path)
      : installationKeyPath(site.platform, site.home)
  if (!(await site.platform.files.exists(path))) return good('key', 'the key lies elsewhere')
  if (await site.platform.files.openToOthers(path))
    return bad('key', `others may read ${path}`, `Give it owner-only rights: chmod 600 ${path}`)
  return good('key', 'the key file is readable by its owner only')
}

const shown = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`

async function space(site: Site): Promise<Finding> {
  const free = await site.platform.files.freeBytes(site.platform.files.parent(site.home))
  const size = await site.storage.size(site.db)
  if (free < size * 2)
    return bad(
      'space',
      `${shown(free)} free beside a database of ${shown(size)}`,
      'Free some space: a prototype needs as much as the database.',
    )
  return good('space', `${shown(free)} free`)
}

async function clock(site: Site, write: Writing): Promise<Finding> {
  const row = await write.row(
    sql<{ latest: number | null }>`select max(ttime) as latest from traveltransactionlog where type <> 0`,
  )
  const ahead = (row?.latest ?? 0) - site.platform.clock.now()
  if (ahead > 300)
    return bad(
      'clock',
      `the newest change is ${ahead} seconds in the future`,
      'Set the clock of this machine: later edits lose against earlier ones.',
    )
  return good('clock', 'no change lies in the future')
}

const WARN_FROM = 0.8

async function ids(site: Site, write: Writing): Promise<Finding> {
  const rows = await write.rows(sql<{ id: number; next_id: number }>`select id, next_id from sequence`)
  const next = new Map(rows.map(row => [row.id, row.next_id]))
  const full = site.dictionary.captured
    .map(table => {
      const prefix = site.identity.prefix ?? site.dictionary.travelPrefixOf(table)
      const used = (next.get(sequenceRow(table.number)) ?? 0) - prefix * 0x1000000
      return { name: table.name, share: used / (lastId(prefix) - prefix * 0x1000000) }
    })
    .filter(table => table.share >= WARN_FROM)
  if (full.length === 0) return good('ids', 'no table has used 80 % of its ids')
  return bad(
    'ids',
    `running out of ids: ${full.map(table => table.name).join(', ')}`,
    'Come home and leave again before the ids run out.',
  )
}

async function links(site: Site, write: Writing): Promise<Finding> {
  if (await isFormer(write))
    return bad(
      'links',
      `the office ${site.identity.name} was made anew: this is a former database of it`,
      'Go on with the new one. Exchange this one with central, which keeps what it had not sent for people to read; then remove it.',
    )
  const rows = await write.rows(sql<{ name: string }>`select name from hc_link where state = 'broken'`)
  if (rows.length === 0) return good('links', 'no link is broken')
  return bad(
    'links',
    `broken links: ${rows.map(row => row.name).join(', ')}`,
    'Each was restored from too old a copy: write the journey off with `homecoming write-off` and leave again, or `homecoming satellite regenerate`.',
  )
}

async function held(write: Writing): Promise<Finding> {
  const row = await write.row(sql<{ n: number }>`select count(*) as n from hc_held`)
  if ((row?.n ?? 0) === 0) return good('held', 'nothing waits')
  return bad(
    'held',
    `${row!.n} edits wait for a decision`,
    'See `homecoming status`; they are tried again with every packet.',
  )
}
