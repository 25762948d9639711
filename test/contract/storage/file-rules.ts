/** What holds of databases that are files: their keys, and what is no database at all. */
import { readFile, writeFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Database } from '../../../src/storage/contract.ts'
import type { Rule } from '../storage-contract.ts'
import { item, itemTarget, only, sample, titles } from './item.ts'
import { refusalOf } from './place.ts'

const KEY = new Uint8Array(32).fill(7)
const OTHER_KEY = new Uint8Array(32).fill(8)

export function fileRules(rule: Rule): void {
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

  rule('nothing that is written into an encrypted database can be read in its file', async at => {
    const database = await at.items(0, { key: KEY })
    await database.change(write => write.insert(itemTarget, [sample({ item_id: 1, note: 'a secret note' })]))
    await database.close()

    const file = await readFile(at.path)

    expect(file.length).toBeGreaterThan(0)
    expect(file.includes('a secret note')).toBe(false)
    expect(file.includes('CREATE TABLE')).toBe(false)
  })

  rule('a copy without a key is plain, also of an encrypted source', async at => {
    const from = await at.items(5, { key: KEY })

    await at.storage.copyTables(from, { path: at.other('copy') }, [{ table: item }])

    expect(await contents(await at.open(at.other('copy')))).toEqual(await contents(from))
  })

  rule(
    'a re-keyed database is open, opens with the new key only from then on, and holds the same',
    async at => {
      const database = await at.items(300, { key: KEY })
      const before = await contents(database)
      await database.close()

      const open = await at.storage.rekey(at.path, KEY, OTHER_KEY)
      expect(await contents(open)).toEqual(before)
      await open.change(write => write.update(only('title'), [[2, 'item two']]))
      await open.change(write => write.update(only('title'), [[2, 'item 2']]))
      await open.close()

      expect(await refusalOf(() => at.open(at.path, { key: KEY }))).toBe('KEY_WRONG')
      expect(await contents(await at.open(at.path, { key: OTHER_KEY }))).toEqual(before)
    },
  )

  rule('a re-key with a wrong key changes nothing', async at => {
    await (await at.items(3, { key: KEY })).close()

    expect(await refusalOf(() => at.storage.rekey(at.path, OTHER_KEY, KEY))).toBe('KEY_WRONG')
    expect(await (await at.open(at.path, { key: KEY })).snapshot(titles)).toHaveLength(3)
  })

  rule('a database that somebody has open is not re-keyed', async at => {
    const database = await at.items(3, { key: KEY })

    expect(await refusalOf(() => at.storage.rekey(at.path, KEY, OTHER_KEY))).toBe('DATABASE_BUSY')
    expect(await database.snapshot(titles)).toHaveLength(3)
  })

  rule('a backup is a whole copy of a database in use, under the same key', async at => {
    const database = await at.items(50, { key: KEY })

    await at.storage.backup(database, at.other('backup'))
    await database.change(write => write.remove(itemTarget, [[1]]))

    expect(await refusalOf(() => at.open(at.other('backup')))).toBe('KEY_MISSING')
    expect(await (await at.open(at.other('backup'), { key: KEY })).snapshot(titles)).toHaveLength(50)
    expect(await refusalOf(() => at.storage.backup(database, at.other('backup')))).toBe('DATABASE_EXISTS')
  })

  rule('a copy has its own key, whatever that of its source is', async at => {
    const from = await at.items(5, { key: OTHER_KEY })
    await at.storage.copyTables(from, { path: at.other('copy'), key: KEY }, [{ table: item }])

    expect(await refusalOf(() => at.open(at.other('copy'), { key: OTHER_KEY }))).toBe('KEY_WRONG')
    expect(await contents(await at.open(at.other('copy'), { key: KEY }))).toEqual(await contents(from))
  })
}

const contents = (database: Database) =>
  database.snapshot(read => read.rows(sql`select * from item order by item_id`))
