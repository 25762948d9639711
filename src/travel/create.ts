/**
 * Create: a new central database from a dictionary, empty of records, with its installation key beside it.
 */
import { crashPoint } from '../core/crash-points.ts'
import { firstId } from '../core/ids.ts'
import { loadDictionary } from '../dictionary/load.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { sequenceRow } from '../log/sequence.ts'
import { writeSetting } from '../log/settings.ts'
import { readKeyFile, writeKeyFile } from '../packet/key-file.ts'
import type { Platform } from '../platform/contract.ts'
import { newKey, newTag } from '../platform/keys.ts'
import { createOwnTables } from '../prototype/own-tables.ts'
import type { Database, Storage, Writing } from '../storage/contract.ts'
import { CENTRAL_LEVEL, writeIdentity } from './identity.ts'
import { installationKeyPath } from './paths.ts'
import { SCHEMA_VERSION } from './upgrade-steps.ts'

export interface NewCentral {
  readonly path: string
  /** A `Dictionary`, or data that is to be one. */
  readonly dictionary: unknown
  /** Associate written in the log where an application names none. */
  readonly defaultAssociate?: number
  readonly name?: string
  /** Writes the first records, before the database becomes visible under its name. */
  readonly fill?: (db: Database) => Promise<unknown>
}

export interface Machine {
  readonly storage: Storage
  readonly platform: Platform
}

/** @throws {HomecomingError} DATABASE_EXISTS, DICTIONARY_INVALID, DISK_FULL; nothing is left behind then */
export async function createCentral(machine: Machine, central: NewCentral): Promise<void> {
  const { storage, platform } = machine
  const dictionary = loadDictionary(central.dictionary, bytes => platform.cipher.digest(bytes))
  await storage.create(
    platform.files,
    central.path,
    async db => {
      await db.change(write => makeCentral(machine, write, dictionary, central))
      await central.fill?.(db)
    },
    async () => {
      crashPoint('create-filled')
      await makeKey(machine, central.path)
      crashPoint('create-key-written')
    },
  )
}

/** The installation key, in the folder of the database. One that an interrupted attempt has left is as good as a new one. */
export async function makeKey({ storage, platform }: Machine, path: string): Promise<void> {
  const home = storage.home(path)
  await platform.files.makeFolder(home)
  const key = installationKeyPath(platform, home)
  if (await platform.files.exists(key)) await readKeyFile(platform.files, key)
  else await writeKeyFile(platform.files, key, newKey(platform), 'installation key')
}

/** @param isMissing which tables of the dictionary are made; absent: all */
export async function makeCentral(
  machine: Machine,
  write: Writing,
  dictionary: LoadedDictionary,
  central: Omit<NewCentral, 'fill'>,
  isMissing: (table: Table) => boolean = () => true,
): Promise<void> {
  for (const table of dictionary.tables.filter(isMissing)) {
    await write.schema.createTable(table)
    await write.schema.createIndexes(table)
  }
  await createOwnTables(write.schema)
  await write.insert(
    { table: 'sequence', key: ['id'], columns: ['next_id', 'tablename', 'tablenumber'] },
    dictionary.tables.map(table => [sequenceRow(table.number), firstId(0), table.name, table.number]),
  )
  await writeSetting(write, 'schema-version', String(SCHEMA_VERSION))
  await writeSetting(write, 'dictionary', JSON.stringify(dictionary.dictionary))
  await writeSetting(write, 'default-associate', String(central.defaultAssociate ?? 0))
  const tag = newTag(machine.platform)
  const now = machine.platform.clock.now()
  await writeIdentity(write, {
    tag,
    parentTag: undefined,
    centralTag: tag,
    level: CENTRAL_LEVEL,
    kind: 'central',
    associate: 0,
    name: central.name ?? 'central',
    currentId: 0,
    area: 0,
    mode: 2,
    databaseType: machine.storage.databaseType(central.path),
    generated: now,
    centralGenerated: now,
  })
}
