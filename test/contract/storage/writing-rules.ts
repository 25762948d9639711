import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Row } from '../../../src/core/values.ts'
import type { Reading } from '../../../src/storage/contract.ts'
import type { Rule } from '../storage-contract.ts'
import { itemTarget, only, titles } from './item.ts'
import { items } from './place.ts'

export function writingRules(rule: Rule): void {
  rule('rows are inserted: the key first, then the columns', async at => {
    const database = await at.items(0)

    await database.change(write => write.insert(only('count', 'title'), [[7, 70, 'seven']]))

    expect(await database.snapshot(read => read.rows(sql`select item_id, title, count from item`))).toEqual([
      { item_id: 7, title: 'seven', count: 70 },
    ])
  })

  rule('an upsert inserts what is new and sets the named columns of what is there', async at => {
    const database = await at.items(2)

    await database.change(write =>
      write.upsert(only('title', 'count'), [
        [2, 'two', 22],
        [3, 'three', 33],
      ]),
    )

    const rows = await database.snapshot(read =>
      read.lookup(only('title', 'count', 'small'), [[1], [2], [3]]),
    )
    expect(rows).toEqual([
      ['item 1', 1, 0],
      ['two', 22, 0],
      ['three', 33, 0],
    ])
  })

  rule('an upsert may keep a column of what is there, or the higher of two values', async at => {
    const database = await at.items(2)
    const into = {
      ...only('title', 'count', 'small'),
      existing: { title: 'kept', count: 'highest' },
    } as const

    await database.change(write =>
      write.upsert(into, [
        [1, 'one', 11, 5],
        [2, 'two', -22, 6],
        [3, 'three', -33, 7],
      ]),
    )

    expect(await database.snapshot(read => read.lookup(into, [[1], [2], [3]]))).toEqual([
      ['item 1', 11, 5],
      ['item 2', 2, 6],
      ['three', -33, 7],
    ])
  })

  rule('an upsert of the key alone leaves the row as it is', async at => {
    const database = await at.items(0)
    await database.change(async write => {
      await write.schema.createOwnTable({
        name: 'hc_mark',
        columns: [{ name: 'id', type: 'int' }],
        key: ['id'],
      })
      await write.upsert({ table: 'hc_mark', key: ['id'], columns: [] }, [[1], [1], [2]])
    })

    expect(await database.snapshot(read => read.rows(sql`select id from hc_mark order by id`))).toEqual([
      { id: 1 },
      { id: 2 },
    ])
  })

  rule('an update sets the named columns and passes over keys that are not there', async at => {
    const database = await at.items(2)

    await database.change(write =>
      write.update(only('title', 'count'), [
        [2, 'two', 22],
        [9, 'nine', 99],
      ]),
    )

    expect(await database.snapshot(read => read.lookup(only('title', 'count'), [[1], [2], [9]]))).toEqual([
      ['item 1', 1],
      ['two', 22],
      undefined,
    ])
  })

  rule('rows are removed by key; keys that are not there are passed over', async at => {
    const database = await at.items(3)

    await database.change(write => write.remove(itemTarget, [[2], [9]]))

    expect(await database.snapshot(titles)).toEqual(['item 1', 'item 3'])
  })

  rule('keys of several columns are matched as a whole', async at => {
    const pair = { table: 'hc_pair', key: ['a', 'b'], columns: ['c'] }
    const database = await at.items(0)
    await database.change(async write => {
      const columns = ['a', 'b', 'c'].map(name => ({ name, type: 'int' as const }))
      await write.schema.createOwnTable({ name: 'hc_pair', columns, key: ['a', 'b'] })
      await write.insert(pair, [
        [1, 1, 11],
        [1, 2, 12],
        [2, 1, 21],
      ])
      await write.update(pair, [[1, 2, 99]])
      await write.upsert(pair, [
        [2, 1, 98],
        [2, 2, 22],
      ])
      await write.remove(pair, [[1, 1]])
    })

    expect(
      await database.snapshot(read =>
        read.lookup(pair, [
          [1, 1],
          [1, 2],
          [2, 1],
          [2, 2],
        ]),
      ),
    ).toEqual([undefined, [99], [98], [22]])
  })

  rule('run tells how many rows it changed', async at => {
    const database = await at.items(5)

    const changed = await database.change(write =>
      write.run(sql`update item set small = ${1} where item_id > ${3}`),
    )

    expect(changed).toBe(2)
  })

  rule('row gives the first row, or nothing', async at => {
    const database = await at.items(2)
    const read = (reading: Reading, id: number) =>
      reading.row(sql`select title from item where item_id = ${id}`)

    expect(await database.snapshot(reading => read(reading, 2))).toEqual({ title: 'item 2' })
    expect(await database.snapshot(reading => read(reading, 9))).toBeUndefined()
  })

  rule('lookup answers in the order asked for, the same key as often as asked', async at => {
    const database = await at.items(3)

    expect(await database.snapshot(read => read.lookup(only('title'), [[3], [9], [1], [3]]))).toEqual([
      ['item 3'],
      undefined,
      ['item 1'],
      ['item 3'],
    ])
  })

  rule('batches hold at most the size asked for, and together every row once', async at => {
    const database = await at.items(25)

    expect(await database.snapshot(read => sizesOf(read, 10))).toEqual([10, 10, 5])
    expect(await database.snapshot(read => sizesOf(read, 5))).toEqual([5, 5, 5, 5, 5])
    expect(await database.snapshot(read => sizesOf(read, 100))).toEqual([25])
  })

  rule('no rows, no batch', async at => {
    const database = await at.items(0)

    expect(await database.snapshot(read => sizesOf(read, 10))).toEqual([])
  })

  rule('a reader that stops early harms nobody', async at => {
    const database = await at.items(30)
    const first = await database.change(async write => {
      for await (const batch of write.batches(sql`select item_id from item order by item_id`, 10))
        return batch
      return []
    })

    expect(first).toHaveLength(10)
    await database.change(write => write.remove(itemTarget, first as Row[]))
    expect(await database.snapshot(read => sizesOf(read, 100))).toEqual([20])
  })

  rule('other tables and other rows may be written while batches are being read', async at => {
    const database = await at.items(30)

    await database.change(async write => {
      for await (const batch of write.batches(sql`select item_id from item order by item_id`, 7)) {
        await write.update(
          only('small'),
          batch.map(row => [row[0]!, 1]),
        )
      }
    })

    expect(await database.snapshot(read => read.row(sql`select sum(small) as n from item`))).toEqual({
      n: 30,
    })
  })

  rule('two queries may be read side by side, also the same one', async at => {
    const database = await at.items(4)
    const query = sql`select item_id from item order by item_id`

    const pairs = await database.snapshot(async read => {
      const found: unknown[] = []
      for await (const outer of read.batches(query, 2)) {
        for await (const inner of read.batches(query, 2)) found.push([outer[0]?.[0], inner[0]?.[0]])
      }
      return found
    })

    expect(pairs).toEqual([
      [1, 1],
      [1, 3],
      [3, 1],
      [3, 3],
    ])
  })

  rule(
    'pages are in the order of the first column, none twice and none left out, also beside writing',
    async at => {
      const database = await at.items(25)

      const pages = await database.change(async write => {
        const found: unknown[][] = []
        const query = sql`select item_id, title, item_id as again from item where item_id <> ${3} order by title desc`
        for await (const page of write.pages(query, 'item_id', 10)) {
          found.push(page.map(row => row[0]))
          await write.update(
            only('small'),
            page.map(row => [row[0]!, 1]),
          )
        }
        return found
      })

      expect(pages.map(page => page.length)).toEqual([10, 10, 4])
      expect(pages.flat()).toEqual(items(1, 25).flatMap(([id]) => (id === 3 ? [] : [id])))
    },
  )

  rule('many rows go in and out', async at => {
    const database = await at.items(0)

    await database.change(write => write.insert(itemTarget, items(1, 20_000)))

    expect(await database.snapshot(read => sizesOf(read, 5_000))).toEqual([5_000, 5_000, 5_000, 5_000])
  })
}

async function sizesOf(read: Reading, size: number): Promise<number[]> {
  const sizes: number[] = []
  for await (const batch of read.batches(sql`select * from item`, size)) sizes.push(batch.length)
  return sizes
}
