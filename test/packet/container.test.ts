import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HomecomingError } from '../../src/core/errors.ts'
import { hashFile, openPacket, packFrame, readLabel } from '../../src/packet/container.ts'
import { temporaryFolder } from '../platform/temporary-folder.ts'
import { anyValue } from './any-value.ts'
import { aKey, contents, inMemory, joined, keyOf, label, pieces, sealed, seededPlatform } from './support.ts'

const platform = seededPlatform()
const head = { acknowledged: 3, previous: new Uint8Array([1, 2]), pairs: [[5, 1, 2, 3]] }
const frames = [
  { kind: 1, body: [5, [[1, 'Nordlys AS', null, -0, 2n ** 60n]]] },
  { kind: 2, body: [[4608, 0, 1700000000]] },
  { kind: 1, body: [5, [[2, '北光', true, 0.1]]] },
]
const modes = [0, 1, 2] as const

/** Reads bytes as a packet; @returns its contents, or the code that it was refused with */
async function outcome(file: Uint8Array, key: Uint8Array | undefined): Promise<unknown> {
  try {
    return await contents(inMemory(platform, file), 'ee0001.up', key)
  } catch (error) {
    if (error instanceof HomecomingError) return error.code
    throw error
  }
}

const refusals = ['PACKET_DAMAGED', 'PACKET_INVALID']

describe.each(modes)('mode %i', mode => {
  const key = keyOf(mode)
  const draft = { label: label(mode), key, head, frames }

  test('a packet says what was put in, and its hash is that of the file', async () => {
    await using folder = await temporaryFolder()
    const written = await sealed(platform, folder.path, draft)

    const read = await contents(platform, written.path, key)

    expect(read).toStrictEqual({ label: draft.label, head, frames, hash: written.hash })
    expect(written).toMatchObject({ frames: 3, bytes: written.file.length })
    expect(await hashFile(platform, written.path)).toEqual(written.hash)
    expect(platform.cipher.digest(written.file)).toEqual(written.hash)
  })

  test('any rows come back exactly', async () => {
    await using folder = await temporaryFolder()
    const rows = fc.array(fc.array(anyValue, { maxLength: 5 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(rows, { maxLength: 4 }), async blocks => {
        const some = blocks.map(body => ({ kind: 1, body }))
        const { path } = await sealed(platform, folder.path, { ...draft, frames: some })
        const read = await contents(platform, path, key)
        expect(read.frames.map(frame => frame.body)).toEqual(
          blocks.map(block => block.map(row => row.map(asRead))),
        )
      }),
      { numRuns: 25 },
    )
  })

  test('a packet without frames is whole', async () => {
    await using folder = await temporaryFolder()
    const { path } = await sealed(platform, folder.path, { ...draft, frames: [] })
    expect((await contents(platform, path, key)).frames).toEqual([])
  })

  test('no byte can be altered, anywhere', async () => {
    await using folder = await temporaryFolder()
    const { file } = await sealed(platform, folder.path, draft)
    for (let at = 0; at < file.length; at++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const altered = file.slice()
        altered[at]! ^= mask
        expect(refusals, `byte ${at} of ${file.length}`).toContain(await outcome(altered, key))
      }
    }
  })

  test('no byte can be missing at the end, or be added', async () => {
    await using folder = await temporaryFolder()
    const { file } = await sealed(platform, folder.path, draft)
    for (let length = 0; length < file.length; length++)
      expect(refusals, `${length} bytes`).toContain(await outcome(file.subarray(0, length), key))
    expect(await outcome(joined(file, new Uint8Array(1)), key)).toBe('PACKET_DAMAGED')
    expect(await outcome(joined(file, file), key)).toBe('PACKET_DAMAGED')
  })

  test('frames cannot be swapped, repeated, left out or taken from another packet', async () => {
    await using folder = await temporaryFolder()
    const { file } = await sealed(platform, folder.path, draft)
    const other = pieces((await sealed(platform, folder.path, draft)).file)
    const [start, first, a, b, c, last] = pieces(file) as [Uint8Array, ...Uint8Array[]] & Uint8Array[]
    const whole = [start, first!, a!, b!, c!, last!]
    expect(joined(...whole)).toEqual(file)
    const wrong = {
      swapped: [start, first!, b!, a!, c!, last!],
      repeated: [start, first!, a!, a!, b!, c!, last!],
      'left out': [start, first!, a!, c!, last!],
      'without trailer': [start, first!, a!, b!, c!],
      'without head': [start, a!, b!, c!, last!],
      'only trailer': [start, last!],
      "another packet's frame": [start, first!, other[2]!, b!, c!, last!],
      "another packet's label": [other[0]!, first!, a!, b!, c!, last!],
      'trailer in the middle': [start, first!, a!, last!, b!, c!],
    }
    for (const [what, parts] of Object.entries(wrong))
      expect(await outcome(joined(...parts), key), what).toBe('PACKET_DAMAGED')
  })

  test('an absurd length is refused before it is believed', async () => {
    await using folder = await temporaryFolder()
    const { file } = await sealed(platform, folder.path, draft)
    const start = pieces(file)[0]!
    const lengths = [0x7fffffff, 0xffffffff, 0x10000000]
    for (const length of lengths) {
      const word = new Uint8Array(4)
      new DataView(word.buffer).setUint32(0, length)
      expect(await outcome(joined(start, word, new Uint8Array(100)), key)).toBe('PACKET_DAMAGED')
    }
  })

  test('the same random makes the same bytes', async () => {
    await using folder = await temporaryFolder()
    const [once, again, otherwise] = [
      await sealed(seededPlatform(5), folder.path, draft),
      await sealed(seededPlatform(5), folder.path, draft),
      await sealed(seededPlatform(6), folder.path, draft),
    ]
    expect(again.file).toEqual(once.file)
    expect(otherwise.file).not.toEqual(once.file)
  })

  test('a frame packed once goes into many packets', async () => {
    await using folder = await temporaryFolder()
    const shared = frames.map(frame => packFrame(platform, frame))
    for (const number of [1, 2]) {
      const { path } = await sealed(platform, folder.path, {
        ...draft,
        label: label(mode, { number }),
        frames: shared,
      })
      expect((await contents(platform, path, key)).frames).toStrictEqual(frames)
    }
  })
})

