/**
 * Container: the file a child and its parent exchange, as far as bytes go.
 * Role:   a label, a head and frames in, one sealed stream of bytes out, and back.
 * Shape:  label | sealed head | sealed frames | sealed trailer with the counts. Both ways stream, a frame at a time.
 * Never:  knows what head and frames mean, opens a database, reads the clock.
 * Format: docs/packet-format.md. Change both or neither.
 */
import { assume } from '../core/errors.ts'
import type { FileWriter, Platform } from '../platform/contract.ts'
import { type Frame, type PackedFrame, packFrame, packOwnFrame } from './frame.ts'
import { encodeLabel, type PacketLabel } from './label.ts'
import { keyCheck, type Place, type Seal, sealFor } from './seal.ts'

export { type Frame, type PackedFrame, packFrame } from './frame.ts'
export { PACKET_FORMAT, type PacketLabel, readLabel } from './label.ts'
export { hashFile, type OpenPacket, openPacket } from './open-packet.ts'

export interface WrittenPacket {
  /** SHA-256 of the whole file. */
  readonly hash: Uint8Array
  readonly bytes: number
  /** Without head and trailer. */
  readonly frames: number
}

/**
 * Writes a packet; syncing and publishing the file are the caller's, who notes the hash in between.
 * @param key of the link, undefined in mode 0
 */
export async function writePacket(
  platform: Platform,
  to: FileWriter,
  label: PacketLabel,
  key: Uint8Array | undefined,
  head: unknown,
  frames: AsyncIterable<Frame | PackedFrame>,
): Promise<WrittenPacket> {
  assume((label.mode === 0) === (key === undefined), `mode ${label.mode} with the wrong kind of key`)
  const salt = platform.random.bytes(32)
  const [bytes, digest] = encodeLabel(platform, label, {
    salt,
    keyCheck: keyCheck(platform.cipher, key, salt),
  })
  const output = new Output(platform, to, sealFor(platform.cipher, key, salt, digest))
  await output.raw(bytes)
  await output.frame(packOwnFrame(platform, head), false)
  const { count, size } = await writeFrames(platform, output, frames)
  await output.frame(packOwnFrame(platform, [count, size]), true)
  return { ...output.end(), frames: count }
}

async function writeFrames(
  platform: Platform,
  output: Output,
  frames: AsyncIterable<Frame | PackedFrame>,
): Promise<{ count: number; size: number }> {
  let count = 0
  let size = 0
  for await (const frame of frames) {
    const packed = 'packed' in frame ? frame : packFrame(platform, frame)
    await output.frame(packed, false)
    count++
    size += packed.size
  }
  return { count, size }
}

/** The file in the making: counts, hashes and seals what goes in. */
class Output {
  readonly #to: FileWriter
  readonly #seal: Seal
  readonly #hasher: ReturnType<Platform['cipher']['hasher']>
  #bytes = 0
  #index = 0

  constructor(platform: Platform, to: FileWriter, seal: Seal) {
    this.#to = to
    this.#seal = seal
    this.#hasher = platform.cipher.hasher()
  }

  async frame(frame: PackedFrame, last: boolean): Promise<void> {
    const place: Place = { index: this.#index++, last }
    const sealed = this.#seal.seal(frame.packed, place)
    await this.raw(frameStart(sealed.length, last))
    await this.raw(sealed)
  }

  async raw(bytes: Uint8Array): Promise<void> {
    this.#hasher.update(bytes)
    this.#bytes += bytes.length
    await this.#to.write(bytes)
  }

  end(): { hash: Uint8Array; bytes: number } {
    return { hash: this.#hasher.digest(), bytes: this.#bytes }
  }
}

/** Four bytes: the length, and in the highest bit whether it is the last frame. */
function frameStart(length: number, last: boolean): Uint8Array {
  const start = new Uint8Array(4)
  new DataView(start.buffer).setUint32(0, last ? length + 2 ** 31 : length)
  return start
}
