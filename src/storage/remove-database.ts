/** A database file, and what its product leaves beside it when a process is killed or a disk is full. */
import type { Files } from '../platform/contract.ts'

const BESIDE = ['-wal', '-shm', '-journal', '']

/** The database itself goes last: while it is there, the rest has a meaning. */
export async function removeDatabase(files: Files, path: string): Promise<void> {
  for (const end of BESIDE) await files.remove(path + end)
}
