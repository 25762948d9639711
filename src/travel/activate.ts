/** Activate and deactivate travel: capture on, capture off (SPEC 5.1). */
import { sql } from 'kysely'
import { keepHashes } from '../areas/keep-hashes.ts'
import { repairMembership } from '../areas/repair.ts'
import { forgetMembership } from '../areas/upkeep.ts'
import { planFor } from '../capture/plan-for.ts'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { firstId } from '../core/ids.ts'
import type { Table } from '../dictionary/model.ts'
import { sequenceRow } from '../log/sequence.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { type Link, linksAway } from '../packet/link.ts'
import { prototypePath } from '../prototype/build.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { requireFitting } from './adopt.ts'

export const isActive = async (read: Reading): Promise<boolean> =>
  (await readSetting(read, 'travel')) === 'active'

/** @throws {HomecomingError} TRAVEL_ACTIVE, DICTIONARY_INVALID where the tables are not as it says, NOT_A_PARENT, CENTRAL_ONLY: a satellite is always active */
export async function activate(site: Site): Promise<void> {
  requireCentral(site, 'activating travel')
  await site.db.change(async write => {
    if (await isActive(write)) throw new HomecomingError('TRAVEL_ACTIVE', 'travel is already active')
    await requireFitting(write, site.dictionary.tables)
    await raiseSequences(site, write)
    await write.schema.installCapture(await planFor(site, write))
    await forgetMembership(write)
    await keepHashes(site, write, await write.log.position())
    await writeSetting(write, 'travel', 'active')
    crashPoint('activate-captured')
  })
}

/** What `activate` will make in the database: names of triggers, functions and tables. Nothing where it has been done. */
export async function activationPlan(site: Site): Promise<string[]> {
  requireCentral(site, 'activating travel')
  return site.db.change(async write => write.schema.missingCapture(await planFor(site, write)))
}

/**
 * Puts capture right where triggers of ours were dropped or altered. What was changed meanwhile was not captured.
 * @returns the names of what was missing
 */
export async function repairCapture(site: Site): Promise<string[]> {
  return site.db.change(async write => {
    if (site.identity.kind === 'central') await requireActive(write)
    const plan = await planFor(site, write)
    const missing = await write.schema.missingCapture(plan)
    if (missing.length > 0) await write.schema.installCapture(plan)
    if (missing.length > 0 && site.identity.kind === 'central') await repairMembership(site, write)
    return missing
  })
}

async function raiseSequences(site: Site, write: Writing): Promise<void> {
  for (const table of site.dictionary.captured) await raiseSequence(site, write, table)
}

/** What was inserted without the sequence counts too: no id is given out twice. */
export async function raiseSequence(site: Site, write: Writing, table: Table): Promise<void> {
  const first = firstId(site.identity.prefix ?? 0)
  const key = sql.ref(table.fields[0]!.name)
  await write.run(sql`update sequence set next_id =
    (select case when coalesce(max(${key}), 0) + 1 > ${first} then coalesce(max(${key}), 0) + 1 else ${first} end from ${sql.table(table.name)})
    where id = ${sequenceRow(table.number)} and next_id <= (select coalesce(max(${key}), 0) from ${sql.table(table.name)})`)
}

/** @throws {HomecomingError} TRAVEL_INACTIVE, PEOPLE_AWAY with their names */
export async function deactivate(site: Site): Promise<void> {
  requireCentral(site, 'deactivating travel')
  const withdrawn = await site.db.change(async write => {
    await requireActive(write)
    requireNobodyAway(await linksAway(write))
    await write.schema.removeCapture()
    await writeSetting(write, 'travel', 'inactive')
    crashPoint('deactivate-removed')
    return withdrawAll(write)
  })
  for (const prototype of withdrawn) await site.platform.files.remove(prototypePath(site, prototype))
}

/** What changes from now on is not captured: nobody may leave with a copy made before it. */
async function withdrawAll(write: Writing): Promise<{ name: string }[]> {
  const offered = await write.rows(sql<{ name: string }>`select name from hc_prototype`)
  await write.run(sql`delete from hc_prototype`)
  await write.run(sql`delete from travelgenerateddatabase`)
  return offered
}

/** @throws {HomecomingError} PEOPLE_AWAY with their names */
export function requireNobodyAway(away: readonly Link[]): void {
  if (away.length === 0) return
  const names = away.map(link => link.name)
  throw new HomecomingError('PEOPLE_AWAY', `still away: ${names.join(', ')}`, { away: names })
}

/** Names who acts, where changes are captured; elsewhere nobody asks. */
export async function actAs(site: Site, write: Writing, associate: number | null): Promise<void> {
  if (site.identity.kind === 'traveller' || (await isActive(write))) await write.actAs(associate)
}

export async function requireActive(read: Reading): Promise<void> {
  if (!(await isActive(read)))
    throw new HomecomingError('TRAVEL_INACTIVE', 'travel is not active in this database')
}

export function requireParent(site: Site): void {
  if (site.identity.kind === 'traveller')
    throw new HomecomingError('NOT_A_PARENT', `${site.path} is a travel database`, { path: site.path })
}

/** @throws {HomecomingError} NOT_A_PARENT, CENTRAL_ONLY in a satellite */
export function requireCentral(site: Site, what = 'this'): void {
  requireParent(site)
  if (site.identity.kind === 'central') return
  throw new HomecomingError('CENTRAL_ONLY', `${what} is done at central, not at ${site.identity.name}`, {
    path: site.path,
  })
}

export function requireChild(site: Site): void {
  if (site.identity.kind === 'central')
    throw new HomecomingError('NOT_A_CHILD', `${site.path} is a central database`, { path: site.path })
}

/** @throws {HomecomingError} NOT_A_CHILD, SATELLITE_STAYS: a satellite never comes home */
export function requireTraveller(site: Site): void {
  requireChild(site)
  if (site.identity.kind === 'traveller') return
  throw new HomecomingError('SATELLITE_STAYS', `${site.path} is a satellite: it never comes home`, {
    path: site.path,
  })
}
