/**
 * Upkeep: brings membership up to what the log says, at a cost that grows with the changes (SPEC 7).
 * Shape:  log rows since the last look -> records whose areas may differ -> settle, table by table, in the order in
 *         which they follow each other.
 * When:   in the transaction that needs it, right after the log was read: before a packet is cut or judged, a
 *         prototype built, anything previewed or explained, and before the log is pruned.
 */
import { sql } from 'kysely'
import { followedTables } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { changesIn } from './changes.ts'
import { type AreaSlot, readSlots, redefine } from './definitions.ts'
import { dirtyFromDefinitions, dirtyPointers, dirtyRecords } from './dirty.ts'
import { forgetHashes, hashesPosition, keepHashes } from './keep-hashes.ts'
import { rebuild } from './rebuild.ts'
import { settle } from './settle.ts'
import { endAreas, narrowAreas } from './turn-areas.ts'

const POSITION = 'areas-position'

/** Log rows looked at at once. */
const BATCH = 5_000

/**
 * @param position up to which the log has been read, in this transaction
 * @throws {HomecomingError} LOG_GAP where the log was pruned before it was looked at
 */
export async function keepMembership(
  site: Pick<Site, 'dictionary' | 'identity'>,
  write: Writing,
  position: number,
): Promise<void> {
  if (site.identity.kind === 'traveller') return
  if (site.identity.kind === 'satellite') return keepWhole(site, write, position)
  const before = await readSetting(write, POSITION)
  if (before === undefined) await begin(site.dictionary, write, position)
  else if (Number(before) < position) await follow(site.dictionary, write, Number(before), position)
  else return
  await write.run(sql`delete from hc_repointed`)
  await keepHashes(site, write, position)
  await forgetMerged(write, Number(before ?? 0))
  await writeSetting(write, POSITION, String(position))
}

/**
 * What was merged since has not left: whoever has it is told of the merge. It goes when the hashes were kept, which take it out of
 * the sums of the areas in which it stands here. Looked up by whole keys: there are few merges, and many members.
 */
const forgetMerged = (write: Writing, position: number): Promise<number> =>
  write.run(sql`delete from hc_member where (word, tablenumber, record_id) in (
    select s.word, a.tablenumber, a.old_id from hc_alias a cross join (select distinct word from hc_area_slot) s
    where a.position > ${position})`)

/** A satellite's travellers take all of it (SPEC 8): there is nothing to keep up but what it hashes to. */
async function keepWhole(
  site: Pick<Site, 'dictionary' | 'identity'>,
  write: Writing,
  position: number,
): Promise<void> {
  await write.run(sql`delete from hc_repointed`)
  if (((await hashesPosition(write)) ?? -1) < position) await keepHashes(site, write, position)
}

/** What was changed while nothing was captured is not in the log: the next look begins from nothing. */
export async function forgetMembership(write: Writing): Promise<void> {
  for (const table of ['hc_area_slot', 'hc_area_user', 'hc_member', 'hc_move'])
    await write.run(sql`delete from ${sql.table(table)}`)
  await write.run(sql`delete from hc_setting where name = ${POSITION}`)
  await forgetHashes(write)
}

async function begin(dictionary: LoadedDictionary, write: Writing, position: number): Promise<void> {
  const { begun } = await redefine(write)
  if (begun.length > 0) await rebuild(dictionary, write)
  await writeSetting(write, POSITION, String(position))
}

async function follow(
  dictionary: LoadedDictionary,
  write: Writing,
  from: number,
  position: number,
): Promise<void> {
  if ((await withRules(write)).length === 0) return beginRules(dictionary, write, position)
  const defined = await dirtyBetween(dictionary, write, from, position)
  const redefined = defined ? await redefine(write) : undefined
  if (redefined) await endAreas(dictionary, write, redefined, position)
  const slots = await withRules(write)
  await dirtyPointers(dictionary, write)
  if (redefined) await dirtyFromDefinitions(dictionary, write, redefined)
  await settle(dictionary, write, slots, position, redefined?.narrowed)
  if (redefined) await narrowAreas(dictionary, write, redefined, position)
}

const withRules = async (write: Writing): Promise<AreaSlot[]> =>
  (await readSlots(write)).filter(slot => !slot.alldata)

/** Where no area had rules there is nothing to follow, whatever was changed. */
async function beginRules(dictionary: LoadedDictionary, write: Writing, position: number): Promise<void> {
  const redefined = await redefine(write)
  if (redefined.begun.length === 0) return
  await rebuild(dictionary, write)
  await narrowAreas(dictionary, write, redefined, position)
}

/** @returns whether areas may be defined otherwise now */
async function dirtyBetween(
  dictionary: LoadedDictionary,
  write: Writing,
  from: number,
  to: number,
): Promise<boolean> {
  const followed = new Map(followedTables(dictionary).map(each => [each.table.number, each]))
  let defined = false
  for await (const rows of write.log.between(from, to, BATCH)) {
    const changes = changesIn(followed, rows)
    await dirtyRecords(write, changes.records)
    defined ||= changes.definitions
  }
  return defined
}
