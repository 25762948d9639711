import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Rule } from '../storage-contract.ts'
import { itemTarget, only, sample, titles } from './item.ts'
import { refusalOf } from './place.ts'

const KEY = new Uint8Array(32).fill(7)
const OTHER_KEY = new Uint8Array(32).fill(8)

export function openingRules(rule: Rule): void {
  rule('what was committed is there when the database is opened again', async at => {
    await (await at.items(3)).close()

    const again = await at.open(at.path)

    expect(await again.snapshot(titles)).toEqual(['item 1', 'item 2', 'item 3'])
  })

  rule('a database is only made where none is', async at => {
    await at.items(1)

    expect(await refusalOf(() => at.open(at.path, { create: true }))).toBe('DATABASE_EXISTS')
  })

  rule('a database that is not there is not made by the way', async at => {
    expect(await refusalOf(() => at.open(at.path))).toBe('DATABASE_NOT_FOUND')
    expect(await refusalOf(() => at.open(at.path))).toBe('DATABASE_NOT_FOUND')
  })

  rule('a file that is no database is refused, with and without a key', async at => {
    await writeFile(at.path, 'Dear Sir or Madam, this is a letter and no database at all. '.repeat(100))

    expect(await refusalOf(() => at.open(at.path))).toBe('DATABASE_INVALID')
    expect(await refusalOf(() => at.open(at.path, { key: KEY }))).toBe('DATABASE_INVALID')
  })

  rule('an empty file is no database', async at => {
    await writeFile(at.path, '')

    expect(await refusalOf(() => at.open(at.path))).toBe('DATABASE_INVALID')
  })

  rule('an encrypted database opens with its key', async at => {
    await (await at.items(1, { key: KEY })).close()

    expect(await (await at.open(at.path, { key: KEY })).snapshot(titles)).toEqual(['item 1'])
  })

  rule('an encrypted database needs its key', async at => {
    await (await at.items(1, { key: KEY })).close()

    expect(await refusalOf(() => at.open(at.path))).toBe('KEY_MISSING')
  })

  rule('another key does not open an encrypted database, and does it no harm', async at => {
    await (await at.items(1, { key: KEY })).close()

    expect(await refusalOf(() => at.open(at.path, { key: OTHER_KEY }))).toBe('KEY_WRONG')
    expect(await (await at.open(at.path, { key: KEY })).snapshot(titles)).toEqual(['item 1'])
  })

  rule('a wrong or missing key is told apart from damage while the database is open elsewhere', async at => {
    await at.items(1, { key: KEY })

    expect(await refusalOf(() => at.open(at.path))).toBe('KEY_MISSING')
    expect(await refusalOf(() => at.open(at.path, { key: OTHER_KEY }))).toBe('KEY_WRONG')
  })

  rule('a key does not open a database that is not encrypted', async at => {
    await (await at.items(1)).close()

    expect(await refusalOf(() => at.open(at.path, { key: KEY }))).toBe('KEY_WRONG')
  })

  rule('nothing that is written into an encrypted database can be read in its file', async at => {
    const database = await at.items(0, { key: KEY })
    await database.change(write => write.insert(itemTarget, [sample({ item_id: 1, note: 'a secret note' })]))
    await database.close()

    const file = await readFile(at.path)

    expect(file.length).toBeGreaterThan(0)
    expect(file.includes('a secret note')).toBe(false)
    expect(file.includes('CREATE TABLE')).toBe(false)
  })

  rule('a database opened for reading refuses changes', async at => {
    await (await at.items(2)).close()
    const database = await at.open(at.path, { readOnly: true })

    expect(await refusalOf(() => database.change(w => w.update(only('title'), [[1, 'x']])))).toBe(
      'FILE_FAILED',
    )
    expect(await database.snapshot(titles)).toEqual(['item 1', 'item 2'])
  })

  rule('closing twice is harmless, using a closed database is our own mistake', async at => {
    const database = await at.items(1)
    await database.close()
    await database.close()

    await expect(database.snapshot(titles)).rejects.toThrow('closed')
  })

  rule('a storage says which product it is', async at => {
    expect(at.storage.version()).toMatch(/\d+\.\d+/)
    expect(at.storage.databaseType()).toBeGreaterThan(0)
  })
}
