import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/node-platform.ts'
import { temporaryFolder } from './temporary-folder.ts'

const { files } = nodePlatform()
const text = (words: string): Uint8Array => new TextEncoder().encode(words)
const onWindows = process.platform === 'win32'

describe('a file that is being written', () => {
  test('is not visible under its name before it is published', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'ee0001.up')

    const writer = await files.writer(path)
    await writer.write(text('half'))
    await writer.sync()
    expect(await files.exists(path)).toBe(false)

    await writer.write(text(' and whole'))
    await writer.publish()
    expect(await files.read(path)).toEqual(text('half and whole'))
    expect(await readdir(folder.path)).toEqual(['ee0001.up'])
  })

  test('leaves nothing behind when it is discarded, and the old file as it was', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'a')
    await files.write(path, text('old'))

    const writer = await files.writer(path)
    await writer.write(text('new'))
    await writer.discard()
    await writer.discard()

    expect(await readdir(folder.path)).toEqual(['a'])
    expect(await files.read(path)).toEqual(text('old'))
  })

  test('what a killed process left behind is swept by the next writer of that file, and only that', async () => {
    await using folder = await temporaryFolder()
    const nobody = 2 ** 22 + 1
    const left = `a.${nobody}-00112233.part`
    const running = `a.${process.ppid}-00112233.part`
    for (const name of [left, running, `b.${nobody}-00112233.part`, 'a.part'])
      await writeFile(join(folder.path, name), '')

    await files.write(join(folder.path, 'a'), text('whole'))

    const names = await readdir(folder.path)
    expect(names).not.toContain(left)
    expect(names).toEqual(expect.arrayContaining(['a', running, `b.${nobody}-00112233.part`, 'a.part']))
  })
})

describe.skipIf(onWindows)('rights (Windows shows none)', () => {
  test('an owner-only file is so from its first moment', async () => {
    await using folder = await temporaryFolder()
    const writer = await files.writer(join(folder.path, 'travel.key'), { ownerOnly: true })
    const [part] = await readdir(folder.path)
    expect((await stat(join(folder.path, part!))).mode & 0o777).toBe(0o600)

    await writer.publish()
    expect(await files.openToOthers(join(folder.path, 'travel.key'))).toBe(false)
  })

  test('owner-only replaces a file that was open to others', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'travel.key')
    await writeFile(path, 'old', { mode: 0o644 })
    expect(await files.openToOthers(path)).toBe(true)

    await files.write(path, text('new'), { ownerOnly: true })
    expect(await files.openToOthers(path)).toBe(false)
  })

  test('a copy is not open to more people than its original', async () => {
    await using folder = await temporaryFolder()
    const from = join(folder.path, 'from')
    await files.write(from, text('secret'), { ownerOnly: true })

    await files.copy(from, join(folder.path, 'to'))

    expect(await files.openToOthers(join(folder.path, 'to'))).toBe(false)
  })
})

