/** Copy: a synced copy of a file under another name, visible whole or not at all. */
import { stat } from 'node:fs/promises'
import type { FileReader, FileWriter } from '../contract.ts'
import { guarded } from './file-errors.ts'
import { openReader } from './file-reader.ts'
import { openWriter } from './file-writer.ts'

const CHUNK = 4 * 1024 * 1024

/** The copy is never readable by more people than the original. */
export async function copyFile(
  from: string,
  to: string,
  progress?: (copied: number, total: number) => void,
): Promise<void> {
  const { mode, size } = await guarded(from, 'read', () => stat(from))
  const reader = await openReader(from)
  try {
    const writer = await openWriter(to, mode & 0o777)
    await pourOrDiscard(reader, writer, copied => progress?.(copied, size))
  } finally {
    await reader.close()
  }
}

async function pourOrDiscard(
  reader: FileReader,
  writer: FileWriter,
  progress: (copied: number) => void,
): Promise<void> {
  try {
    await pour(reader, writer, progress)
    await writer.publish()
  } catch (error) {
    await writer.discard()
    throw error
  }
}

async function pour(
  reader: FileReader,
  writer: FileWriter,
  progress: (copied: number) => void,
): Promise<void> {
  let copied = 0
  for (;;) {
    const bytes = await reader.read(CHUNK)
    if (bytes.length === 0) return
    await writer.write(bytes)
    copied += bytes.length
    progress(copied)
  }
}
