/**
 * Rename: gives a finished file its name so that it lasts.
 * Windows refuses a rename while a virus scanner or an indexer looks at either file: that passes, so try again.
 */
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { errnoOf } from './file-errors.ts'

const PASSING = new Set(['EPERM', 'EACCES', 'EBUSY'])
const PAUSES_IN_MS = [10, 30, 100, 300, 1000]

/** Replaces `to` if it is there; synced when it returns. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await renamePatiently(from, to)
  await syncFolder(dirname(to))
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from))
}

async function renamePatiently(from: string, to: string): Promise<void> {
  for (const wait of process.platform === 'win32' ? PAUSES_IN_MS : []) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (!PASSING.has(errnoOf(error) ?? '')) throw error
      await pause(wait)
    }
  }
  await rename(from, to)
}

/** Makes the names in a folder last. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems cannot sync a folder: the file itself is synced, that must do.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(errnoOf(error) ?? '')) throw error
  } finally {
    await handle.close()
  }
}
