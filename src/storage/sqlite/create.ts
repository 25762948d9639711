/**
 * Create: a database file that grows under another name, and stands under its own only when it is whole.
 */
import { HomecomingError } from '../../core/errors.ts'
import type { Files } from '../../platform/contract.ts'
import type { Database } from '../contract.ts'
import { removeDatabase } from '../remove-database.ts'
import { SqliteDatabase } from './database.ts'

export const draftOf = (path: string): string => `${path}.building`

export async function publish(files: Files, path: string): Promise<void> {
  if (await files.exists(draftOf(path))) await files.move(draftOf(path), path)
}

/** @throws {HomecomingError} DATABASE_EXISTS, DISK_FULL, and whatever `fill` and `last` throw; nothing is left behind then */
export async function createDatabase(
  files: Files,
  path: string,
  fill: (db: Database) => Promise<void>,
  last: () => Promise<void> = async () => {},
): Promise<void> {
  if (await files.exists(path))
    throw new HomecomingError('DATABASE_EXISTS', `there is a file at ${path}`, { path })
  const building = draftOf(path)
  await removeDatabase(files, building)
  try {
    await filled(building, fill)
    await last()
    await publish(files, path)
  } catch (error) {
    await removeDatabase(files, building)
    throw error
  }
}

async function filled(path: string, fill: (db: Database) => Promise<void>): Promise<void> {
  const db = await SqliteDatabase.open(path, { create: true })
  try {
    await fill(db)
  } finally {
    await db.close()
  }
}
