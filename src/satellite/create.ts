/**
 * Create: a permanent child of central in another office (SPEC 8): its area, its number and id range, its own database,
 * installation key and the key of its link.
 * Shape: copy of the area under another name -> number, link and row at central, identity in the copy, in one transaction
 *        -> its own name -> first exchange. Until the transaction commits there is no satellite; after it the same call
 *        in the same folder goes on.
 */
import type { Carrier } from '../carrier/contract.ts'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { freshenDictionary } from '../log/fresh-dictionary.ts'
import type { Site } from '../log/site.ts'
import { readKeyFile, writeKeyFile } from '../packet/key-file.ts'
import { linkByTag } from '../packet/link.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import { newKey } from '../platform/keys.ts'
import type { Progress } from '../prototype/build.ts'
import { copyHashes } from '../prototype/copy-hashes.ts'
import { prepareChild } from '../prototype/prepare-child.ts'
import type { Database, Writing } from '../storage/contract.ts'
import { requireCentral } from '../travel/activate.ts'
import { type Exchanged, exchangeBoth } from '../travel/exchange.ts'
import type { CarrierOf } from '../travel/go.ts'
import { meetGeneration, placeOfOffice } from '../travel/made-anew.ts'
import { openSite } from '../travel/open.ts'
import { installationKeyPath, TRAVEL_PACKETS } from '../travel/paths.ts'
import { type AgainSatellite, type Draft, draftAgain, draftOf, type NewSatellite } from './draft.ts'
import { found } from './found.ts'
import { nextIdOf } from './numbers.ts'
import { succeed } from './succeed.ts'
import { findSatellite } from './which.ts'

export interface CreatedSatellite {
  readonly number: number
  readonly name: string
  readonly database: string
  readonly packets: string
  readonly tag: string
  readonly exchanged: Exchanged
}

export const SATELLITE_DATABASE = 'satellite.db'

/** @throws {HomecomingError} USAGE, SATELLITE_EXISTS, RECORD_UNKNOWN, TRAVEL_INACTIVE, AREA_UNKNOWN, AREA_EMPTY, AREA_IN_USE, PEOPLE_AWAY, DATABASE_EXISTS, SATELLITES_EXHAUSTED, DISK_FULL */
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
  const { tag } = await site.db.snapshot(read => findSatellite(read, options.which))
  const place = await site.db.snapshot(read => placeOfOffice(read, tag))
  const made = await make(site, options, carrierOf, write => draftAgain(site, write, options))
  if (place !== undefined) await tellFormer(site, place, tag)
  return made
}

/** Where the old database is not lost after all, and at hand, it hears of it at once. One that does not open is lost. */
async function tellFormer(site: Site, path: string, tag: string): Promise<void> {
  try {
    if (!(await site.storage.exists(path))) return
    const former = await openSite(site, { path })
    try {
      if (former.identity.tag === tag) await meetGeneration(site, former)
    } finally {
      await former.db.close()
    }
  } catch (error) {
    if (!(error instanceof HomecomingError)) throw error
  }
}

type Drafting = (write: Writing) => Promise<Draft>

async function make(
  site: Site,
  options: { readonly folder: string; readonly progress?: Progress },
  carrierOf: CarrierOf,
  drafting: Drafting,
): Promise<CreatedSatellite> {
  const { files } = site.platform
  const path = site.storage.within(options.folder, SATELLITE_DATABASE)
  const beside = site.storage.beside(path)
  const packets = files.join(beside, TRAVEL_PACKETS)
  await site.db.snapshot(read => freshenDictionary(site, read))
  await files.makeFolder(beside)
  const tag = (await goOn(site, path)) ?? (await begin(site, options.progress ?? (() => {}), path, drafting))
  await nameIt(site, path)
  const link = (await site.db.snapshot(read => linkByTag(read, tag)))!
  const exchanged = await firstExchange(site, path, carrierOf(packets, link))
  crashPoint('satellite-exchanged')
  await files.remove(noteOf(site, path))
  return {
    number: link.travel_id >>> 24,
    name: link.name,
    database: site.storage.nameOf(path),
    packets,
    tag,
    exchanged,
  }
}

/** Holds the tag while the satellite is being made: what lies there is unfinished. */
const noteOf = ({ platform: { files }, storage }: Site, path: string): string =>
  files.join(storage.beside(path), `${SATELLITE_DATABASE}.founding`)

/** @returns the tag of a satellite that central knows already, and that was not finished here */
async function goOn(site: Site, path: string): Promise<string | undefined> {
  const noted = await notedAt(site, path)
  if (noted && (await isKnown(site, noted))) return noted.tag
  if (await site.storage.exists(path)) throw exists(site.storage.nameOf(path))
  await discard(site, path)
  return undefined
}

const exists = (path: string): HomecomingError =>
  new HomecomingError('DATABASE_EXISTS', `there is a database at ${path}`, { path })

type Noted = Pick<Draft, 'tag' | 'life'>

async function notedAt(site: Site, path: string): Promise<Noted | undefined> {
  const { files } = site.platform
  const note = noteOf(site, path)
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
async function discard(site: Site, path: string): Promise<void> {
  const { files } = site.platform
  await site.storage.discard(files, path)
  await files.remove(noteOf(site, path))
}

/** @returns the satellite's tag */
async function begin(site: Site, progress: Progress, path: string, drafting: Drafting): Promise<string> {
  const draft = await site.db.change(drafting)
  const building = site.storage.draft(path)
  try {
    await site.platform.files.write(
      noteOf(site, path),
      new TextEncoder().encode(`${draft.tag} ${draft.life}`),
    )
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
async function nameIt({ db, storage, platform }: Site, path: string): Promise<void> {
  await db.change(() => storage.publish(platform.files, path))
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
