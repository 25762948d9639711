/**
 * Own copy: the prototype under the child's own key, in the folder that the person carries away.
 * Shape: note -> key -> copy -> re-key and sync. The note says that what lies there is unfinished; it goes when the journey has begun.
 * Never: touches a travel database or a key that it did not begin to write.
 */
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { writeKeyFile } from '../packet/key-file.ts'
import { linkByTag } from '../packet/link.ts'
import { deriveKey, newKey, newTag } from '../platform/keys.ts'
import { type Progress, type Prototype, prototypeKey, prototypePath } from '../prototype/build.ts'
import type { Database, Reading } from '../storage/contract.ts'
import { removeDatabase } from '../storage/remove-database.ts'
import { TRAVEL_DATABASE, TRAVEL_KEY, TRAVEL_PACKETS } from './paths.ts'

export interface Departure {
  readonly person: { readonly id: number; readonly name: string }
  readonly prototype: Prototype
}

export interface Paths {
  readonly database: string
  readonly key: string
  /** Holds the tag of the journey while it is being prepared. */
  readonly note: string
  readonly packets: string
}

export function pathsIn({ platform }: Site, folder: string): Paths {
  const database = platform.files.join(folder, TRAVEL_DATABASE)
  return {
    database,
    key: platform.files.join(folder, TRAVEL_KEY),
    note: `${database}.journey`,
    packets: platform.files.join(folder, TRAVEL_PACKETS),
  }
}

/** A name of its own for each journey: two that are begun at once never write into one file. */
export const buildingOf = (paths: Paths, tag: string): string =>
  `${paths.database}.${tag.slice(0, 8)}.building`

export interface Trip {
  readonly tag: string
  readonly key: Uint8Array
}

export const newTrip = ({ platform }: Site): Trip => ({ tag: newTag(platform), key: newKey(platform) })

/**
 * Clears away what an interrupted journey has left that nobody is away on. The write lock keeps it from being lent meanwhile.
 * @throws {HomecomingError} DATABASE_EXISTS for a travel database, ALREADY_AWAY for one that somebody is away on,
 *   FILE_FAILED for the key of one that is elsewhere
 */
export async function requireRoom(site: Site, paths: Paths): Promise<void> {
  const { files } = site.platform
  if (await files.exists(paths.database)) {
    throw new HomecomingError('DATABASE_EXISTS', `there is a travel database at ${paths.database}`, {
      path: paths.database,
    })
  }
  await site.db.change(write => clearUnfinished(site, write, paths))
  if (await files.exists(paths.key)) {
    throw new HomecomingError('FILE_FAILED', `${paths.key} is the key of another travel database`, {
      path: paths.key,
    })
  }
}

async function clearUnfinished(site: Site, read: Reading, paths: Paths): Promise<void> {
  const tag = await tagIn(site, paths)
  if (tag === undefined) return
  const link = await linkByTag(read, tag)
  if (link?.state === 'away')
    throw new HomecomingError('ALREADY_AWAY', `${link.name} leaves from this folder`, {
      associate: link.name,
    })
  await discardCopy(site, paths, tag)
}

/** @throws {HomecomingError} DATABASE_BUSY where another process has begun a journey in the same folder since */
export async function requireStillOurs(site: Site, paths: Paths, trip: Trip): Promise<void> {
  if ((await tagIn(site, paths)) === trip.tag) return
  throw new HomecomingError('DATABASE_BUSY', `another program prepares a journey beside ${paths.database}`, {
    path: paths.database,
  })
}

/** @returns the copy, open @throws {HomecomingError} PROTOTYPE_DAMAGED, DISK_FULL */
export async function ownCopy(
  site: Site,
  leaving: Departure,
  paths: Paths,
  trip: Trip,
  progress: Progress,
): Promise<Database> {
  const { files } = site.platform
  const building = buildingOf(paths, trip.tag)
  await files.write(paths.note, new TextEncoder().encode(trip.tag))
  crashPoint('go-noted')
  await writeKeyFile(files, paths.key, trip.key, `travel database of ${leaving.person.name}`)
  crashPoint('go-key-written')
  await requirePrototype(site, leaving.prototype)
  await files.draft(prototypePath(site, leaving.prototype), building, (done, total) =>
    progress('copying', done, total),
  )
  crashPoint('go-copied')
  const copy = await rekey(site, leaving.prototype, building, trip)
  crashPoint('go-rekeyed')
  return copy
}

async function requirePrototype(site: Site, prototype: Prototype): Promise<void> {
  if (!(await site.platform.files.exists(prototypePath(site, prototype))))
    throw new HomecomingError('PROTOTYPE_DAMAGED', `the file of the prototype ${prototype.name} is gone`)
}

async function rekey(site: Site, prototype: Prototype, path: string, trip: Trip): Promise<Database> {
  const from = prototypeKey(site, prototype)
  try {
    return await site.storage.rekey(path, from, deriveKey(site.platform, trip.key, 'database'))
  } catch (error) {
    const damaged = error instanceof HomecomingError && /^(DATABASE_INVALID|KEY_WRONG)$/.test(error.code)
    if (!damaged) throw error
    throw new HomecomingError('PROTOTYPE_DAMAGED', `the prototype ${prototype.name} is damaged`, {}, error)
  }
}

/** The note goes last: while it is there, the rest is known to be unfinished. Key and note may be another journey's. */
export async function discardCopy(site: Site, paths: Paths, tag: string): Promise<void> {
  await removeDatabase(site.platform.files, buildingOf(paths, tag))
  if ((await tagIn(site, paths)) !== tag) return
  await site.platform.files.remove(paths.key)
  await site.platform.files.remove(paths.note)
}

/** The journey that is being prepared in a folder. */
export async function tagIn(site: Site, paths: Paths): Promise<string | undefined> {
  if (!(await site.platform.files.exists(paths.note))) return undefined
  return new TextDecoder().decode(await site.platform.files.read(paths.note))
}
