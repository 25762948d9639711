/** File reader: a file from its beginning, as many bytes at a time as are asked for. */
import { type FileHandle, open } from 'node:fs/promises'
import type { FileReader } from '../contract.ts'
import { guarded } from './file-errors.ts'

export async function openReader(path: string): Promise<FileReader> {
  const handle = await guarded(path, 'read', () => open(path, 'r'))
  return {
    read: count => guarded(path, 'read', () => readUpTo(handle, count)),
    close: () => handle.close(),
  }
}

/** A length that somebody else wrote down must not take memory that the file cannot fill. */
const WITHOUT_ASKING = 1024 * 1024

async function readUpTo(handle: FileHandle, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count > WITHOUT_ASKING ? Math.min(count, (await handle.stat()).size) : count)
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled)
    if (bytesRead === 0) return bytes.subarray(0, filled)
    filled += bytesRead
  }
  return bytes
}
