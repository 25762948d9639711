/** What only SQLite has to answer for: other programs on its file, damage, limits, what it leaves in a folder. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { HomecomingError } from '../../src/core/errors.ts'
import { itemTarget, only, titles } from './storage/item.ts'
import { items, Place, refusalOf } from './storage/place.ts'
import { sqliteGround } from './storage/sqlite-ground.ts'

const KEY = new Uint8Array(32).fill(7)
const place = async () => new Place(await sqliteGround())
const program = (name: string) => join(import.meta.dirname, 'storage', name)

describe('another program', () => {
  test('that writes is waited for', async () => {
    await using at = await place()
    const database = await at.items(1)
    const other = await heldBy(at.path)

    const changing = database.change(write => write.update(only('count'), [[1, 5]]))
    other.stdin!.end()
    await changing
    await once(other, 'exit')

    expect(await database.snapshot(titles)).toEqual(['item 1', 'from the other program'])
  })

  test('that keeps the lock too long is named', async () => {
    await using at = await place()
    await (await at.items(1)).close()
    const database = await at.open(at.path, { waitFor: 30 })
    const other = await heldBy(at.path)

    const refused = await database.change(async () => {}).catch(error => error)
    other.stdin!.end()
    await once(other, 'exit')

    expect(refused).toBeInstanceOf(HomecomingError)
    expect(refused).toMatchObject({ code: 'DATABASE_BUSY', values: { file: at.path, waited: 30 } })
    if (process.platform === 'linux') expect(refused.values.process).toBe(other.pid)
  })

  test('that writes does not keep anybody from reading', async () => {
    await using at = await place()
    const database = await at.items(1)
    const other = await heldBy(at.path)

    expect(await database.snapshot(titles)).toEqual(['item 1'])
    other.stdin!.end()
    await once(other, 'exit')
  })

  test('that is killed in the middle of a change leaves nothing of it', async () => {
    await using at = await place()
    await (await at.items(1)).close()
    const other = await heldBy(at.path)
    other.kill('SIGKILL')
    await once(other, 'exit')

    const database = await at.open(at.path)

    expect(await database.snapshot(titles)).toEqual(['item 1'])
    await database.change(write => write.update(only('count'), [[1, 5]]))
  })

  test('that changes a definition does not confuse our statements', async () => {
    await using at = await place()
    const one = await at.items(1)
    const two = await at.open(at.path)
    const read = () => one.snapshot(reading => reading.row<object>(sql`select * from item`))
    await read()

    await two.change(write => write.run(sql`alter table item add column rank boolean not null default 1`))

    expect(await read()).toMatchObject({ rank: true })
  })
})

describe('side effects', () => {
  test('a trigger that is not ours is a side effect', async () => {
    await using at = await place()
    const database = await at.items(1)

    await database.change(async write => {
      await write.run(sql`create trigger hcx after update on item begin update item set small = 1; end`)
      expect(await write.schema.hasSideEffects('item')).toBe(true)
    })
  })
})

describe('damage', () => {
  test('a damaged page of an encrypted database is found, never read', async () => {
    await using at = await place()
    await (await at.items(2_000, { key: KEY })).close()
    await flipBytes(at.path, 2 * 4096 + 100, 4096)
    const database = await at.open(at.path, { key: KEY })

    expect(await refusalOf(() => database.snapshot(read => read.rows(sql`select * from item`)))).toBe(
      'DATABASE_INVALID',
    )
  })

  test('a file that is cut short is refused', async () => {
    await using at = await place()
    await (await at.items(2_000)).close()
    const file = await open(at.path, 'r+')
    await file.truncate(5 * 4096)
    await file.close()

    const reading = async () => (await at.open(at.path)).snapshot(titles)

    expect(await refusalOf(reading)).toBe('DATABASE_INVALID')
  })
})

describe('limits', () => {
  test('a database that may not grow says that the disk is full, and holds what it held', async () => {
    await using at = await place()
    const database = await at.items(1)
    await database.change(write => write.run(sql`pragma max_page_count = 30`))

    const filling = () => database.change(write => write.insert(itemTarget, items(2, 20_000)))

    expect(await refusalOf(filling)).toBe('DISK_FULL')
    expect(await database.snapshot(titles)).toEqual(['item 1'])
  })

  test.skipIf(process.platform === 'win32')('a limit on the size of files is a full disk', async () => {
    await using at = await place()
    await (await at.items(1)).close()

    const filler = spawnSync('sh', [
      '-c',
      'ulimit -f 1024 && exec "$0" "$@"',
      process.execPath,
      program('fill-disk.ts'),
      at.path,
    ])

    expect(filler.stdout.toString()).toBe('DISK_FULL')
    expect(await (await at.open(at.path)).snapshot(titles)).toEqual(['item 1'])
  })

  test('an attempt does not take a full disk for a broken rule', async () => {
    await using at = await place()
    const database = await at.items(1)
    await database.change(write => write.run(sql`pragma max_page_count = 30`))

    const filling = () => database.change(w => w.attempt(() => w.insert(itemTarget, items(2, 20_000))))

    expect(await refusalOf(filling)).toBe('DISK_FULL')
    expect(await database.snapshot(titles)).toEqual(['item 1'])
  })
})

describe('the folder', () => {
  test('a closed database is one file', async () => {
    await using at = await place()
    const database = await at.items(5, { key: KEY })
    await at.storage.copyTables(database, { path: at.other('copy'), key: KEY }, [])
    await at.storage.backup(database, at.other('backup'))
    const copy = await at.storage.rekey(at.other('copy'), KEY, KEY)
    await copy.snapshot(read => read.rows(sql`select 1`))
    await copy.close()
    await database.close()

    expect(readdirSync(dirname(at.path)).sort()).toEqual(['backup', 'copy', 'test.db'])
  })

  test('a database that could not be created leaves nothing', async () => {
    await using at = await place()
    const refused = refusalOf(() => at.open(join(at.path, 'no', 'such', 'folder.db'), { create: true }))

    expect(await refused).toBe('FILE_FAILED')
  })
})

async function heldBy(path: string): Promise<ChildProcess> {
  const other = spawn(process.execPath, [program('hold-lock.ts'), path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(other.stdout!, 'data')
  return other
}

/** Alters one byte of every page from `first` on. */
async function flipBytes(path: string, first: number, step: number): Promise<void> {
  const file = await open(path, 'r+')
  const { size } = await file.stat()
  const byte = Buffer.alloc(1)
  for (let at = first; at < size; at += step) {
    await file.read(byte, 0, 1, at)
    byte[0]! ^= 0xff
    await file.write(byte, 0, 1, at)
  }
  await file.close()
}
