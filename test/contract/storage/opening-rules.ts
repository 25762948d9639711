import { expect } from 'vitest'
import type { Rule } from '../storage-contract.ts'
import { only, titles } from './item.ts'
import { refusalOf } from './place.ts'

const KEY = new Uint8Array(32).fill(7)

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

  rule('a key does not open a database that is not encrypted', async at => {
    await (await at.items(1)).close()

    expect(await refusalOf(() => at.open(at.path, { key: KEY }))).toBe('KEY_WRONG')
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
