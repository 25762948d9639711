/**
 * Create: a permanent child of central in another office (SPEC 8): its area, its number and id range, its own database,
 * installation key and the key of its link.
 * Shape: copy of the area under another name -> number, link and row at central, identity in the copy, in one transaction
 *        -> its own name -> first exchange. Until the transaction commits there is no satellite; after it the same call
 *        in the same folder goes on.
 */
import { sql } from 'kysely'
import { encryptionOf, findArea } from '../areas/area-rows.ts'
import { areaContents, oldestIn } from '../areas/contents.ts'
import { usableArea } from '../areas/membership.ts'
import { keepMembership } from '../areas/upkeep.ts'
import type { Carrier } from '../carrier/contract.ts'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { prefixOf } from '../core/ids.ts'
import { freshenDictionary } from '../log/fresh-dictionary.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { branchKey } from '../packet/branch.ts'
import { readKeyFile, writeKeyFile } from '../packet/key-file.ts'
import { type Link, linkByTag, linkOfPerson } from '../packet/link.ts'
import type { Life } from '../packet/rejoin-notes.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import { newKey, newTag, unwrapKey } from '../platform/keys.ts'
import type { Progress } from '../prototype/build.ts'
import { copyHashes } from '../prototype/copy-hashes.ts'
import { prepareChild } from '../prototype/prepare-child.ts'
import type { CopiedTable, Database, Reading, Writing } from '../storage/contract.ts'
import { removeDatabase } from '../storage/remove-database.ts'
import { requireActive, requireCentral } from '../travel/activate.ts'
import { type Exchanged, exchangeBoth } from '../travel/exchange.ts'
import type { CarrierOf } from '../travel/go.ts'
import { openSite } from '../travel/open.ts'
import { installationKeyPath, TRAVEL_PACKETS } from '../travel/paths.ts'
import { found } from './found.ts'
import { lowestNeverUsed, nextIdOf } from './numbers.ts'
import { succeed } from './succeed.ts'
import { findSatellite } from './which.ts'

