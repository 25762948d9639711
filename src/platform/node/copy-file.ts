/**
 * Copy: one file to another name by the system's own copy, which brings no byte through this process.
 * Shape:  a copy is synced, and visible whole or not at all; a draft is neither: for a file that is worked on first.
 */
import { constants } from 'node:fs'
import { open, rm, stat, copyFile as systemCopy } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { crashPoint } from '../../core/crash-points.ts'
import { guarded } from './file-errors.ts'
import { partPath, sweepParts } from './part-files.ts'
import { renameDurably } from './rename.ts'

export type CopyProgress = (copied: number, total: number) => void

/** The copy is never readable by more people than the original. */
export async function copyFile(from: string, to: string, progress?: CopyProgress): Promise<void> {
  await guarded(to, 'write', () => sweepParts(to))
  const part = partPath(to)
  try {
    await draftFile(from, part, progress)
    await guarded(to, 'write', () => syncFile(part))
    crashPoint('file-written')
    await guarded(to, 'write', () => renameDurably(part, to))
  } catch (error) {
    await guarded(part, 'remove', () => rm(part, { force: true }))
    throw error
  }
}

/** Where the file system can, the draft shares its blocks with the original until it is written to. */
const HOW = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE

/** Nothing is left where it fails. */
export async function draftFile(from: string, to: string, progress: CopyProgress = () => {}): Promise<void> {
  const { size } = await guarded(from, 'read', () => stat(from))
  const copying = guarded(to, 'write', () => systemCopy(from, to, HOW))
  while (!(await endsSoon(copying))) progress(await sizeOf(to), size)
  progress(size, size)
}

const LOOK_AGAIN_IN_MS = 100

/** The system does not say how far it is, but its copy grows. @throws what the work throws */
const endsSoon = (work: Promise<void>): Promise<boolean> =>
  Promise.race([work.then(() => true), pause(LOOK_AGAIN_IN_MS, false, { ref: false })])

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
