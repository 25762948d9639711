/** Open: a database of an installation, with its dictionary, identity and key. */
import { HomecomingError } from '../core/errors.ts'
import { loadDictionary } from '../dictionary/load.ts'
import { readSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { readKeyFile } from '../packet/key-file.ts'
import { deriveKey } from '../platform/keys.ts'
import type { Database, Reading } from '../storage/contract.ts'
import { type Machine, SCHEMA_VERSION } from './create.ts'
import { readIdentity } from './identity.ts'
import { homeOf, installationKeyPath, travelKeyPath } from './paths.ts'

export interface OpenSite {
  readonly path: string
  /** The key file: the child's own, or the installation's. By default beside the database. */
  readonly keyFile?: string
}

/** @throws {HomecomingError} DATABASE_NOT_FOUND, DATABASE_INVALID, DATABASE_TOO_NEW, KEY_MISSING, KEY_WRONG, KEY_FILE_OPEN */
export async function openSite(machine: Machine, { path, keyFile }: OpenSite): Promise<Site> {
  const { platform } = machine
  if (!(await platform.files.exists(path))) {
    throw new HomecomingError('DATABASE_NOT_FOUND', `there is no database at ${path}`, { path })
  }
  const central = keyFile ?? installationKeyPath(platform, path)
  const travel = keyFile ?? travelKeyPath(platform, path)
  const travels =
    keyFile === undefined && (await platform.files.exists(travel)) && !(await platform.files.exists(central))
  const key = await readKeyFile(platform.files, travels ? travel : central)
  const db = await openEither(machine, path, key)
  try {
    return await siteOf(machine, db, path, key)
  } catch (error) {
    await db.close()
    throw error
  }
}

/** A travel database is encrypted under a key derived from its own; a central one is the application's own file. */
async function openEither({ platform, storage }: Machine, path: string, key: Uint8Array): Promise<Database> {
  try {
    return await storage.open(path)
  } catch (error) {
    if (!(error instanceof HomecomingError) || error.code !== 'KEY_MISSING') throw error
    return storage.open(path, { key: deriveKey(platform, key, 'database') })
  }
}

async function siteOf(machine: Machine, db: Database, path: string, key: Uint8Array): Promise<Site> {
  const { platform, storage } = machine
  return db.snapshot(async read => {
    const version = await schemaVersion(read, path)
    if (version > SCHEMA_VERSION) {
      throw new HomecomingError('DATABASE_TOO_NEW', `${path} was written by a newer version`, {
        path,
        version,
        known: SCHEMA_VERSION,
      })
    }
    const text = (await readSetting(read, 'dictionary')) ?? '{}'
    const dictionary = loadDictionary(JSON.parse(text), bytes => platform.cipher.digest(bytes))
    return {
      db,
      storage,
      platform,
      dictionary,
      identity: await readIdentity(read, path),
      home: homeOf(platform, path),
      path,
      key,
    }
  })
}

async function schemaVersion(read: Reading, path: string): Promise<number> {
  try {
    return Number((await readSetting(read, 'schema-version')) ?? 0)
  } catch (error) {
    throw new HomecomingError(
      'DATABASE_INVALID',
      `${path} is no database of an installation`,
      { path },
      error,
    )
  }
}
