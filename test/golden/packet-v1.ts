/**
 * What the golden packets of format 1 say, and how they were made: `node test/golden/packet-v1.ts`.
 * The files are never made again once the format is released: they are what older programs wrote.
 */
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PacketLabel } from '../../src/packet/container.ts'
import { label, sealed, seededPlatform } from '../packet/support.ts'

export const goldenKey = new Uint8Array(32).map((_, index) => index)

export const goldenHead = { acknowledged: 3, previous: new Uint8Array([1, 2, 3]), pairs: [[5, 1, 1000, 2]] }

export const goldenFrames = [
  {
    kind: 1,
    body: [
      [null, true, false, 0, -0, 1, -1, 127, 128, -32, -33, 255, 256, 65535, 65536],
      [2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 31) - 1, 2 ** 53 - 1, 2n ** 63n - 1n, -(2n ** 63n)],
      [0.1, -1.5e300, 5e-324, 'Nordlys AS', 'Ærlig talt', '北光', '\ufeffmarked', '🧳', ''],
      [new Uint8Array([0, 255]), new Uint8Array(300).fill(9), 'long '.repeat(60)],
    ],
  },
  { kind: 2, body: Array.from({ length: 50 }, (_, row) => [4608, 0, 1_700_000_000 + row]) },
]

export const goldenFiles: readonly { readonly file: string; readonly label: PacketLabel }[] = [
  { file: 'packet-v1.mode-0.up', label: label(0, { number: 7 }) },
  { file: 'packet-v1.mode-2.dwn', label: label(2, { number: 12345, direction: 'dwn' }) },
]

export const goldenPath = (file: string): string => join(import.meta.dirname, file)

export const goldenKeyFor = (label: PacketLabel): Uint8Array | undefined =>
  label.mode === 0 ? undefined : goldenKey

async function makeGoldenPackets(): Promise<void> {
  for (const { file, label } of goldenFiles) {
    const draft = { label, key: goldenKeyFor(label), head: goldenHead, frames: goldenFrames }
    await writeFile(goldenPath(file), (await sealed(seededPlatform(1), tmpdir(), draft)).file)
  }
}

if (process.argv[1] === import.meta.filename) await makeGoldenPackets()
