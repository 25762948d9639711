import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Table } from '../../../src/dictionary/model.ts'
import type { OwnTable } from '../../../src/storage/contract.ts'
import type { Rule } from '../storage-contract.ts'
import { item, itemTarget, only } from './item.ts'
import { items, type Place, refusalOf } from './place.ts'

const mark: OwnTable = {
  name: 'hc_mark',
  columns: [
    { name: 'place', type: 'int' },
    { name: 'name', type: 'text' },
    { name: 'weight', type: 'int', default: 5 },
    { name: 'colour', type: 'text', default: "'red'" },
    { name: 'bytes', type: 'bytes', nullable: true },
  ],
  key: ['place', 'name'],
  indexes: [['weight'], ['colour', 'place']],
}

export function schemaRules(rule: Rule): void {
  rule('a table has the fields of the dictionary, in order', async at => {
    const database = await at.items(0)

    expect(await database.change(write => write.schema.columns('item'))).toEqual(
      item.fields.map(field => field.name),
    )
    expect(await database.change(write => write.schema.columns('nothing'))).toBeUndefined()
  })

  rule('a table as we make it fits its dictionary; a column that is not there is named', async at => {
    const database = await at.items(0)
    const more: Table = { ...item, fields: [...item.fields, { name: 'colour', type: 'text' }] }

    expect(await database.change(write => write.schema.unfit(item))).toEqual([])
    expect(await database.change(write => write.schema.unfit(more))).toEqual([
      'table item, field colour: there is no such column',
    ])
  })

  rule('tables are listed by name', async at => {
    const database = await at.items(0)
    await database.change(write => write.schema.createOwnTable(mark))

    expect(await database.change(write => write.schema.tables())).toEqual(['hc_mark', 'item'])
  })

  rule('names that are words of SQL are names like any other', async at => {
    const order: Table = {
      name: 'order',
      number: 206,
      travels: item.travels,
      fields: [
        { name: 'select', type: 'id' },
        { name: 'group', type: 'text', default: "it's" },
      ],
      uniqueKeys: [{ fields: ['group'], onCollision: 'merge' }],
    }
    const target = { table: 'order', key: ['select'], columns: ['group'] }
    const database = await at.items(0)
    await database.change(async write => {
      await write.schema.createTable(order)
      await write.schema.createIndexes(order)
      await write.insert({ ...target, columns: [] }, [[1]])
    })

    expect(await database.snapshot(read => read.lookup(target, [[1]]))).toEqual([["it's"]])
  })

  rule('a table of ours keeps keys, defaults and kinds of values', async at => {
    const database = await at.items(0)
    const target = { table: 'hc_mark', key: ['place', 'name'], columns: ['weight', 'colour', 'bytes'] }
    await database.change(async write => {
      await write.schema.createOwnTable(mark)
      await write.insert({ ...target, columns: [] }, [[2n ** 62n, 'a']])
    })

    expect(await database.snapshot(read => read.lookup(target, [[2n ** 62n, 'a']]))).toEqual([
      [5, "'red'", null],
    ])
    const twice = database.change(write => write.insert({ ...target, columns: [] }, [[2n ** 62n, 'a']]))
    expect(await refusalOf(() => twice)).toBe('VALUE_REFUSED')
  })

  rule('a table grows at its end; rows that are there get the default', async at => {
    const database = await at.items(2)
    const fields = [
      { name: 'rank', type: 'int32', default: 3 },
      { name: 'remark', type: 'text', nullable: true },
      { name: 'flag', type: 'boolean' },
    ] as const
    const grown: Table = { ...item, fields: [...item.fields, ...fields] }

    await database.change(write => write.schema.growTable(grown, fields))

    const target = { ...itemTarget, columns: ['rank', 'remark', 'flag'] }
    expect(await database.snapshot(read => read.lookup(target, [[1]]))).toEqual([[3, null, false]])
    expect(await database.change(write => write.schema.columns('item'))).toEqual(
      grown.fields.map(f => f.name),
    )
  })

  rule('growing again changes nothing', async at => {
    const database = await at.items(1)
    const fields = [{ name: 'rank', type: 'int32', default: 3 }] as const
    const grown: Table = { ...item, fields: [...item.fields, ...fields] }

    await database.change(write => write.schema.growTable(grown, fields))
    await database.change(write => write.schema.growTable(grown, fields))

    expect(
      (await database.change(write => write.schema.columns('item')))?.filter(name => name === 'rank'),
    ).toEqual(['rank'])
  })

  rule('a dropped table is gone; dropping it again is harmless', async at => {
    const database = await at.items(1)

    await database.change(write => write.schema.dropTable('item'))
    await database.change(write => write.schema.dropTable('item'))

    expect(await database.change(write => write.schema.columns('item'))).toBeUndefined()
  })

  rule('statements go on working after a table has changed its shape', async at => {
    const database = await at.items(1)
    const read = () => database.snapshot(reading => reading.row<object>(sql`select * from item`))
    const before = Object.keys((await read())!)
    const fields = [{ name: 'rank', type: 'int64', default: 3 }] as const

    await database.change(write =>
      write.schema.growTable({ ...item, fields: [...item.fields, ...fields] }, fields),
    )

    expect(Object.keys((await read())!)).toEqual([...before, 'rank'])
  })

  rule('unique keys hold', async at => {
    const database = await at.items(2)

    expect(await refusalOf(() => database.change(w => w.update(only('title'), [[2, 'item 1']])))).toBe(
      'VALUE_REFUSED',
    )
  })

  rule('a table on which others depend by cascade has side effects, others have none', async at => {
    const database = await at.items(1)

    await database.change(async write => {
      expect(await write.schema.hasSideEffects('item')).toBe(false)
      await write.run(sql`create table part (part_id integer primary key,
        item_id integer references item (item_id) on delete cascade)`)
      expect(await write.schema.hasSideEffects('item')).toBe(true)
      expect(await write.schema.hasSideEffects('part')).toBe(false)
    })
  })

  const LATER = 'deferrable initially deferred'
  const parts = async (at: Place, keys: string) => {
    const database = await at.items(1)
    const column = sql.raw(`integer references item (item_id) ${keys}`)
    await database.change(write =>
      write.run(sql`create table part (part_id integer primary key, item_id ${column})`),
    )
    return database
  }
  const part = { table: 'part', key: ['part_id'], columns: ['item_id'] }

  rule('references have to hold in the end, where their keys say so', async at => {
    const database = await parts(at, LATER)

    await database.change(async write => {
      await write.insert(part, [[1, 2]])
      await write.insert(itemTarget, items(2, 2))
    })

    expect(await refusalOf(() => database.change(write => write.insert(part, [[2, 77]])))).toBe(
      'VALUE_REFUSED',
    )
    expect(await database.snapshot(read => read.lookup(part, [[1], [2]]))).toEqual([[2], undefined])
  })

  for (const keys of ['', 'deferrable', LATER]) {
    rule(`an attempt that leaves a reference at nothing is undone, and says so: keys ${keys}`, async at => {
      const database = await parts(at, keys)

      const found = await database.change(async write => [
        await write.attempt(() => write.insert(part, [[1, 1]])),
        await write.attempt(() => write.insert(part, [[2, 77]])),
        await write.attempt(() => write.remove(itemTarget, [[1]])),
      ])

      expect(found).toMatchObject([undefined, { kind: 'reference' }, { kind: 'reference' }])
      expect(await database.snapshot(read => read.lookup(part, [[1], [2]]))).toEqual([[1], undefined])
      expect(await database.snapshot(read => read.lookup(only('title'), [[1]]))).toEqual([['item 1']])
    })

    rule(`a reference at nothing is not forgotten over an attempt: keys ${keys}`, async at => {
      const database = await parts(at, keys)

      const change = database.change(async write => {
        await write.insert(part, [[1, 77]])
        await write.attempt(() => write.insert(part, [[2, 1]]))
      })

      expect(await refusalOf(() => change)).toBe('VALUE_REFUSED')
      expect(await database.snapshot(read => read.lookup(part, [[1], [2]]))).toEqual([undefined, undefined])
    })
  }
}
