import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Row } from '../../../src/core/values.ts'
import type { ConstraintError, Database, Reading, Writing } from '../../../src/storage/contract.ts'
import type { Rule } from '../storage-contract.ts'
import { itemTarget, only, sample, titles } from './item.ts'
import { items, refusalOf } from './place.ts'

export function transactionRules(rule: Rule): void {
  rule('a change that fails leaves nothing behind', async at => {
    const database = await at.items(1)

    const failing = database.change(async write => {
      await write.insert(itemTarget, items(2, 5))
      throw new Error('on purpose')
    })

    await expect(failing).rejects.toThrow('on purpose')
    expect(await database.snapshot(titles)).toEqual(['item 1'])
  })

  rule('definitions are rolled back too', async at => {
    const database = await at.items(0)

    const failing = database.change(async write => {
      await write.schema.createOwnTable({
        name: 'hc_new',
        columns: [{ name: 'id', type: 'int' }],
        key: ['id'],
      })
      throw new Error('on purpose')
    })

    await expect(failing).rejects.toThrow('on purpose')
    expect(await database.change(write => write.schema.tables())).not.toContain('hc_new')
  })

  rule('changes asked for at once run one after another, in that order', async at => {
    const database = await at.items(1)
    await database.change(write => write.update(only('count'), [[1, 0]]))

    await Promise.all(Array.from({ length: 20 }, () => database.change(addOne)))

    expect(await database.snapshot(read => read.lookup(only('count'), [[1]]))).toEqual([[20]])
  })

  rule('a failed change does not stop the next one', async at => {
    const database = await at.items(1)
    const failing = database.change(async () => {
      throw new Error('on purpose')
    })
    const next = database.change(addOne)

    await expect(failing).rejects.toThrow('on purpose')
    await next
    expect(await database.snapshot(read => read.lookup(only('count'), [[1]]))).toEqual([[2]])
  })

  rule('a change inside a change is our own mistake, and does not hang', async at => {
    const database = await at.items(1)

    await expect(database.change(() => database.change(addOne))).rejects.toThrow('inside a change')
  })

  rule('a transaction that is over cannot be used', async at => {
    const database = await at.items(1)
    const write = await database.change(async writing => writing)
    const read = await database.snapshot(async reading => reading)

    await expect(write.insert(itemTarget, items(2, 2))).rejects.toThrow('ended')
    await expect(titles(read)).rejects.toThrow('ended')
  })

  rule('rows that nobody has read to the end keep no transaction from ending', async at => {
    const database = await at.items(30)
    const leftOpen = async (read: Reading) => {
      await read.batches(sql`select * from item`, 10)[Symbol.asyncIterator]().next()
    }

    await database.snapshot(leftOpen)
    await database.change(leftOpen)

    await database.change(write => write.remove(itemTarget, [[1]]))
    expect(await database.snapshot(titles)).toHaveLength(29)
  })

  rule('a snapshot sees what was there when it began, whatever is committed meanwhile', async at => {
    const database = await at.items(3)

    const seen = await database.snapshot(async read => {
      await database.change(write => write.remove(itemTarget, [[1]]))
      await database.change(write => write.insert(itemTarget, items(8, 9)))
      return titles(read)
    })

    expect(seen).toEqual(['item 1', 'item 2', 'item 3'])
    expect(await database.snapshot(titles)).toEqual(['item 2', 'item 3', 'item 8', 'item 9'])
  })

  rule('a snapshot keeps its view from one batch to the next', async at => {
    const database = await at.items(40)

    const ids = await database.snapshot(async read => {
      const found: Row[] = []
      for await (const batch of read.batches(sql`select item_id from item order by item_id`, 10)) {
        found.push(...batch)
        await database.change(write => write.remove(itemTarget, [[found.length + 1]]))
      }
      return found
    })

    expect(ids).toHaveLength(40)
  })

  rule('several snapshots live side by side, each with its own view', async at => {
    const database = await at.items(1)

    const counts = await database.snapshot(async first => {
      await database.change(write => write.insert(itemTarget, items(2, 2)))
      return database.snapshot(async second => {
        await database.change(write => write.insert(itemTarget, items(3, 3)))
        return [(await titles(first)).length, (await titles(second)).length]
      })
    })

    expect(counts).toEqual([1, 2])
  })

  rule('a change sees its own writes, a snapshot beside it does not', async at => {
    const database = await at.items(1)

    const seen = await database.change(async write => {
      await write.insert(itemTarget, items(2, 2))
      return [await titles(write), await database.snapshot(titles)]
    })

    expect(seen).toEqual([['item 1', 'item 2'], ['item 1']])
  })

  rule('two handles on one database take turns', async at => {
    const one = await at.items(1)
    const two = await at.open(at.path)
    await one.change(write => write.update(only('count'), [[1, 0]]))

    await Promise.all([one, two, one, two, one].map(database => database.change(addOne)))

    expect(await two.snapshot(read => read.lookup(only('count'), [[1]]))).toEqual([[5]])
  })

  rule('waiting for a lock has an end, and then says which database it is', async at => {
    const holder = await at.items(1)
    const other = await at.open(at.path, { waitFor: 20 })

    const refused = await holder.change(() => refusalOf(() => other.change(addOne)))

    expect(refused).toBe('DATABASE_BUSY')
    await other.change(addOne)
    expect(await holder.snapshot(read => read.lookup(only('count'), [[1]]))).toEqual([[2]])
  })

  rule('an attempt that succeeds stays', async at => {
    const database = await at.items(0)

    const error = await attempt(database, write => write.insert(itemTarget, items(1, 2)))

    expect(error).toBeUndefined()
    expect(await database.snapshot(titles)).toEqual(['item 1', 'item 2'])
  })

  rule('an attempt that breaks a rule is undone, and says which kind of rule', async at => {
    const database = await at.items(1)
    const kindOf = async (row: Row) =>
      (await attempt(database, write => write.insert(itemTarget, [row])))?.kind

    expect(await kindOf(sample({ item_id: 1, title: 'other' }))).toBe('unique')
    expect(await kindOf(sample({ item_id: 2, title: 'item 1' }))).toBe('unique')
    expect(await kindOf(sample({ item_id: 2 }).with(1, null))).toBe('not-null')
    expect(await kindOf(sample({ item_id: 2, title: 'x'.repeat(51) }))).toBe('check')
    for (const field of ['title', 'note', 'extra'])
      expect(await kindOf(sample({ item_id: 2, [field]: '"a\0b"' }))).toBe('check')
    expect(await kindOf(sample({ item_id: 2, count: 2 ** 31 }))).toBe('check')
    expect(await kindOf(sample({ item_id: 2, small: 40_000 }))).toBe('check')
    expect(await database.snapshot(titles)).toEqual(['item 1'])
  })

  rule('an undone attempt leaves alone what came before and after it', async at => {
    const database = await at.items(0)

    await database.change(async write => {
      await write.insert(itemTarget, items(1, 1))
      await write.attempt(async () => {
        await write.insert(itemTarget, items(2, 3))
        await write.insert(itemTarget, items(1, 1))
      })
      await write.insert(itemTarget, items(4, 4))
    })

    expect(await database.snapshot(titles)).toEqual(['item 1', 'item 4'])
  })

  rule('attempts nest', async at => {
    const database = await at.items(0)

    await database.change(async write => {
      await write.attempt(async () => {
        await write.insert(itemTarget, items(1, 1))
        await write.attempt(() => write.insert(itemTarget, items(1, 1)))
        await write.insert(itemTarget, items(2, 2))
      })
    })

    expect(await database.snapshot(titles)).toEqual(['item 1', 'item 2'])
  })

  rule('an attempt passes on what is no broken rule', async at => {
    const database = await at.items(1)

    const failing = attempt(database, async () => {
      throw new Error('on purpose')
    })

    await expect(failing).rejects.toThrow('on purpose')
  })

  rule('outside an attempt a broken rule is an error with a code', async at => {
    const database = await at.items(1)

    expect(await refusalOf(() => database.change(write => write.insert(itemTarget, items(1, 1))))).toBe(
      'VALUE_REFUSED',
    )
  })
}

const addOne = (write: Writing) => write.run(sql`update item set count = count + ${1} where item_id = ${1}`)

const attempt = (
  database: Database,
  work: (write: Writing) => Promise<void>,
): Promise<ConstraintError | undefined> => database.change(write => write.attempt(() => work(write)))