describe('keys', () => {
  test.each([1, 2] as const)('another key is refused as foreign, not as damage (mode %i)', async mode => {
    await using folder = await temporaryFolder()
    const { file } = await sealed(platform, folder.path, { label: label(mode), key: aKey, head, frames })
    expect(await outcome(file, new Uint8Array(32).fill(8))).toBe('PACKET_FOREIGN')
    expect(await outcome(file, undefined)).toBe('PACKET_FOREIGN')
  })

  test('a packet that nobody sealed is refused on a link that has a key', async () => {
    await using folder = await temporaryFolder()
    const { file } = await sealed(platform, folder.path, { label: label(0), key: undefined, head, frames })
    expect(await outcome(file, aKey)).toBe('PACKET_FOREIGN')
  })

  test('nothing of the contents stands in a sealed file', async () => {
    await using folder = await temporaryFolder()
    const { file } = await sealed(platform, folder.path, { label: label(2), key: aKey, head, frames })
    expect(Buffer.from(file).includes('Nordlys')).toBe(false)
  })

  test('who asks for the key may refuse the packet, and the file is closed', async () => {
    await using folder = await temporaryFolder()
    const { path } = await sealed(platform, folder.path, { label: label(2), key: aKey, head, frames })
    const refuse = async (): Promise<never> => {
      throw new HomecomingError('PACKET_RETIRED', 'its sender is home')
    }
    await expect(openPacket(platform, path, refuse)).rejects.toMatchObject({ code: 'PACKET_RETIRED' })
  })
})

describe('labels', () => {
  test('a label can be read without a key', async () => {
    await using folder = await temporaryFolder()
    const expected = label(2, { number: 4711, direction: 'dwn' })
    const { path } = await sealed(platform, folder.path, { label: expected, key: aKey, head, frames })
    const reader = await platform.files.reader(path)
    expect(await readLabel(platform, reader)).toEqual(expected)
    await reader.close()
  })

  test('a newer format says so, whatever follows its label', async () => {
    const start = Buffer.concat([
      Buffer.from('894843500d0a1a0a', 'hex'),
      Buffer.from([0, 2, 0, 3, 0x92, 1, 2]),
    ])
    const file = joined(start, platform.cipher.digest(start), new Uint8Array(50))
    expect(await outcome(file, aKey)).toBe('PACKET_TOO_NEW')
  })

  test.each([
    ['nothing', ''],
    ['text', 'Dear Ms Nordmann, please find attached'],
    ['another archive', 'PK\u0003\u0004 and so on and so forth'],
    ['a packet that mail turned into lines', '\u0089HCP\n\u001a\n'],
  ])('%s is no packet of ours', async (_, text) => {
    expect(await outcome(new Uint8Array(Buffer.from(text, 'latin1')), aKey)).toBe('PACKET_INVALID')
  })

  test('any bytes at all are refused with a code', async () => {
    const magic = new Uint8Array(Buffer.from('894843500d0a1a0a', 'hex'))
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, ours) => {
        const code = await outcome(ours ? joined(magic, bytes) : new Uint8Array(bytes), aKey)
        expect(refusals).toContain(code)
      }),
    )
  })
})

const asRead = (value: unknown): unknown =>
  typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
