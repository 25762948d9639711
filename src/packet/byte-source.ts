/**
 * Byte source: a file read from front to end, in pieces of known length, hashed on the way.
 * Never: holds more than the piece asked for.
 */
import { HomecomingError } from '../core/errors.ts'
import type { FileReader, Platform } from '../platform/contract.ts'

export class ByteSource {
  readonly name: string
  readonly #reader: FileReader
  readonly #hasher: ReturnType<Platform['cipher']['hasher']>
  #taken = 0

  /** @param name for messages: the path */
  constructor(platform: Platform, reader: FileReader, name: string) {
    this.name = name
    this.#reader = reader
    this.#hasher = platform.cipher.hasher()
  }

  /** Bytes taken so far. */
  get taken(): number {
    return this.#taken
  }

  /** @throws {HomecomingError} PACKET_DAMAGED where the file ends before */
  async take(count: number): Promise<Uint8Array> {
    const bytes = await this.takeUpTo(count)
    if (bytes.length < count) throw this.damaged(`it was cut short at byte ${this.#taken}`)
    return bytes
  }

  async takeUpTo(count: number): Promise<Uint8Array> {
    const bytes = await this.#reader.read(count)
    this.#hasher.update(bytes)
    this.#taken += bytes.length
    return bytes
  }

  /** @returns the SHA-256 of the whole file; @throws {HomecomingError} PACKET_DAMAGED if there is more of it */
  async end(): Promise<Uint8Array> {
    const more = await this.#reader.read(1)
    if (more.length > 0) throw this.damaged('something follows its end')
    return this.#hasher.digest()
  }

  close(): Promise<void> {
    return this.#reader.close()
  }

  /** Runs what reads untrusted bytes: whatever it throws means that they are damaged. */
  reading<T>(what: string, work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw this.damaged(`${what} cannot be read`, error)
    }
  }

  damaged(why: string, cause?: unknown): HomecomingError {
    const values = { path: this.name, at: this.#taken }
    return new HomecomingError('PACKET_DAMAGED', `${this.name} is damaged: ${why}`, values, cause)
  }
}
