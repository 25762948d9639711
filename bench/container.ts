/**
 * Container: packing, sealing and opening rows, against the same rows through another MessagePack and zstd alone.
 * Rows have 20 columns and about 230 bytes, in blocks of 5,000, in memory.
 */
import { rmSync } from 'node:fs'
import { zstdCompressSync } from 'node:zlib'
import { Packr } from 'msgpackr'
import type { Row as Record } from '../src/core/values.ts'
import {
  type Frame,
  openPacket,
  type PackedFrame,
  type PacketLabel,
  packFrame,
  writePacket,
} from '../src/packet/container.ts'
import { decode } from '../src/packet/msgpack-reader.ts'
import { encode } from '../src/packet/msgpack-writer.ts'
import { nodePlatform } from '../src/platform/node/node-platform.ts'
import { inTurns, timed } from './measure.ts'
import type { Place } from './place.ts'
import { type Aim, compared, type Row } from './row.ts'

const BLOCK = 5000
const platform = nodePlatform()
const library = new Packr({ useRecords: false })
const key = new Uint8Array(32).fill(1)
const small = { params: { 100: 1 } }
const label: PacketLabel = {
  format: 1,
  direction: 'dwn',
  number: 1,
  sender: '0'.repeat(32),
  receiver: '1'.repeat(32),
  mode: 2,
}

export async function containerRows(place: Place): Promise<Row[]> {
  const blocks = blocksOf(place.sizes.ordinary)
  const frames = blocks.map(body => ({ kind: 1, body }))
  const shared = frames.map(frame => packFrame(platform, frame))
  const [ours, theirs] = [blocks.map(encode), blocks.map(block => new Uint8Array(library.pack(block)))]
  const path = place.path('ee0001.dwn')
  const pressed = () => every(blocks, block => zstdCompressSync(library.pack(block), small))
  const row = async (name: string, aim: Aim, work: () => unknown, baseline: () => unknown): Promise<Row> =>
    compared(
      name,
      await inTurns(
        place.rounds,
        () => timed(work),
        () => timed(baseline),
      ),
      'ms',
      aim,
    )
  const unpacked = () => every(theirs, bytes => library.unpack(bytes))
  const rows = [
    await row(
      'container-pack',
      '>= 0.75',
      () => every(blocks, encode),
      () => every(blocks, b => library.pack(b)),
    ),
    await row('container-unpack', '>= 0.50', () => every(ours, decode), unpacked),
    await row('container-write', '>= 0.75', () => write(path, frames), pressed),
    await row('container-write-again', '>= 1.00', () => write(path, shared), pressed),
    await row('container-read', '>= 0.50', () => read(path), unpacked),
  ]
  rmSync(path)
  return rows
}

function blocksOf(count: number): Record[][] {
  let state = 1
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state % below
  }
  const word = (length: number): string =>
    Array.from({ length }, () => String.fromCharCode(97 + next(26))).join('')
  const time = '2026-11-21T04:05:06Z'
  const row = (id: number): Record =>
    [id, next(100), next(50), word(20), word(12), word(30), null, word(8), time, time].concat([
      ...[next(1e6), 0, 1, word(25), word(40), next(1e6) / 7, null, 3, word(16), next(1e5)],
    ] as never[])
  return Array.from({ length: Math.ceil(count / BLOCK) }, (_, block) =>
    Array.from({ length: BLOCK }, (_, index) => row(block * BLOCK + index)),
  )
}

/** One block after the other, keeping none: so do the real readers and writers. */
function every<T>(items: readonly T[], work: (item: T) => unknown): void {
  for (const item of items) work(item)
}

async function* each(frames: readonly (Frame | PackedFrame)[]): AsyncGenerator<Frame | PackedFrame> {
  yield* frames
}

async function write(path: string, frames: readonly (Frame | PackedFrame)[]): Promise<void> {
  const writer = await platform.files.writer(path)
  await writePacket(platform, writer, label, key, {}, each(frames))
  await writer.publish()
}

async function read(path: string): Promise<void> {
  await using packet = await openPacket(platform, path, async () => key)
  for await (const frame of packet.frames()) void frame
}
