/** A platform whose random is counted out from a seed, a packet in memory, and ways to damage it. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  type Frame,
  openPacket,
  type PackedFrame,
  type PacketLabel,
  type WrittenPacket,
  writePacket,
} from '../../src/packet/container.ts'
import type { FileReader, Files, Platform } from '../../src/platform/contract.ts'
import { nodePlatform } from '../../src/platform/node/node-platform.ts'

/** Node's platform with random bytes that depend on the seed only. */
export function seededPlatform(seed = 1): Platform {
  let drawn = 0
  const bytes = (count: number): Uint8Array => {
    const parts: Uint8Array[] = []
    for (let length = 0; length < count; length += 32)
      parts.push(createHash('sha256').update(`${seed}:${drawn++}`).digest())
    return new Uint8Array(Buffer.concat(parts).subarray(0, count))
  }
  return nodePlatform({ random: { bytes } })
}

export const label = (mode: PacketLabel['mode'], changes: Partial<PacketLabel> = {}): PacketLabel => ({
  format: 1,
  direction: 'up',
  number: 1,
  sender: '0123456789abcdef0123456789abcdef',
  receiver: 'fedcba9876543210fedcba9876543210',
  mode,
  ...changes,
})

export const aKey = new Uint8Array(32).fill(7)
export const keyOf = (mode: PacketLabel['mode']): Uint8Array | undefined => (mode === 0 ? undefined : aKey)

export interface Draft {
  readonly label: PacketLabel
  readonly key: Uint8Array | undefined
  readonly head: unknown
  readonly frames: readonly (Frame | PackedFrame)[]
}

/** The bytes of a packet, written through a real file. */
export async function sealed(
  platform: Platform,
  folder: string,
  draft: Draft,
): Promise<WrittenPacket & { readonly file: Uint8Array; readonly path: string }> {
  const path = join(folder, 'sealed')
  const writer = await platform.files.writer(path)
  const written = await writePacket(platform, writer, draft.label, draft.key, draft.head, each(draft.frames))
  await writer.publish()
  return { ...written, path, file: await platform.files.read(path) }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

export interface Contents {
  readonly label: PacketLabel
  readonly head: unknown
  readonly frames: readonly Frame[]
  readonly hash: Uint8Array
}

/** Reads a packet to its end. */
export async function contents(
  platform: Platform,
  path: string,
  key: Uint8Array | undefined,
): Promise<Contents> {
  await using packet = await openPacket(platform, path, async () => key)
  const frames: Frame[] = []
  for await (const frame of packet.frames()) frames.push(frame)
  return { label: packet.label, head: packet.head, frames, hash: packet.hash() }
}

/** Bytes as a file: so that thousands of damaged packets need no disk. */
export function inMemory(platform: Platform, file: Uint8Array): Platform {
  const files: Files = { ...platform.files, reader: async () => memoryReader(file) }
  return { ...platform, files }
}

function memoryReader(file: Uint8Array): FileReader {
  let position = 0
  return {
    read: async count => {
      const start = position
      position = Math.min(start + count, file.length)
      return file.slice(start, position)
    },
    close: async () => {},
  }
}

/** The pieces of a packet: its label, then each frame with its length before it. */
export function pieces(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const found = [file.slice(0, 12 + view.getUint16(10) + 32)]
  for (let at = found[0]!.length; at < file.length; ) {
    const end = at + 4 + (view.getUint32(at) & 0x7fffffff)
    found.push(file.slice(at, end))
    at = end
  }
  return found
}

export const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
