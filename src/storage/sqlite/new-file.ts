/**
 * New file: a database file that is written whole, without a journal, and stands only when it is safe on disk.
 * Never:  leaves anything behind when the work fails.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileError } from './file-errors.ts'
import { createFile, removeDatabase } from './open.ts'

/** @throws {HomecomingError} DATABASE_EXISTS, and whatever `work` throws */
export async function newFile(path: string, work: () => Promise<void>): Promise<void> {
  createFile(path)
  try {
    await work()
    syncFile(path)
    syncFolder(dirname(path))
  } catch (error) {
    removeDatabase(path)
    throw error
  }
}

/** Only for files that nobody in this process has open (see open-files.ts). */
export const syncFile = (path: string): void => sync(path, 'r+')

export function syncFolder(path: string): void {
  // Windows has no way to sync a folder, and needs none.
  if (process.platform !== 'win32') sync(path, 'r')
}

function sync(path: string, flags: string): void {
  try {
    const handle = openSync(path, flags)
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    throw fileError(path, 'could not be written to disk', error)
  }
}
