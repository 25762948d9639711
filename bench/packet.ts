/**
 * Packet bench: rows a second through the container, against the same rows through MessagePack and zstd alone.
 * Run: `node bench/packet.ts [rows]`. Rows have 20 columns and about 230 bytes, in blocks of 5,000.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { Packr } from 'msgpackr'
import type { Row } from '../src/core/values.ts'
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

const BLOCK = 5000
const platform = nodePlatform()
const key = new Uint8Array(32).fill(1)
const label: PacketLabel = {
  format: 1,
  direction: 'dwn',
  number: 1,
  sender: '0'.repeat(32),
  receiver: '1'.repeat(32),
  mode: 2,
}

function blocksOf(count: number): Row[][] {
  let state = 1
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state % below
  }
  const word = (length: number): string =>
    Array.from({ length }, () => String.fromCharCode(97 + next(26))).join('')
  const time = '2026-11-21T04:05:06Z'
  const row = (id: number): Row =>
    [id, next(100), next(50), word(20), word(12), word(30), null, word(8), time, time].concat([
      ...[next(1e6), 0, 1, word(25), word(40), next(1e6) / 7, null, 3, word(16), next(1e5)],
    ] as never[])
  return Array.from({ length: count / BLOCK }, (_, block) =>
    Array.from({ length: BLOCK }, (_, index) => row(block * BLOCK + index)),
  )
}

/** The best of three: the machine may be busy with something else. */
async function measure(what: string, rows: number, work: () => Promise<void> | void): Promise<void> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 3; round++) {
    const started = performance.now()
    await work()
    best = Math.min(best, performance.now() - started)
  }
  console.log(
    `${what.padEnd(46)} ${Math.round(rows / best)
      .toString()
      .padStart(6)}k rows/s`,
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

const rows = Number(process.argv[2] ?? 200_000)
const blocks = blocksOf(rows)
const frames = blocks.map(body => ({ kind: 1, body }))
const shared = frames.map(frame => packFrame(platform, frame))
const library = new Packr({ useRecords: false })
const [ours, theirs] = [blocks.map(encode), blocks.map(block => new Uint8Array(library.pack(block)))]
const folder = await mkdtemp(join(tmpdir(), 'homecoming-bench-'))
const path = join(folder, 'ee0001.dwn')
const small = { params: { 100: 1 } }

await measure('msgpackr, writing', rows, () => every(blocks, block => library.pack(block)))
await measure('our MessagePack, writing', rows, () => every(blocks, encode))
await measure('msgpackr, reading', rows, () => every(theirs, bytes => library.unpack(bytes)))
await measure('our MessagePack, reading', rows, () => every(ours, decode))
await measure('msgpackr and zstd 1 (baseline)', rows, () =>
  every(blocks, b => zstdCompressSync(library.pack(b), small)),
)
await measure('packed, sealed, written, hashed, synced', rows, () => write(path, frames))
await measure('sealed for one more child, written, synced', rows, () => write(path, shared))
await measure('read, opened, unpacked, hashed', rows, () => read(path))
await rm(folder, { recursive: true })