export interface NewSatellite {
  /** Name or id of the area that it holds; who is assigned to it logs in there. */
  readonly area: string | number
  /** Name of its packets, and of the office in lists. Absent: the area's. */
  readonly name?: string
  /** Id of the company that owns it; 0: none is named. */
  readonly company?: number
  /** Where its database, key and packets are put. */
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

export interface CreatedSatellite {
  readonly number: number
  readonly name: string
  readonly database: string
  readonly packets: string
  readonly tag: string
  readonly exchanged: Exchanged
}

export const SATELLITE_DATABASE = 'satellite.db'

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

/** @throws {HomecomingError} TRAVEL_INACTIVE, AREA_UNKNOWN, AREA_EMPTY, AREA_IN_USE, PEOPLE_AWAY, DATABASE_EXISTS, SATELLITES_EXHAUSTED, DISK_FULL */
export async function createSatellite(
  site: Site,
  options: NewSatellite,
  carrierOf: CarrierOf,
): Promise<CreatedSatellite> {
  requireCentral(site, 'creating a satellite')
  return make(site, options, carrierOf, write => draftOf(site, write, options))
}

/**
 * Where the database of an office is lost: the same office begins another life. What it had not sent is lost with it, unless
 * somebody on the road has it, and what it may have given out as an id is stepped over; number and link stay. The old
 * database, should it turn up, is refused as a twin.
 * @throws {HomecomingError} SATELLITE_UNKNOWN, and those of `createSatellite`
 */
export async function regenerateSatellite(
  site: Site,
  options: AgainSatellite,
  carrierOf: CarrierOf,
): Promise<CreatedSatellite> {
  requireCentral(site, 'regenerating a satellite')
  return make(site, options, carrierOf, write => draftAgain(site, write, options))
}

type Drafting = (write: Writing) => Promise<Draft>

async function make(
  site: Site,
  options: { readonly folder: string; readonly progress?: Progress },
  carrierOf: CarrierOf,
  drafting: Drafting,
): Promise<CreatedSatellite> {
  const { files } = site.platform
  const path = files.join(options.folder, SATELLITE_DATABASE)
  const packets = files.join(options.folder, TRAVEL_PACKETS)
  await site.db.snapshot(read => freshenDictionary(site, read))
  await files.makeFolder(options.folder)
  const tag = (await goOn(site, path)) ?? (await begin(site, options.progress ?? (() => {}), path, drafting))
  await nameIt(site, path)
  const link = (await site.db.snapshot(read => linkByTag(read, tag)))!
  const exchanged = await firstExchange(site, path, carrierOf(packets, link))
  crashPoint('satellite-exchanged')
  await files.remove(noteOf(path))
  return { number: link.travel_id >>> 24, name: link.name, database: path, packets, tag, exchanged }
}

const buildingOf = (path: string): string => `${path}.building`
/** Holds the tag while the satellite is being made: what lies there is unfinished. */
const noteOf = (path: string): string => `${path}.founding`

/** @returns the tag of a satellite that central knows already, and that was not finished here */
async function goOn(site: Site, path: string): Promise<string | undefined> {
  const { files } = site.platform
  const noted = await notedAt(site, path)
  if (noted && (await isKnown(site, noted))) return noted.tag
  if (await files.exists(path))
    throw new HomecomingError('DATABASE_EXISTS', `there is a database at ${path}`, { path })
  await discard(site, path)
  return undefined
}

type Noted = Pick<Draft, 'tag' | 'life'>

async function notedAt({ platform: { files } }: Site, path: string): Promise<Noted | undefined> {
  const note = noteOf(path)
  if (!(await files.exists(note))) return undefined
  const [tag = '', life = ''] = new TextDecoder().decode(await files.read(note)).split(' ')
  return { tag, life }
}

/** Central has it, and in this life: the transaction of `found` has committed. */
const isKnown = (site: Site, { tag, life }: Noted): Promise<boolean> =>
  site.db.snapshot(async read => {
    const link = await linkByTag(read, tag)
    return link !== undefined && (await readRejoin(read, link.link_id)).life === life
  })

/** The note goes last: while it is there, the rest is known to be unfinished. */
async function discard({ platform: { files } }: Site, path: string): Promise<void> {
  await removeDatabase(files, buildingOf(path))
  await files.remove(noteOf(path))
}

/** @returns the satellite's tag */
async function begin(site: Site, progress: Progress, path: string, drafting: Drafting): Promise<string> {
  const draft = await site.db.change(drafting)
  const building = buildingOf(path)
  try {
    await site.platform.files.write(noteOf(path), new TextEncoder().encode(`${draft.tag} ${draft.life}`))
    const installationKey = await ownKey(site, path, draft.installationKey)
    await copy(site, building, draft, progress)
    crashPoint('satellite-copied')
    const whole = { ...draft, installationKey }
    await withCopy(site, building, copied =>
      draft.before ? succeed(site, whole, draft.before, copied) : found(site, whole, copied),
    )
  } catch (error) {
    if (!(await isKnown(site, draft))) await discard(site, path)
    throw error
  }
  crashPoint('satellite-founded')
  return draft.tag
}

async function withCopy(site: Site, path: string, work: (copy: Database) => Promise<void>): Promise<void> {
  const copied = await site.storage.open(path)
  try {
    await work(copied)
  } finally {
    await copied.close()
  }
}

/** A key that an interrupted attempt has left is as good as a new one. */
async function ownKey(site: Site, path: string, former: Uint8Array | undefined): Promise<Uint8Array> {
  const { platform } = site
  const home = site.storage.home(path)
  await platform.files.makeFolder(home)
  const keyPath = installationKeyPath(platform, home)
  if (former || !(await platform.files.exists(keyPath)))
    await writeKeyFile(platform.files, keyPath, former ?? newKey(platform), 'installation key')
  return readKeyFile(platform.files, keyPath)
}

async function draftOf(site: Site, write: Writing, options: NewSatellite): Promise<Draft> {
  await requireActive(write)
  const { id: area, name } = await findArea(write, options.area)
  await requireFree(write, area, name)
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
async function draftAgain(site: Site, write: Writing, { which }: AgainSatellite): Promise<Draft> {
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

/** The snapshot may know more than the position that was read before it, never less. */
async function copy(site: Site, path: string, draft: Draft, progress: Progress): Promise<void> {
  let done = 0
  await site.storage.copyTables(
    site.db,
    { path },
    draft.contents,
    name => {
      done += 1
      progress(`copying ${name}`, done, draft.contents.length + 1)
    },
    async write => {
      const nextId = (table: Parameters<typeof nextIdOf>[1]) =>
        site.db.snapshot(read => nextIdOf(read, table, draft.number, draft.before !== undefined))
      await prepareChild(site, write, { prefix: draft.number, nextId })
      await copyHashes(site, write, draft.contents, draft.everything)
      progress('preparing', 1, 1)
    },
  )
}

/** Named when it is whole. The parent's write lock keeps a second process out that does the same. */
async function nameIt({ db, platform: { files } }: Site, path: string): Promise<void> {
  await db.change(async () => {
    if (await files.exists(buildingOf(path))) await files.move(buildingOf(path), path)
  })
  crashPoint('satellite-named')
}

async function firstExchange(site: Site, path: string, carrier: Carrier): Promise<Exchanged> {
  const satellite = await openSite(site, { path })
  try {
    return await exchangeBoth(site, satellite, carrier)
  } finally {
    await satellite.db.close()
  }
}
