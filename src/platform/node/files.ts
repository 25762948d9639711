/**
 * Files: the file system through node:fs.
 * Role:   every write is whole or not at all, and on the disk when it returns; every failure names its path.
 * Errors: DISK_FULL where there was no room, FILE_FAILED for the rest.
 */
import { mkdir, readdir, readFile, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Files, FileWriter } from '../contract.ts'
import { copyFile, draftFile } from './copy-file.ts'
import { destroyFile, isThere } from './destroy-file.ts'
import { errnoOf, guarded } from './file-errors.ts'
import { openReader } from './file-reader.ts'
import { modeFor, openWriter } from './file-writer.ts'
import { plainBytes } from './plain-bytes.ts'
import { renameDurably, syncFolder } from './rename.ts'

const ANYONE_ELSE = 0o077

export const nodeFiles: Files = {
  join,
  parent: dirname,
  exists: path => guarded(path, 'look at', () => isThere(path)),
  size: path => guarded(path, 'look at', async () => (await stat(path)).size),
  list: folder => guarded(folder, 'list', async () => (await readdir(folder)).sort()),
  makeFolder: folder => guarded(folder, 'make', async () => void (await mkdir(folder, { recursive: true }))),
  read: path => guarded(path, 'read', async () => plainBytes(await readFile(path))),
  reader: openReader,
  writer: (path, options) => openWriter(path, modeFor(options?.ownerOnly)),
  write: async (path, bytes, options) => {
    await writeOrDiscard(await openWriter(path, modeFor(options?.ownerOnly)), bytes)
  },
  copy: copyFile,
  draft: draftFile,
  move: (from, to) => guarded(from, 'move', () => moveFile(from, to)),
  remove: path => guarded(path, 'remove', () => removeFile(path)),
  removeFolder: folder => guarded(folder, 'remove', () => rm(folder, { recursive: true, force: true })),
  destroy: path => guarded(path, 'destroy', () => destroyFile(path)),
  openToOthers: path => guarded(path, 'look at', () => isOpenToOthers(path)),
  freeBytes: folder => guarded(folder, 'look at', () => freeBytesIn(folder)),
}

async function writeOrDiscard(writer: FileWriter, bytes: Uint8Array): Promise<void> {
  try {
    await writer.write(bytes)
    await writer.publish()
  } catch (error) {
    await writer.discard()
    throw error
  }
}

/** A rename where both names are on one file system, otherwise a copy that is whole before the original goes. */
async function moveFile(from: string, to: string): Promise<void> {
  try {
    await renameDurably(from, to)
  } catch (error) {
    if (errnoOf(error) !== 'EXDEV') throw error
    await copyFile(from, to)
    await removeFile(from)
  }
}

async function removeFile(path: string): Promise<void> {
  if (!(await isThere(path))) return
  await rm(path, { force: true })
  await syncFolder(dirname(path))
}

/** Windows keeps rights in lists that Node does not show: there the folder's rights have to do. */
async function isOpenToOthers(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false
  return ((await stat(path)).mode & ANYONE_ELSE) !== 0
}

async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
