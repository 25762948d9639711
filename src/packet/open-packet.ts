/**
 * Open packet: reads a sealed packet front to end, trusting nothing that its seal does not vouch for.
 * Errors: PACKET_INVALID it is something else; PACKET_TOO_NEW; PACKET_FOREIGN there is no key for it, or another;
 *         PACKET_DAMAGED cut short, altered, reordered, repeated or followed by anything.
 */
import { assume, HomecomingError } from '../core/errors.ts'
import { sameBytes } from '../core/values.ts'
import type { Platform } from '../platform/contract.ts'
import { ByteSource } from './byte-source.ts'
import { type Frame, LARGEST_PACKED, OWN_KIND, unpackFrame } from './frame.ts'
import { type PacketLabel, type ReadLabel, readLabelFrom } from './label.ts'
import { keyCheck, SEAL_LENGTH, type Seal, sealFor } from './seal.ts'

const LAST = 2 ** 31

export interface OpenPacket extends AsyncDisposable {
  readonly label: PacketLabel
  readonly head: unknown
  /** Once, in order. A packet is whole only when this has come to its end: undo what was done if it throws. */
  frames(): AsyncIterable<Frame>
  /** SHA-256 of the whole file; known when the frames have been read to the end. */
  hash(): Uint8Array
  close(): Promise<void>
}

/**
 * @param keyFor the link's key; undefined says that the link is not encrypted. It may throw to refuse the label.
 * A packet without encryption is refused where the link has a key: anyone could have written it.
 */
export async function openPacket(
  platform: Platform,
  path: string,
  keyFor: (label: PacketLabel) => Promise<Uint8Array | undefined>,
): Promise<OpenPacket> {
  const source = new ByteSource(platform, await platform.files.reader(path), path)
  try {
    const read = await readLabelFrom(platform, source)
    const seal = await openSeal(platform, source, read, await keyFor(read.label))
    return await PacketReader.open(platform, source, read.label, seal)
  } catch (error) {
    await source.close()
    throw error
  }
}

/** The SHA-256 of a whole file: what the packet after it and the repeated packet are compared with. */
export async function hashFile(platform: Platform, path: string): Promise<Uint8Array> {
  const source = new ByteSource(platform, await platform.files.reader(path), path)
  try {
    while ((await source.takeUpTo(1024 * 1024)).length > 0);
    return await source.end()
  } finally {
    await source.close()
  }
}

async function openSeal(
  platform: Platform,
  source: ByteSource,
  { label, sealing, digest }: ReadLabel,
  key: Uint8Array | undefined,
): Promise<Seal> {
  if (key === undefined && label.mode !== 0) throw foreign(source, label, 'there is no key for it')
  if (key !== undefined && label.mode === 0) throw foreign(source, label, 'it is not sealed, its link is')
  const check = keyCheck(platform.cipher, key, sealing.salt)
  if (!sameBytes(check, sealing.keyCheck)) throw foreign(source, label, 'it is sealed under another key')
  return sealFor(platform.cipher, key, sealing.salt, digest)
}

function foreign(source: ByteSource, label: PacketLabel, why: string): HomecomingError {
  const values = { path: source.name, sender: label.sender, number: label.number, direction: label.direction }
  return new HomecomingError('PACKET_FOREIGN', `${source.name} cannot be opened: ${why}`, values)
}

interface Taken extends Frame {
  readonly last: boolean
  readonly size: number
}

class PacketReader implements OpenPacket {
  readonly label: PacketLabel
  readonly #platform: Platform
  readonly #source: ByteSource
  readonly #seal: Seal
  #head: unknown
  #index = 0
  #started = false
  #hash: Uint8Array | undefined

  private constructor(platform: Platform, source: ByteSource, label: PacketLabel, seal: Seal) {
    this.#platform = platform
    this.#source = source
    this.#seal = seal
    this.label = label
  }

  static async open(
    platform: Platform,
    source: ByteSource,
    label: PacketLabel,
    seal: Seal,
  ): Promise<PacketReader> {
    const packet = new PacketReader(platform, source, label, seal)
    const { kind, body, last } = await packet.#take()
    if (kind !== OWN_KIND || last) throw source.damaged('it has no head')
    packet.#head = body
    return packet
  }

  get head(): unknown {
    return this.#head
  }

  async *frames(): AsyncGenerator<Frame> {
    assume(!this.#started, 'the frames of a packet are read once')
    this.#started = true
    let count = 0
    let size = 0
    for (;;) {
      const frame = await this.#take()
      if (frame.last) return await this.#finish(frame, count, size)
      if (frame.kind === OWN_KIND) throw this.#source.damaged('a frame says nothing')
      count++
      size += frame.size
      yield { kind: frame.kind, body: frame.body }
    }
  }

  hash(): Uint8Array {
    assume(this.#hash, 'the hash of a packet is known when it was read to its end')
    return this.#hash
  }

  close(): Promise<void> {
    return this.#source.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #take(): Promise<Taken> {
    const index = this.#index++
    const start = await this.#source.take(4)
    const word = new DataView(start.buffer, start.byteOffset).getUint32(0)
    const last = word >= LAST
    const length = last ? word - LAST : word
    if (length > LARGEST_PACKED + SEAL_LENGTH)
      throw this.#source.damaged(`frame ${index} has an absurd length`)
    const packed = this.#seal.open(await this.#source.take(length), { index, last })
    if (packed === undefined) throw this.#source.damaged(`frame ${index} was altered`)
    const frame = this.#source.reading(`frame ${index}`, () => unpackFrame(this.#platform, packed))
    return { ...frame, last }
  }

  async #finish(trailer: Taken, count: number, size: number): Promise<void> {
    const [frames, bytes] = Array.isArray(trailer.body) ? trailer.body : []
    if (trailer.kind !== OWN_KIND || frames !== count || bytes !== size)
      throw this.#source.damaged('its trailer counts other frames')
    this.#hash = await this.#source.end()
  }
}
