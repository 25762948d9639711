/**
 * Lock holder: which process writes to a database file, where the system tells it (Linux: /proc/locks).
 * Never: opens the database file. Closing any handle on it would drop the locks that SQLite holds in this process.
 */
import { readFileSync, statSync } from 'node:fs'

export interface LockHolder {
  readonly process: number
  readonly program: string
}

/** SQLite locks bytes of the file itself, or of `-shm` in WAL mode. */
export function lockHolder(file: string): LockHolder | undefined {
  const inodes = new Set([file, `${file}-shm`].flatMap(inodeOf))
  const writing = linesOf('/proc/locks')
    .map(parsed)
    .find(lock => lock?.writes && inodes.has(lock.inode))
  if (!writing) return undefined
  const program = linesOf(`/proc/${writing.process}/comm`)[0] ?? 'a program'
  return { process: writing.process, program }
}

/** A line such as `3: POSIX  ADVISORY  WRITE 4711 08:01:1234 120 120`. */
function parsed(line: string) {
  const [, , , mode, process, place] = line.split(/\s+/)
  if (process === undefined || place === undefined) return undefined
  return { writes: mode === 'WRITE', process: Number(process), inode: Number(place.split(':')[2]) }
}

function inodeOf(file: string): number[] {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? [found.ino] : []
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    // No such system file, or no right to read it: the holder stays unnamed.
    return []
  }
}
