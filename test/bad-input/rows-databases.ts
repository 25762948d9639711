/** Keys and database files that are not what they should be. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { exchange, goOnTravel } from '../../src/app/journey.ts'
import { writeSetting } from '../../src/log/settings.ts'
import type { Site } from '../../src/log/site.ts'
import { receive } from '../../src/travel/receive.ts'
import { verify } from '../../src/travel/verify.ts'
import { Scene } from '../support/bad-input-scene.ts'
import { cutInHalf, onlyFile } from '../support/damage.ts'
import type { Row } from './rows.ts'

const KEY = 'A wrong or missing key'
const NO_DATABASE = 'a file that is no database'
const OTHER = 'a database of another dictionary or a newer version'

const installationKey = (scene: Scene): string => join(`${scene.central}.homecoming`, 'installation.key')

const prototype = (scene: Scene): string => onlyFile(join(`${scene.central}.homecoming`, 'prototypes'), '.db')

/** A key file of ours, as it should be, for something else. */
function foreignKey(scene: Scene): string {
  const path = scene.place('foreign.key')
  writeFileSync(path, `Homecoming key, version 1: something else.\n${'5a'.repeat(32)}\n`, { mode: 0o600 })
  return path
}

async function newer(site: Site): Promise<void> {
  await site.db.change(write => writeSetting(write, 'schema-version', '999'))
}

/** Runs with the scene of another installation, whose databases are as good as ours. */
async function withOther<T>(work: (other: Scene) => Promise<T>): Promise<T> {
  await using other = await Scene.open()
  return await work(other)
}

const wrongKeyRows: Row[] = [
  {
    input: KEY,
    step: 'open a travel database without its key',
    answer: 'KEY_MISSING',
    make: async scene => rmSync(scene.key),
    run: scene => scene.open(scene.travel),
  },
  {
    input: KEY,
    step: 'open a travel database with the key of another',
    answer: 'KEY_WRONG',
    run: scene => scene.open(scene.travel, foreignKey(scene)),
  },
  {
    input: KEY,
    step: 'open a travel database with a file that is no key',
    answer: 'KEY_WRONG',
    make: async scene => writeFileSync(scene.key, 'open sesame'),
    run: scene => scene.open(scene.travel),
  },
  {
    input: KEY,
    step: 'open a travel database with a key that others may read',
    answer: 'KEY_FILE_OPEN',
    make: async scene => chmodSync(scene.key, 0o644),
    run: scene => scene.open(scene.travel),
  },
  {
    input: KEY,
    step: 'open a central database without the installation key',
    answer: 'KEY_MISSING',
    make: async scene => rmSync(installationKey(scene)),
    run: scene => scene.open(scene.central),
  },
  {
    input: KEY,
    step: 'leave with the key of another installation',
    answer: 'KEY_WRONG',
    run: async scene => {
      const office = await scene.open(scene.central, foreignKey(scene))
      return closing(office, () => goOnTravel(office, { associate: 'jo', folder: scene.place('jo') }))
    },
  },
  {
    input: KEY,
    step: 'read an UP with the key of another installation: the packet is not to blame, and stays where it is',
    answer: 'KEY_WRONG',
    make: scene => scene.up(),
    run: async scene => {
      const office = await scene.open(scene.central, foreignKey(scene))
      return closing(office, () => receive(office, scene.carrier()))
    },
  },
]

async function closing<T>(site: Site, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await site.db.close()
  }
}

export const databaseRows: readonly Row[] = [
  ...wrongKeyRows,
  {
    input: NO_DATABASE,
    step: 'open a text file',
    answer: 'DATABASE_INVALID',
    make: async scene => writeFileSync(scene.place('letter.db'), 'Dear reader, '.repeat(1000)),
    run: scene => scene.open(scene.place('letter.db')),
  },
  {
    input: NO_DATABASE,
    step: 'open an empty file',
    answer: 'DATABASE_INVALID',
    make: async scene => writeFileSync(scene.place('empty.db'), ''),
    run: scene => scene.open(scene.place('empty.db')),
  },
  {
    input: NO_DATABASE,
    step: 'open the database of another program',
    answer: 'DATABASE_INVALID',
    make: async scene => new DatabaseSync(scene.place('other.db')).exec('create table bird (name text)'),
    run: scene => scene.open(scene.place('other.db')),
  },
  {
    input: NO_DATABASE,
    step: 'open a database that was cut in half',
    answer: 'DATABASE_INVALID',
    make: async scene => {
      await scene.office.site.storage.backup(scene.office.site.db, scene.place('half.db'))
      cutInHalf(scene.place('half.db'))
    },
    run: scene => scene.open(scene.place('half.db'), installationKey(scene)),
  },
  {
    input: NO_DATABASE,
    step: 'open what is not there',
    answer: 'DATABASE_NOT_FOUND',
    run: scene => scene.open(scene.place('nothing.db')),
  },
  {
    input: NO_DATABASE,
    step: 'leave with a prototype that is damaged',
    answer: 'PROTOTYPE_DAMAGED',
    make: async scene => writeFileSync(prototype(scene), 'no prototype '.repeat(2000)),
    run: scene => goOnTravel(scene.office.site, { associate: 'jo', folder: scene.place('jo') }),
  },
  {
    input: OTHER,
    step: 'open a central database of a newer version',
    answer: 'DATABASE_TOO_NEW',
    make: scene => newer(scene.office.site),
    run: scene => scene.open(scene.central),
  },
  {
    input: OTHER,
    step: 'open a travel database of a newer version',
    answer: 'DATABASE_TOO_NEW',
    make: scene => newer(scene.laptop.site),
    run: scene => scene.open(scene.travel),
  },
  {
    input: OTHER,
    step: 'exchange with the travel database of another installation',
    answer: 'PACKET_FOREIGN',
    run: scene => withOther(other => exchange(scene.office.site, other.laptop.site)),
  },
  {
    input: OTHER,
    step: 'verify against the travel database of another installation',
    answer: 'PACKET_FOREIGN',
    run: scene => withOther(other => verify(scene.office.site, other.laptop.site)),
  },
  {
    input: OTHER,
    step: 'read an UP that was written with another dictionary',
    answer: 'DICTIONARY_DIFFERS',
    make: async scene => {
      await scene.laptop.site.db.change(write =>
        write.run(
          sql`update hc_setting set value = json_set(value, '$.version', 99) where name = 'dictionary'`,
        ),
      )
      await scene.up()
    },
    run: scene => receive(scene.office.site, scene.carrier()),
  },
]
