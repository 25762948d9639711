import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readKeyFile, writeKeyFile } from '../../src/packet/key-file.ts'
import { deriveKey, fromHex, newKey, newTag, toHex, unwrapKey, wrapKey } from '../../src/platform/keys.ts'
import { temporaryFolder } from '../platform/temporary-folder.ts'
import { seededPlatform } from './support.ts'

const platform = seededPlatform()
const { files } = platform

describe('keys', () => {
  test('a tag is 128 bits in hex, a key 256 bits, and no two are alike', () => {
    expect(newTag(platform)).toMatch(/^[0-9a-f]{32}$/)
    expect(newKey(platform).length).toBe(32)
    expect(newKey(platform)).not.toEqual(newKey(platform))
    expect(fromHex(toHex(new Uint8Array([0, 1, 255])))).toEqual(new Uint8Array([0, 1, 255]))
  })

  test('each purpose has bytes of its own, and the same again tomorrow', () => {
    const key = newKey(platform)
    expect(deriveKey(platform, key, 'database')).toEqual(deriveKey(platform, key, 'database'))
    expect(deriveKey(platform, key, 'database')).not.toEqual(deriveKey(platform, key, 'installation packets'))
    expect(deriveKey(platform, key, 'database')).not.toEqual(key)
  })

  test('a wrapped key comes back under the same installation key only', () => {
    const [key, installation] = [newKey(platform), newKey(platform)]
    const wrapped = wrapKey(platform, installation, key)
    expect(unwrapKey(platform, installation, wrapped)).toEqual(key)
    expect(wrapKey(platform, installation, key)).not.toEqual(wrapped)
    expect(Buffer.from(wrapped).includes(Buffer.from(key))).toBe(false)

    const refused = expect.objectContaining({ code: 'KEY_WRONG' })
    expect(() => unwrapKey(platform, newKey(platform), wrapped)).toThrow(refused)
    for (let at = 0; at < wrapped.length; at++) {
      const altered = wrapped.slice()
      altered[at]! ^= 1
      expect(() => unwrapKey(platform, installation, altered)).toThrow(refused)
    }
    expect(() => unwrapKey(platform, installation, new Uint8Array())).toThrow(refused)
  })
})

describe('key files', () => {
  const key = new Uint8Array(32).map((_, index) => index)

  test('say what they are, and hold 64 hex digits', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'travel.key')
    await writeKeyFile(files, path, key, 'travel database\nof ee')

    expect((await readFile(path, 'utf8')).split('\n')).toEqual([
      'Homecoming key, version 1: travel database of ee. Whoever has this file can read the data.',
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      '',
    ])
    expect(await readKeyFile(files, path)).toEqual(key)
  })

  test.skipIf(process.platform === 'win32')(
    'are for their owner only, and refused when others may read them',
    async () => {
      await using folder = await temporaryFolder()
      const path = join(folder.path, 'travel.key')
      await writeKeyFile(files, path, key, 'x')
      expect((await stat(path)).mode & 0o777).toBe(0o600)

      await chmod(path, 0o640)
      await expect(readKeyFile(files, path)).rejects.toMatchObject({
        code: 'KEY_FILE_OPEN',
        values: { path },
      })
    },
  )

  test('are never replaced by another key; the same key again is no harm', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'travel.key')
    await writeKeyFile(files, path, key, 'x')
    await writeKeyFile(files, path, key, 'x')

    await expect(writeKeyFile(files, path, newKey(platform), 'x')).rejects.toMatchObject({
      code: 'FILE_FAILED',
    })
    expect(await readKeyFile(files, path)).toEqual(key)
  })

  test('that are missing say so', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'travel.key')
    await expect(readKeyFile(files, path)).rejects.toMatchObject({ code: 'KEY_MISSING', values: { path } })
  })

  test('edited by an editor with other line ends and capitals are read', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'travel.key')
    await writeFile(path, `Homecoming key, version 1: x\r\n${toHex(key).toUpperCase()} \r\n\r\n`, {
      mode: 0o600,
    })
    expect(await readKeyFile(files, path)).toEqual(key)
  })

  test.each([
    ['empty', ''],
    ['something else', 'secret\n'],
    ['one digit short', `Homecoming key, version 1: x\n${'0'.repeat(63)}\n`],
    ['two keys', `Homecoming key, version 1: x\n${'0'.repeat(64)}\n${'0'.repeat(64)}\n`],
    ['without its first line', `${'0'.repeat(64)}\n`],
    ['a large file', 'x'.repeat(100_000)],
  ])('that are %s are refused', async (_, text) => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'travel.key')
    await writeFile(path, text, { mode: 0o600 })
    await expect(readKeyFile(files, path)).rejects.toMatchObject({ code: 'KEY_WRONG', values: { path } })
  })
})
