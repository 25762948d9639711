/**
 * Draft: what there is of a satellite before central knows it: its area, number and keys, and what its copy holds.
 */
import { sql } from 'kysely'
import { encryptionOf, findArea } from '../areas/area-rows.ts'
import { areaContents, oldestIn } from '../areas/contents.ts'
import { usableArea } from '../areas/membership.ts'
import { keepMembership } from '../areas/upkeep.ts'
import { HomecomingError } from '../core/errors.ts'
import { prefixOf } from '../core/ids.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { branchKey } from '../packet/branch.ts'
import { isSatellite, type Link, linkOfPerson, linksAway } from '../packet/link.ts'
import type { Life } from '../packet/rejoin-notes.ts'
import { newKey, newTag, unwrapKey } from '../platform/keys.ts'
import type { Progress } from '../prototype/build.ts'
import type { CopiedTable, Reading, Writing } from '../storage/contract.ts'
import { requireActive } from '../travel/activate.ts'
import { lowestNeverUsed } from './numbers.ts'
import { findSatellite, isNamed } from './which.ts'

export interface NewSatellite {
  /** Name or id of the area that it holds; who is assigned to it logs in there. */
  readonly area: string | number
  /** Name of its packets, and of the office in lists. Absent: the area's. */
  readonly name?: string
  /** Id of the company that owns it; 0: none is named. */
  readonly company?: number
  /** Where its database, key and packets are put: a folder, or the address of a schema on a server. */
  readonly folder: string
  readonly progress?: Progress
}

/** A satellite made anew: the same number and area, another database. */
export interface AgainSatellite {
  /** Number or name. */
  readonly which: string | number
  /** Another than that of the old one, or emptied. */
  readonly folder: string
  readonly progress?: Progress
}

/** What there is of a satellite before central knows it. */
export interface Draft {
  readonly number: number
  readonly name: string
  readonly area: number
  readonly company: number
  readonly mode: 0 | 1 | 2
  readonly tag: string
  /** Of the link; the database of an office is a file of its own applications, under no key. */
  readonly key: Uint8Array
  /** Of the office; undefined: a new one. */
  readonly installationKey: Uint8Array | undefined
  readonly position: number
  readonly time: number
  readonly contents: readonly CopiedTable[]
  /** Nothing is left out for its age. */
  readonly everything: boolean
  /** Which of its lives this is; empty for the first. */
  readonly life: Life
  /** Its link, where it is made anew. */
  readonly before: Link | undefined
}

export async function draftOf(site: Site, write: Writing, options: NewSatellite): Promise<Draft> {
  await requireActive(write)
  const { id: area, name } = await findArea(write, options.area)
  await requireFree(write, area, name)
  await requireNameFree(write, options.name ?? name)
  await requireCompany(site, write, options.company ?? 0)
  return {
    ...(await contentsNow(site, write, area)),
    tag: newTag(site.platform),
    key: newKey(site.platform),
    installationKey: undefined,
    number: await lowestNeverUsed(write),
    name: options.name ?? name,
    company: options.company ?? 0,
    life: '',
    before: undefined,
  }
}

/** The same keys: what its travellers have is sealed under them. */
export async function draftAgain(site: Site, write: Writing, { which }: AgainSatellite): Promise<Draft> {
  await requireActive(write)
  const before = await findSatellite(write, which)
  return {
    ...(await contentsNow(site, write, before.area_id)),
    tag: before.tag,
    key: unwrapKey(site.platform, site.key, before.wrapped_key!),
    installationKey: await branchKey(site, write, before),
    number: prefixOf(before.travel_id),
    name: before.name,
    company: 0,
    life: newTag(site.platform),
    before,
  }
}

async function contentsNow(site: Site, write: Writing, area: number) {
  const position = await readLog(write)
  await keepMembership(site, write, position)
  const time = site.platform.clock.now()
  const slot = await usableArea(write, area)
  return {
    area,
    mode: await encryptionOf(write, area),
    position,
    time,
    contents: await areaContents(site.dictionary, write, slot, time),
    everything: (await oldestIn(write, slot, time)) === undefined,
  }
}

/** @throws {HomecomingError} AREA_IN_USE where another satellite has it, PEOPLE_AWAY who is to log in there */
export async function requireFree(read: Reading, area: number, name: string): Promise<void> {
  const other = await read.row(
    sql<{ number: number }>`select satellite_id as number from satellite where area_id = ${area}`,
  )
  if (other)
    throw new HomecomingError('AREA_IN_USE', `area ${name} is in use: satellite ${other.number} has it`, {
      area: name,
    })
  const away = await awayFrom(read, area)
  if (away.length > 0) throw new HomecomingError('PEOPLE_AWAY', `still away: ${away.join(', ')}`, { away })
}

/** What people say means one office. @throws {HomecomingError} USAGE, SATELLITE_EXISTS */
export async function requireNameFree(read: Reading, name: string): Promise<void> {
  if (name.trim() === '') throw new HomecomingError('USAGE', 'a satellite needs a name')
  if (/^\d+$/.test(name.trim()))
    throw new HomecomingError(
      'USAGE',
      `a satellite cannot be named ${name.trim()}: a number means the satellite of that number; give it another name (--name)`,
    )
  const other = (await linksAway(read)).filter(isSatellite).find(link => isNamed(link, name))
  if (!other) return
  throw new HomecomingError(
    'SATELLITE_EXISTS',
    `satellite ${prefixOf(other.travel_id)} is named ${other.name}`,
    { satellite: name },
  )
}

/** Where the model says which records own an office. @throws {HomecomingError} RECORD_UNKNOWN */
async function requireCompany({ dictionary }: Site, read: Reading, company: number): Promise<void> {
  const part = dictionary.dictionary.parts.company
  if (!part || company === 0) return
  const table = dictionary.table(part.table)
  const key = sql.ref(table.fields[0]!.name)
  if (await read.row(sql`select 1 from ${sql.table(table.name)} where ${key} = ${company}`)) return
  throw new HomecomingError('RECORD_UNKNOWN', `there is no ${table.name} ${company}`, {
    table: table.name,
    record: company,
  })
}

async function awayFrom(read: Reading, area: number): Promise<string[]> {
  const people = await read.rows(
    sql<{ id: number }>`select associate_id as id from areauserassignment where area_id = ${area}`,
  )
  const names: string[] = []
  for (const { id } of people) {
    const link = await linkOfPerson(read, id)
    if (link) names.push(link.name)
  }
  return names
}
