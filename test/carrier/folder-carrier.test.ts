import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Carrier } from '../../src/carrier/contract.ts'
import { folderCarrier } from '../../src/carrier/folder/folder-carrier.ts'
import type { Files } from '../../src/platform/contract.ts'
import { nodePlatform } from '../../src/platform/node/node-platform.ts'
import { temporaryFolder } from '../platform/temporary-folder.ts'

const { files } = nodePlatform()

interface Place extends AsyncDisposable {
  readonly carrier: Carrier
  /** The journey's folder on the share. */
  readonly shared: string
  /** A finished file of this text, ready to send. */
  file(text: string): Promise<string>
}

async function aShare(through: Files = files): Promise<Place> {
  const folder = await temporaryFolder()
  const shared = join(folder.path, 'share', 'ee-1a2b3c4d')
  let count = 0
  return {
    carrier: folderCarrier(through, shared),
    shared,
    file: async text => {
      const path = join(folder.path, `outgoing-${++count}`)
      await writeFile(path, text)
      return path
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

describe('sending', () => {
  test('what one end sends, the other finds and reads; the sender keeps its own', async () => {
    await using place = await aShare()
    const path = await place.file('one')
    await place.carrier.send('ee0001.up', path)

    expect(await place.carrier.waiting('up')).toEqual(['ee0001.up'])
    expect(await place.carrier.waiting('dwn')).toEqual([])
    expect(await readFile(await place.carrier.fetch('ee0001.up'), 'utf8')).toBe('one')
    expect(await readFile(path, 'utf8')).toBe('one')
  })

  test('the same name twice: the later one stands', async () => {
    await using place = await aShare()
    await place.carrier.send('ee0001.up', await place.file('one'))
    await place.carrier.send('ee0001.up', await place.file('two'))
    expect(await readFile(await place.carrier.fetch('ee0001.up'), 'utf8')).toBe('two')
  })

  test('nothing is visible while it is being copied', async () => {
    const seen: string[][] = []
    const slow: Files = {
      ...files,
      copy: (from, to) => files.copy(from, to, async () => void seen.push(await looking.waiting('up'))),
    }
    await using place = await aShare(slow)
    const looking = { waiting: async (way: 'up') => [...(await place.carrier.waiting(way))] }
    await mkdir(place.shared, { recursive: true })
    await writeFile(join(place.shared, 'ee0001.up.4711-00112233.part'), 'half')

    await place.carrier.send('ee0002.up', await place.file('x'.repeat(5_000_000)))

    expect(seen.flat().every(name => name === 'ee0002.up')).toBe(true)
    expect(await place.carrier.waiting('up')).toEqual(['ee0002.up'])
  })
})

describe('a packet that may have been lost is sent again', () => {
  test('one that is on its way or was read is held, one that vanished or was refused is not', async () => {
    await using place = await aShare()
    expect(await place.carrier.holds('ee0001.up')).toBe(false)

    await place.carrier.send('ee0001.up', await place.file('one'))
    expect(await place.carrier.holds('ee0001.up')).toBe(true)
    await place.carrier.settle('ee0001.up', 'done')
    expect(await place.carrier.holds('ee0001.up')).toBe(true)

    await place.carrier.send('ee0002.up', await place.file('two'))
    await place.carrier.settle('ee0002.up', 'quarantine', 'damaged')
    expect(await place.carrier.holds('ee0002.up')).toBe(false)
  })
})

describe('waiting', () => {
  test('a folder that is not there yet holds nothing', async () => {
    await using place = await aShare()
    expect(await place.carrier.waiting('up')).toEqual([])
  })

  test('files that are not packets are neither seen nor touched', async () => {
    await using place = await aShare()
    await mkdir(join(place.shared, 'done'), { recursive: true })
    const foreign = [
      '._ee0001.up',
      'readme.txt',
      'ee0001.up.tmp',
      'ee0001.dwn.1-00112233.part',
      'Thumbs.db',
      '~$ee.up',
    ]
    for (const name of foreign) await writeFile(join(place.shared, name), '')

    expect(await place.carrier.waiting('up')).toEqual([])
    expect((await readdir(place.shared)).sort()).toEqual([...foreign, 'done'].sort())
  })
})

describe('settling', () => {
  test('what was read moves to done, also a second time', async () => {
    await using place = await aShare()
    for (const text of ['one', 'one']) {
      await place.carrier.send('ee0001.up', await place.file(text))
      await place.carrier.settle('ee0001.up', 'done')
    }
    expect(await place.carrier.waiting('up')).toEqual([])
    expect(await readdir(join(place.shared, 'done'))).toEqual(['ee0001.up'])
  })

  test('what was refused moves to quarantine with its reason, and never replaces what lies there', async () => {
    await using place = await aShare()
    for (const text of ['one', 'two', 'three']) {
      await place.carrier.send('ee0001.up', await place.file(text))
      await place.carrier.settle('ee0001.up', 'quarantine', `PACKET_DAMAGED: ${text}`)
    }
    const quarantine = join(place.shared, 'quarantine')
    expect((await readdir(quarantine)).sort()).toEqual(
      [
        'ee0001-2.up',
        'ee0001-2.up.txt',
        'ee0001-3.up',
        'ee0001-3.up.txt',
        'ee0001.up',
        'ee0001.up.txt',
      ].sort(),
    )
    expect(await readFile(join(quarantine, 'ee0001-2.up'), 'utf8')).toBe('two')
    expect(await readFile(join(quarantine, 'ee0001-2.up.txt'), 'utf8')).toBe('PACKET_DAMAGED: two\n')
  })

  test('settling again after a crash is no harm', async () => {
    await using place = await aShare()
    await place.carrier.send('ee0001.up', await place.file('one'))
    await place.carrier.settle('ee0001.up', 'done')
    await place.carrier.settle('ee0001.up', 'done')
    await place.carrier.settle('ee0001.up', 'quarantine', 'late')
    expect((await readdir(place.shared)).sort()).toEqual(['done'])
  })

  test('a crash between reason and move leaves the packet waiting, and nothing unexplained', async () => {
    let crash = true
    const failing: Files = {
      ...files,
      move: async (from, to) => {
        if (crash) throw new Error('crash')
        await files.move(from, to)
      },
    }
    await using place = await aShare(failing)
    await place.carrier.send('ee0001.up', await place.file('one'))
    await expect(place.carrier.settle('ee0001.up', 'quarantine', 'why')).rejects.toThrow('crash')
    expect(await place.carrier.waiting('up')).toEqual(['ee0001.up'])

    crash = false
    await place.carrier.settle('ee0001.up', 'quarantine', 'why')
    const names = await readdir(join(place.shared, 'quarantine'))
    expect(names.filter(name => !name.endsWith('.txt')).every(name => names.includes(`${name}.txt`))).toBe(
      true,
    )
  })

  test('a name that leads out of the folder is never followed', async () => {
    await using place = await aShare()
    await expect(place.carrier.fetch('../ee0001.up')).rejects.toThrow()
  })
})
