/** File writer: a new file that nobody sees under its name until it is whole and on the disk. */
import { type FileHandle, open, rm } from 'node:fs/promises'
import { crashPoint } from '../../core/crash-points.ts'
import { assume } from '../../core/errors.ts'
import type { FileWriter } from '../contract.ts'
import { guarded } from './file-errors.ts'
import { partPath, sweepParts } from './part-files.ts'
import { renameDurably } from './rename.ts'

const OWNER_ONLY = 0o600
const AS_USUAL = 0o666

/** @param mode rights of the new file, from its first moment; the user's mask is applied to it */
export async function openWriter(path: string, mode: number): Promise<FileWriter> {
  return await guarded(path, 'write', async () => {
    await sweepParts(path)
    const part = partPath(path)
    return new PartWriter(path, part, await open(part, 'wx', mode))
  })
}

export function modeFor(ownerOnly: boolean | undefined): number {
  return ownerOnly ? OWNER_ONLY : AS_USUAL
}

class PartWriter implements FileWriter {
  readonly #path: string
  readonly #part: string
  #handle: FileHandle | undefined

  constructor(path: string, part: string, handle: FileHandle) {
    this.#path = path
    this.#part = part
    this.#handle = handle
  }

  async write(bytes: Uint8Array): Promise<void> {
    const handle = this.#opened()
    await guarded(this.#path, 'write', () => writeWhole(handle, bytes))
  }

  async sync(): Promise<void> {
    const handle = this.#opened()
    await guarded(this.#path, 'write', () => handle.sync())
  }

  async publish(): Promise<void> {
    await this.sync()
    await this.#close()
    crashPoint('file-written')
    await guarded(this.#path, 'write', () => renameDurably(this.#part, this.#path))
  }

  async discard(): Promise<void> {
    await this.#close()
    await guarded(this.#part, 'remove', () => rm(this.#part, { force: true }))
  }

  async #close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await guarded(this.#path, 'write', async () => handle?.close())
  }

  #opened(): FileHandle {
    assume(this.#handle, `write to ${this.#path} after it was published or discarded`)
    return this.#handle
  }
}

/** One call may write less than it was given. */
async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done)
    done += bytesWritten
  }
}