describe('moving, copying, destroying', () => {
  test('a copy is whole, tells its progress and replaces what was there', async () => {
    await using folder = await temporaryFolder()
    const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')]
    const bytes = new Uint8Array(9 * 1024 * 1024).map((_, index) => index % 251)
    await files.write(from, bytes)
    await files.write(to, text('old'))
    const seen: [number, number][] = []

    await files.copy(from, to, (copied, total) => seen.push([copied, total]))

    expect(Buffer.compare(await files.read(to), bytes)).toBe(0)
    expect(seen.at(-1)).toEqual([bytes.length, bytes.length])
    expect((await files.list(folder.path)).sort()).toEqual(['from', 'to'])
  })

  test('a draft is whole in the end, open to nobody else, and goes over nothing that is there', async () => {
    await using folder = await temporaryFolder()
    const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')]
    await files.write(from, text('secret'), { ownerOnly: true })
    const seen: [number, number][] = []

    await files.draft(from, to, (copied, total) => seen.push([copied, total]))

    expect(await files.read(to)).toEqual(text('secret'))
    expect(await files.openToOthers(to)).toBe(false)
    expect(seen.at(-1)).toEqual([6, 6])
    await expect(files.draft(from, to)).rejects.toMatchObject({ code: 'FILE_FAILED' })
    expect(await files.read(to)).toEqual(text('secret'))
  })

  test('an empty file is copied too', async () => {
    await using folder = await temporaryFolder()
    await files.write(join(folder.path, 'from'), text(''))
    await files.copy(join(folder.path, 'from'), join(folder.path, 'to'))
    expect(await files.size(join(folder.path, 'to'))).toBe(0)
  })

  test('a file moves to another folder and replaces its namesake', async () => {
    await using folder = await temporaryFolder()
    const done = join(folder.path, 'done')
    await files.makeFolder(done)
    await files.write(join(folder.path, 'a'), text('new'))
    await files.write(join(done, 'a'), text('old'))

    await files.move(join(folder.path, 'a'), join(done, 'a'))

    expect(await files.exists(join(folder.path, 'a'))).toBe(false)
    expect(await files.read(join(done, 'a'))).toEqual(text('new'))
  })

  test.skipIf(onWindows)('a destroyed key is overwritten, not only unlinked; twice is once', async () => {
    await using folder = await temporaryFolder()
    const [path, other] = [join(folder.path, 'travel.key'), join(folder.path, 'other-name')]
    await files.write(path, text('0123456789abcdef'))
    const { link } = await import('node:fs/promises')
    await link(path, other)

    await files.destroy(path)
    await files.destroy(path)

    expect(await files.exists(path)).toBe(false)
    const remains = await files.read(other)
    expect(remains.length).toBe(16)
    expect(remains).not.toEqual(text('0123456789abcdef'))
  })

  test('removing a file that is not there is no error', async () => {
    await using folder = await temporaryFolder()
    await files.remove(join(folder.path, 'never'))
  })
})

describe('reading', () => {
  test('gives fewer bytes than asked for only at the end', async () => {
    await using folder = await temporaryFolder()
    await files.write(join(folder.path, 'a'), text('abcdefg'))
    const reader = await files.reader(join(folder.path, 'a'))
    const parts = [await reader.read(3), await reader.read(3), await reader.read(3), await reader.read(3)]
    await reader.close()
    expect(parts).toEqual([text('abc'), text('def'), text('g'), text('')])
  })

  test('a list is in order, and a folder tells its free room', async () => {
    await using folder = await temporaryFolder()
    for (const name of ['b', 'a', 'c']) await mkdir(join(folder.path, name))
    expect(await files.list(folder.path)).toEqual(['a', 'b', 'c'])
    expect(await files.freeBytes(folder.path)).toBeGreaterThan(0)
  })
})

describe('what goes wrong has a code and names the path', () => {
  test.each([
    ['read', (path: string) => files.read(path)],
    ['reader', (path: string) => files.reader(path)],
    ['size', (path: string) => files.size(path)],
    ['list', (path: string) => files.list(path)],
    ['move', (path: string) => files.move(path, `${path}2`)],
    ['copy', (path: string) => files.copy(path, `${path}2`)],
    ['draft', (path: string) => files.draft(path, `${path}2`)],
    ['write', (path: string) => files.write(join(path, 'below'), text('x'))],
  ])('%s of what is not there is FILE_FAILED', async (_, work) => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'missing')
    await expect(work(path)).rejects.toMatchObject({
      code: 'FILE_FAILED',
      values: { path: expect.stringContaining(path), errno: 'ENOENT' },
    })
  })

  test.skipIf(onWindows)('a loop of links is an error, not "no such file"', async () => {
    await using folder = await temporaryFolder()
    await symlink(join(folder.path, 'loop'), join(folder.path, 'loop'))
    await expect(files.exists(join(folder.path, 'loop'))).rejects.toMatchObject({ code: 'FILE_FAILED' })
  })
})
