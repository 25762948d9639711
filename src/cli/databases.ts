/**
 * Databases: opens what a command works on, and closes it whatever happens.
 * Never: knows what is done with it.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  closeDatabase,
  defaultPackets,
  type HomecomingDatabase,
  HomecomingError,
  openDatabase,
  parentPath,
} from '../index.ts'
import type { Run } from './command.ts'
import { databaseAt, isAddress } from './words.ts'

/** @param keyFile by default the one of the settings */
export async function withDatabase<T>(
  run: Run,
  path: string,
  work: (database: HomecomingDatabase) => Promise<T>,
  keyFile = run.settings.keyFile,
): Promise<T> {
  const database = await openDatabase(databaseAt(path), openHow(run, keyFile))
  try {
    return await work(database)
  } finally {
    await closeDatabase(database)
  }
}

export const openHow = (run: Run, keyFile = run.settings.keyFile) => ({
  waitFor: run.settings.wait * 1000,
  ...(keyFile === undefined ? {} : { keyFile: resolve(keyFile) }),
})

export interface ParentOptions {
  readonly parentKey?: string
}

/** A travel database and the one it left from. */
export function withBoth<T>(
  run: Run,
  path: string,
  { parentKey }: ParentOptions,
  work: (parent: HomecomingDatabase, child: HomecomingDatabase) => Promise<T>,
): Promise<T> {
  return withDatabase(run, path, async child => {
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
