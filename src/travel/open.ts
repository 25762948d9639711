/** Open: a database of an installation, with its dictionary, identity and key. */
import { HomecomingError } from '../core/errors.ts'
import { loadDictionary } from '../dictionary/load.ts'
import { readSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { readKeyFile } from '../packet/key-file.ts'
import { deriveKey } from '../platform/keys.ts'
import type { Database, Reading } from '../storage/contract.ts'
import type { Machine } from './create.ts'
import { readIdentity } from './identity.ts'
import { installationKeyPath, releasePath, travelKeyPath } from './paths.ts'
import { runSteps, SCHEMA_VERSION, schemaVersion } from './upgrade-steps.ts'

export interface OpenSite {
  readonly path: string
  /** The key file: the child's own, or the installation's. By default beside the database. */
  readonly keyFile?: string
  /** How long to wait for another program's lock, milliseconds. */
  readonly waitFor?: number
  /** Opens a central database of an older version as it is: for the upgrade. */
  readonly olderToo?: boolean
}

/** @throws {HomecomingError} DATABASE_NOT_FOUND, DATABASE_INVALID, DATABASE_TOO_NEW, DATABASE_TOO_OLD, KEY_MISSING, KEY_WRONG, KEY_FILE_OPEN, CHILD_CLOSED after homecoming */
export async function openSite(machine: Machine, open: OpenSite): Promise<Site> {
  const { path } = open
  if (!(await machine.storage.exists(path))) {
    const place = machine.storage.nameOf(path)
    throw new HomecomingError('DATABASE_NOT_FOUND', `there is no database at ${place}`, { path: place })
  }
  const { db, key } = await openEither(machine, open)
  try {
    const site = await siteOf(machine, db, open, key)
    if (!open.olderToo) await requireNewest(site)
    return site
  } catch (error) {
    await db.close()
    throw error
  }
}

/** A travel database is encrypted under a key derived from its own; a central one is the application's own file. */
async function openEither(machine: Machine, open: OpenSite): Promise<{ db: Database; key?: Uint8Array }> {
  const { platform, storage } = machine
  const options = open.waitFor === undefined ? {} : { waitFor: open.waitFor }
  try {
    return { db: await storage.open(open.path, options) }
  } catch (error) {
    if (!(error instanceof HomecomingError) || error.code !== 'KEY_MISSING') throw error
    const key = await travelKey(machine, open)
    const db = await storage.open(open.path, { ...options, key: deriveKey(platform, key, 'database') })
    return { db, key }
  }
}

async function travelKey({ platform, storage }: Machine, { path, keyFile }: OpenSite): Promise<Uint8Array> {
  try {
    return await readKeyFile(platform.files, keyFile ?? travelKeyPath(platform, path))
  } catch (error) {
    const noKey = error instanceof HomecomingError && /^KEY_(MISSING|WRONG)$/.test(error.code)
    if (!noKey || !(await platform.files.exists(releasePath(platform, storage.home(path))))) throw error
    // Gone, or overwritten by a process that died before it could remove the file.
    throw new HomecomingError('CHILD_CLOSED', `${path} came home: its key was destroyed`, { path }, error)
  }
}

/** @param travel the key that the file was opened with, where it is encrypted */
async function siteOf(
  { platform, storage }: Machine,
  db: Database,
  { path: place, keyFile }: OpenSite,
  travel: Uint8Array | undefined,
): Promise<Site> {
  const path = storage.nameOf(place)
  return db.snapshot(async read => {
    const version = await versionOf(read, path)
    if (version > SCHEMA_VERSION) {
      throw new HomecomingError('DATABASE_TOO_NEW', `${path} was written by a newer version`, {
        path,
        version,
        known: SCHEMA_VERSION,
      })
    }
    const text = (await readSetting(read, 'dictionary')) ?? '{}'
    const dictionary = loadDictionary(JSON.parse(text), bytes => platform.cipher.digest(bytes))
    const identity = await readIdentity(read, path)
    const home = storage.home(path)
    const key = travel ?? (await readKeyFile(platform.files, keyFile ?? installationKeyPath(platform, home)))
    return { db, storage, platform, dictionary, identity, home, path, key }
  })
}

/** A child catches up by itself; of a central database somebody should have a copy first (`homecoming upgrade`). */
async function requireNewest({ db, identity, path }: Site): Promise<void> {
  const version = await db.snapshot(schemaVersion)
  if (version === SCHEMA_VERSION) return
  if (identity.kind === 'traveller') {
    await db.change(write => runSteps(write))
    return
  }
  throw new HomecomingError('DATABASE_TOO_OLD', `${path} was written by an older version`, {
    path,
    version,
    known: SCHEMA_VERSION,
  })
}

async function versionOf(read: Reading, path: string): Promise<number> {
  try {
    return await schemaVersion(read)
  } catch (error) {
    throw new HomecomingError(
      'DATABASE_INVALID',
      `${path} is no database of an installation`,
      { path },
      error,
    )
  }
}
