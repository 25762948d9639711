import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Database } from '../../../src/storage/contract.ts'
import type { Rule } from '../storage-contract.ts'
import { item, itemTarget, only, titles } from './item.ts'
import { items, refusalOf } from './place.ts'

const KEY = new Uint8Array(32).fill(7)
const OTHER_KEY = new Uint8Array(32).fill(8)

export function copyingRules(rule: Rule): void {
  rule('a copied table has every row, its unique keys and its indexes', async at => {
    const from = await at.items(500)
    const counted: unknown[] = []

    await at.storage.copyTables(from, { path: at.other('copy') }, [{ table: item }], (...step) =>
      counted.push(step),
    )

    const copy = await at.open(at.other('copy'))
    expect(counted).toEqual([['item', 500]])
    expect(await contents(copy)).toEqual(await contents(from))
    expect(await refusalOf(() => copy.change(w => w.update(only('title'), [[2, 'item 1']])))).toBe(
      'VALUE_REFUSED',
    )
  })

  rule('a condition chooses the rows, and may ask other tables', async at => {
    const from = await at.items(10)
    await from.change(async write => {
      const columns = [{ name: 'record_id', type: 'int' as const }]
      await write.schema.createOwnTable({ name: 'hc_member', columns, key: ['record_id'] })
      await write.insert({ table: 'hc_member', key: ['record_id'], columns: [] }, [[2], [4], [6]])
    })
    const where = sql`item_id in (select record_id from hc_member) and count > ${3} and active = ${true}`

    await at.storage.copyTables(from, { path: at.other('copy') }, [{ table: item, where }])

    const copy = await at.open(at.other('copy'))
    expect(await copy.snapshot(titles)).toEqual(['item 4', 'item 6'])
    expect(await copy.change(write => write.schema.tables())).toEqual(['item'])
  })

  rule('a copy may be of another form than its source: fields in the order of the dictionary', async at => {
    const from = await at.items(2)
    const fields = [item.fields[0], item.fields[4], item.fields[1]]
    const { uniqueKeys: _, ...rest } = item

    await at.storage.copyTables(from, { path: at.other('copy') }, [
      { table: { ...rest, fields, indexes: [] } },
    ])

    const copy = await at.open(at.other('copy'))
    expect(await copy.change(write => write.schema.columns('item'))).toEqual(['item_id', 'count', 'title'])
    expect(await copy.snapshot(titles)).toEqual(['item 1', 'item 2'])
  })

  rule('a copy under a key opens with that key only', async at => {
    const from = await at.items(5)
    await at.storage.copyTables(from, { path: at.other('copy'), key: KEY }, [{ table: item }])

    expect(await refusalOf(() => at.open(at.other('copy')))).toBe('KEY_MISSING')
    expect(await refusalOf(() => at.open(at.other('copy'), { key: OTHER_KEY }))).toBe('KEY_WRONG')
    const copy = await at.open(at.other('copy'), { key: KEY })
    expect(await contents(copy)).toEqual(await contents(from))
  })

  rule('a copy holds nothing else, not even what was deleted from its source', async at => {
    const from = await at.items(200)
    await from.change(write => write.update(only('note'), [[7, 'a note nobody should see']]))
    await from.change(write =>
      write.remove(
        itemTarget,
        items(1, 100).map(row => [row[0]!]),
      ),
    )

    await at.storage.copyTables(from, { path: at.other('copy') }, [{ table: item }])

    expect((await readFile(at.other('copy'))).includes('nobody should see')).toBe(false)
  })

  rule('a copy shows one moment, and changes go on meanwhile', async at => {
    const from = await at.items(2_000)
    const second = { ...item, name: 'second', number: 207 }
    await from.change(write => write.schema.createTable(second))
    const changing = async () => {
      await from.change(write => write.remove(itemTarget, [[1]]))
      await from.change(write => write.insert({ ...itemTarget, table: 'second' }, items(1, 1)))
    }

    const begun: Promise<void>[] = []
    await at.storage.copyTables(
      from,
      { path: at.other('copy') },
      [{ table: item }, { table: second }],
      table => {
        if (table === 'item') begun.push(changing())
      },
    )
    await Promise.all(begun)

    const copy = await at.open(at.other('copy'))
    expect(await copy.snapshot(titles)).toHaveLength(2_000)
    expect(await copy.snapshot(read => read.row(sql`select count(*) as n from second`))).toEqual({ n: 0 })
    expect(await from.snapshot(titles)).toHaveLength(1_999)
  })

  rule('a copy that fails is removed', async at => {
    const from = await at.items(5)

    const failing = at.storage.copyTables(from, { path: at.other('copy') }, [
      { table: item },
      { table: { ...item, name: 'nothing' } },
    ])

    await expect(failing).rejects.toThrow('nothing')
    expect(existsSync(at.other('copy'))).toBe(false)
  })

  rule('what finishes a copy finds the rows there, and adds to them', async at => {
    const from = await at.items(20)

    await at.storage.copyTables(
      from,
      { path: at.other('copy'), key: KEY },
      [{ table: item }],
      undefined,
      async write => {
        expect(await titles(write)).toHaveLength(20)
        await write.schema.createOwnTable({
          name: 'hc_note',
          columns: [{ name: 'id', type: 'int' }],
          key: ['id'],
        })
        await write.insert({ table: 'hc_note', key: ['id'], columns: [] }, [[1]])
        const taken = () => write.update(only('title'), [[2, 'item 1']])
        expect(await write.attempt(taken)).toMatchObject({ kind: 'unique' })
        await write.update(only('title'), [[2, 'finished']])
      },
    )

    const copy = await at.open(at.other('copy'), { key: KEY })
    expect((await copy.snapshot(titles)).slice(0, 2)).toEqual(['item 1', 'finished'])
    expect(await copy.snapshot(read => read.rows(sql`select id from hc_note`))).toEqual([{ id: 1 }])
    expect(await from.snapshot(titles)).not.toContain('finished')
  })

  rule('a copy that cannot be finished is removed, and its source goes on as before', async at => {
    const from = await at.items(5)

    const failing = at.storage.copyTables(
      from,
      { path: at.other('copy') },
      [{ table: item }],
      undefined,
      async () => {
        throw new Error('not today')
      },
    )

    await expect(failing).rejects.toThrow('not today')
    expect(existsSync(at.other('copy'))).toBe(false)
    expect(await from.snapshot(titles)).toHaveLength(5)
    const writing = () => from.snapshot(read => read.rows(sql`delete from item`))
    await expect(writing()).rejects.toThrow()
    await at.storage.copyTables(from, { path: at.other('copy') }, [{ table: item }])
  })

  rule('a copy goes over nothing that is there', async at => {
    const from = await at.items(5)
    await at.storage.copyTables(from, { path: at.other('copy') }, [])

    expect(
      await refusalOf(() => at.storage.copyTables(from, { path: at.other('copy') }, [{ table: item }])),
    ).toBe('DATABASE_EXISTS')
  })
}

const contents = (database: Database) =>
  database.snapshot(read => read.rows(sql`select * from item order by item_id`))
