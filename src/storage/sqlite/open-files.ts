/**
 * Open files: which database files this process has open, and whether they are encrypted.
 * Why:   reading the header of an open database with the file system would drop SQLite's locks when that handle is
 *        closed (POSIX locks belong to the process, not to the handle). So the header is read only of other files.
 */
import { closeSync, openSync, readSync, realpathSync } from 'node:fs'

export type FileKind = 'plain' | 'encrypted' | 'foreign'

const open = new Map<string, { kind: FileKind; handles: number }>()

/** Notes a database as open. @returns what to call when it is closed */
export function noteOpen(path: string, kind: FileKind): () => void {
  const file = realpathSync(path)
  const entry = open.get(file) ?? { kind, handles: 0 }
  entry.handles++
  open.set(file, entry)
  return () => {
    if (--entry.handles === 0 && open.get(file) === entry) open.delete(file)
  }
}

export function kindOf(path: string): FileKind {
  return open.get(realpathSync(path))?.kind ?? kindOfHeader(firstBytes(path))
}

/** An encrypted file keeps bytes 16..23 readable, and 21..23 are 64, 32, 32 in every SQLite file. */
function kindOfHeader(header: Buffer): FileKind {
  if (header.toString('latin1', 0, 16) === 'SQLite format 3\0') return 'plain'
  return header.length === 24 && header[21] === 64 && header[22] === 32 && header[23] === 32
    ? 'encrypted'
    : 'foreign'
}

function firstBytes(path: string): Buffer {
  const handle = openSync(path, 'r')
  try {
    const header = Buffer.alloc(24)
    return header.subarray(0, readSync(handle, header, 0, 24, 0))
  } finally {
    closeSync(handle)
  }
}
