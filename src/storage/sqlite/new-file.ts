/**
 * New file: a database file that is written whole, without a journal, and stands only when it is safe on disk.
 * Never:  leaves anything behind when the work fails.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
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

/**
 * The disk is given what there is while the work goes on, so that little is left to sync afterwards.
 * The handle is closed last: that drops the locks of whoever in this process has the file open.
 */
export async function whileSyncing(path: string, work: () => Promise<void>): Promise<void> {
  const handle = await open(path, 'r+').catch(failedToWrite(path))
  const syncing = Promise.allSettled([handle.sync()])
  try {
    await work()
  } finally {
    await syncing
    await handle.close()
  }
  const [synced] = await syncing
  if (synced.status === 'rejected') failedToWrite(path)(synced.reason)
}

const failedToWrite = (path: string) => (error: unknown) => {
  throw fileError(path, 'could not be written to disk', error)
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
    failedToWrite(path)(error)
  }
}
