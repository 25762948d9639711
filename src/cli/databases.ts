/**
 * Databases: opens what a command works on, and closes it whatever happens.
 * Never: knows what is done with it.
 */
import { existsSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import {
  closeDatabase,
  defaultPackets,
  type HomecomingDatabase,
  HomecomingError,
  nameOfDatabase,
  openDatabase,
  parentPath,
} from '../index.ts'
import type { Run } from './command.ts'
import { databaseAt, isAddress, place, typed } from './words.ts'

/** @param keyFile by default the one of the settings */
export async function withDatabase<T>(
  run: Run,
  path: string,
  work: (database: HomecomingDatabase) => Promise<T>,
  keyFile = run.settings.keyFile,
): Promise<T> {
  requireFile(path)
  const database = await openDatabase(databaseAt(path), openHow(run, keyFile))
  try {
    return await work(database)
  } finally {
    await closeDatabase(database)
  }
}

/** People take a folder along, and name that. @throws {HomecomingError} USAGE with the file in it */
function requireFile(path: string): void {
  if (isAddress(path) || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const file = ['travel.db', 'satellite.db'].map(name => join(path, name)).find(each => existsSync(each))
  if (file === undefined) return
  throw new HomecomingError('USAGE', `${path} is a folder: the database is ${place(resolve(file))}`, {
    path,
    database: resolve(file),
  })
}

export const openHow = (run: Run, keyFile = run.settings.keyFile) => ({
  waitFor: run.settings.wait * 1000,
  ...(keyFile === undefined ? {} : { keyFile: resolve(keyFile) }),
})

export interface ParentOptions {
  readonly parentKey?: string
}

/**
 * Before anyone is asked whether it should be done: the same refusal as that of the step itself.
 * @param what is done, as a noun. @throws {HomecomingError} CENTRAL_ONLY, NOT_A_PARENT
 */
export function requireCentral({ identity, path }: HomecomingDatabase, what: string): void {
  if (identity.kind === 'traveller')
    throw new HomecomingError('NOT_A_PARENT', `${path} is a travel database`, { path })
  if (identity.kind === 'satellite')
    throw new HomecomingError('CENTRAL_ONLY', `${what} is done at central, not at ${identity.name}`, { path })
}

/** Before its parent is looked for. @throws {HomecomingError} NOT_A_SATELLITE */
export function requireSatellite({ identity, path }: HomecomingDatabase): void {
  if (identity.kind === 'satellite') return
  throw new HomecomingError('NOT_A_SATELLITE', `${path} is no satellite`, { path })
}

/**
 * A travel database and the one it left from.
 * @param fits throws where the first is not what the command is for
 */
export function withBoth<T>(
  run: Run,
  path: string,
  { parentKey }: ParentOptions,
  work: (parent: HomecomingDatabase, child: HomecomingDatabase) => Promise<T>,
  fits: (child: HomecomingDatabase) => void = () => {},
): Promise<T> {
  return withDatabase(run, path, async child => {
    fits(child)
    const parent = await parentOf(run, child)
    // The key of the settings is that of the travel database.
    const database = await openDatabase(parent, {
      waitFor: run.settings.wait * 1000,
      ...(parentKey === undefined ? {} : { keyFile: resolve(parentKey) }),
    })
    try {
      return await work(database, child)
    } finally {
      await closeDatabase(database)
    }
  })
}

/** @throws {HomecomingError} NOT_A_CHILD, PARENT_UNREACHABLE when nothing is where the parent was */
async function parentOf(run: Run, child: HomecomingDatabase): Promise<string> {
  const noted = await parentPath(child)
  if (run.settings.parent !== undefined) return databaseAt(run.settings.parent)
  if (noted !== undefined && (isAddress(noted) || existsSync(noted))) return noted
  throw new HomecomingError(
    'PARENT_UNREACHABLE',
    `the parent of ${child.path} is not at ${noted ?? 'a known place'}`,
    {
      parent: noted,
    },
  )
}

/** The database of the parent, as somebody there would type it: its path where it can be reached from here. */
export async function parentNamed(child: HomecomingDatabase): Promise<string> {
  const noted = await parentPath(child)
  if (noted === undefined) return '<database>'
  if (isAddress(noted)) return place(nameOfDatabase(noted))
  return existsSync(noted) ? place(noted) : typed(basename(noted))
}

/** The packets folder of the settings, else the one beside the database. */
export const packetsOf = (run: Run, database: HomecomingDatabase): { readonly packets: string } => ({
  packets: run.settings.packets === undefined ? defaultPackets(database) : resolve(run.settings.packets),
})

/** Where packets lie: `packets`, and at a satellite `below` for its travellers. `named` is what the settings say. */
export interface Folders {
  readonly packets: string
  readonly below?: string
  readonly named: { readonly packets?: string }
}

export function foldersOf(run: Run, database: HomecomingDatabase): Folders {
  const { packets } = packetsOf(run, database)
  if (run.settings.packets !== undefined) return { packets, named: { packets } }
  if (database.identity.kind !== 'satellite') return { packets, named: {} }
  return { packets, below: defaultPackets(database, 'children'), named: {} }
}

/**
 * Before packets are read. The folder beside a database is made when the first packet is sent; one that somebody names is
 * there, or it is not the one: a share that is not mounted looks like one where nothing waits.
 * @throws {HomecomingError} SETTING_INVALID
 */
export function requirePacketsFolder({ settings: { packets } }: Run): void {
  if (packets === undefined) return
  const found = statSync(resolve(packets), { throwIfNoEntry: false })
  if (found?.isDirectory()) return
  throw new HomecomingError(
    'SETTING_INVALID',
    `packets: ${found ? `${packets} is no folder` : `there is no folder ${packets}`}`,
    { packets: resolve(packets) },
  )
}
