/**
 * Own copy: the prototype under the child's own key, in the folder that the person carries away.
 * Shape: note -> key -> copy -> re-key. The note says that what lies there is unfinished; it goes when the journey has begun.
 * Never: touches a travel database or a key that it did not begin to write.
 */
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { writeKeyFile } from '../packet/key-file.ts'
import { deriveKey, newKey, newTag } from '../platform/keys.ts'
import { type Progress, type Prototype, prototypeKey, prototypePath } from '../prototype/build.ts'
import { removeDatabase } from '../storage/remove-database.ts'
import { TRAVEL_DATABASE, TRAVEL_KEY, TRAVEL_PACKETS } from './paths.ts'

export interface Departure {
  readonly person: { readonly id: number; readonly name: string }
  readonly prototype: Prototype
}

export interface Paths {
  readonly database: string
  readonly building: string
  readonly key: string
  /** Holds the tag of the journey while it is being prepared. */
  readonly note: string
  readonly packets: string
}

export function pathsIn({ platform }: Site, folder: string): Paths {
  const database = platform.files.join(folder, TRAVEL_DATABASE)
  return {
    database,
    building: `${database}.building`,
    key: platform.files.join(folder, TRAVEL_KEY),
    note: `${database}.journey`,
    packets: platform.files.join(folder, TRAVEL_PACKETS),
  }
}

export interface Trip {
  readonly tag: string
  readonly key: Uint8Array
}

/** @throws {HomecomingError} DATABASE_EXISTS for a travel database, FILE_FAILED for the key of one that is elsewhere */
export async function requireRoom(site: Site, paths: Paths): Promise<void> {
  const { files } = site.platform
  if (await files.exists(paths.database)) {
    throw new HomecomingError('DATABASE_EXISTS', `there is a travel database at ${paths.database}`, {
      path: paths.database,
    })
  }
  if (await files.exists(paths.note)) await discardCopy(site, paths)
  if (await files.exists(paths.key)) {
    throw new HomecomingError('FILE_FAILED', `${paths.key} is the key of another travel database`, {
      path: paths.key,
    })
  }
}

/** @throws {HomecomingError} PROTOTYPE_DAMAGED, DISK_FULL */
export async function ownCopy(
  site: Site,
  leaving: Departure,
  paths: Paths,
  progress: Progress,
): Promise<Trip> {
  const { files } = site.platform
  const trip = { tag: newTag(site.platform), key: newKey(site.platform) }
  await files.write(paths.note, new TextEncoder().encode(trip.tag))
  crashPoint('go-noted')
  await writeKeyFile(files, paths.key, trip.key, `travel database of ${leaving.person.name}`)
  crashPoint('go-key-written')
  await requirePrototype(site, leaving.prototype)
  await files.copy(prototypePath(site, leaving.prototype), paths.building, (done, total) =>
    progress('copying', done, total),
  )
  crashPoint('go-copied')
  await rekey(site, leaving.prototype, paths.building, trip)
  crashPoint('go-rekeyed')
  return trip
}

async function requirePrototype(site: Site, prototype: Prototype): Promise<void> {
  if (!(await site.platform.files.exists(prototypePath(site, prototype))))
    throw new HomecomingError('PROTOTYPE_DAMAGED', `the file of the prototype ${prototype.name} is gone`)
}

async function rekey(site: Site, prototype: Prototype, path: string, trip: Trip): Promise<void> {
  const from = prototypeKey(site, prototype)
  try {
    await site.storage.rekey(path, from, deriveKey(site.platform, trip.key, 'database'))
  } catch (error) {
    const damaged = error instanceof HomecomingError && /^(DATABASE_INVALID|KEY_WRONG)$/.test(error.code)
    if (!damaged) throw error
    throw new HomecomingError('PROTOTYPE_DAMAGED', `the prototype ${prototype.name} is damaged`, {}, error)
  }
}

/** The note goes last: while it is there, the rest is known to be unfinished. */
export async function discardCopy(site: Site, paths: Paths): Promise<void> {
  await removeDatabase(site.platform.files, paths.building)
  await site.platform.files.remove(paths.key)
  await site.platform.files.remove(paths.note)
}

/** The journey that is being prepared in a folder. */
export async function tagIn(site: Site, paths: Paths): Promise<string | undefined> {
  if (!(await site.platform.files.exists(paths.note))) return undefined
  return new TextDecoder().decode(await site.platform.files.read(paths.note))
}
