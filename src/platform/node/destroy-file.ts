/** Destroy: for keys. What a journalling or flash file system keeps beneath is out of any program's reach. */
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crashPoint } from '../../core/crash-points.ts'
import { errnoOf } from './file-errors.ts'
import { syncFolder } from './rename.ts'

const CHUNK = 64 * 1024

/** Overwrites, syncs, removes, syncs the folder. A file that is not there any more was destroyed before. */
export async function destroyFile(path: string): Promise<void> {
  if (!(await isThere(path))) return
  const handle = await open(path, 'r+')
  try {
    await overwrite(handle)
    await handle.sync()
  } finally {
    await handle.close()
  }
  crashPoint('key-overwritten')
  await rm(path)
  await syncFolder(dirname(path))
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return false
    throw error
  }
}

async function overwrite(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat()
  let position = 0
  while (position < size) {
    const noise = randomBytes(Math.min(CHUNK, size - position))
    const { bytesWritten } = await handle.write(noise, 0, noise.length, position)
    position += bytesWritten
  }
}
