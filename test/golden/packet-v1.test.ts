import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/node-platform.ts'
import { contents } from '../packet/support.ts'
import { readIndependently } from './independent-reader.ts'
import { goldenFiles, goldenFrames, goldenHead, goldenKeyFor, goldenPath } from './packet-v1.ts'

describe.each(goldenFiles)('$file, written by format 1', ({ file, label }) => {
  test('is read by this program as it was meant', async () => {
    const read = await contents(nodePlatform(), goldenPath(file), goldenKeyFor(label))
    expect(read).toMatchObject({ label, head: goldenHead })
    expect(read.frames).toStrictEqual(goldenFrames)
  })

  test('is read by a reader written from docs/packet-format.md alone', async () => {
    const key = goldenKeyFor(label)
    const read = readIndependently(await readFile(goldenPath(file)), key && Buffer.from(key))
    expect(read.label).toMatchObject(label)
    expect(read.blocks.length).toBe(goldenFrames.length + 2)
    expect(read.blocks[0]).toMatchObject([0, { acknowledged: 3, pairs: [[5, 1, 1000, 2]] }])
    expect(read.blocks[2]).toEqual([2, goldenFrames[1]!.body])
    expect(read.blocks.at(-1)).toEqual([0, [goldenFrames.length, expect.any(Number)]])
  })
})
