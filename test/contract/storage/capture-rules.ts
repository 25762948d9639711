import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Dictionary } from '../../../src/dictionary/model.ts'
import { travelTables } from '../../../src/dictionary/travel-tables.ts'
import type { CapturePlan, Database, LogRow, Writing } from '../../../src/storage/contract.ts'
import type { Rule } from '../storage-contract.ts'
import { item, itemTarget, only } from './item.ts'
import { items, type Place, refusalOf } from './place.ts'

const INSERT = 4352
const UPDATE = 4608
const DEFAULT_ASSOCIATE = 3

const dictionary: Dictionary = {
  name: 'contract',
  version: 1,
  parts: { associate: { table: 'item', name: 'title' } },
  tables: [item],
}

const plan: CapturePlan = {
  dictionary,
  tables: [{ table: item, fieldLevel: false, readOnly: false }],
  prefix: 0,
  child: false,
  defaultAssociate: DEFAULT_ASSOCIATE,
  watched: [],
}

export function captureRules(rule: Rule): void {
  rule('capture logs what is written: by the default associate, or by who acts', async at => {
    const database = await captured(at)

    await database.change(write => write.insert(itemTarget, items(1, 1)))
    await database.change(async write => {
      await write.actAs(9)
      await write.update(only('title'), [[1, 'other']])
    })

    expect(await newRows(database)).toMatchObject([
      { type: INSERT, table: item.number, record: 1, associate: DEFAULT_ASSOCIATE, position: 1 },
      { type: UPDATE, table: item.number, record: 1, associate: 9, position: 2 },
    ])
  })

  rule('who acts, and whether capture is on, ends with the transaction', async at => {
    const database = await captured(at)

    await database.change(async write => {
      await write.actAs(9)
      await write.capture('off')
      await write.insert(itemTarget, items(1, 1))
    })
    await database.change(write => write.insert(itemTarget, items(2, 2)))

    expect(await newRows(database)).toMatchObject([{ record: 2, associate: DEFAULT_ASSOCIATE }])
  })

  rule('capture can be switched off and on inside a transaction', async at => {
    const database = await captured(at)

    await database.change(async write => {
      await write.capture('off')
      await write.insert(itemTarget, items(1, 1))
      await write.capture('on')
      await write.insert(itemTarget, items(2, 2))
    })

    expect((await newRows(database)).map(row => row.record)).toEqual([2])
  })

  rule('a change that is rolled back is not logged', async at => {
    const database = await captured(at)

    await database.change(async write => {
      await write.attempt(async () => {
        await write.insert(itemTarget, items(1, 1))
        await write.insert(itemTarget, items(1, 1))
      })
      await write.insert(itemTarget, items(2, 2))
    })

    expect((await newRows(database)).map(row => row.record)).toEqual([2])
  })

  rule('what capture refuses is an error with its own code, and refused in an attempt', async at => {
    const database = await captured(at, {
      ...plan,
      tables: [{ table: item, fieldLevel: false, readOnly: true }],
      child: true,
    })
    const insert = (write: Writing) => write.insert(itemTarget, items(1, 1))

    expect(await refusalOf(() => database.change(insert))).toBe('TABLE_READ_ONLY')
    expect(await database.change(write => write.attempt(() => insert(write)))).toMatchObject({
      kind: 'refused',
    })
  })

  rule('installed capture misses nothing, removed capture everything', async at => {
    const database = await captured(at)

    expect(await database.change(write => write.schema.missingCapture(plan))).toEqual([])
    await database.change(write => write.schema.removeCapture())
    expect(await database.change(write => write.schema.missingCapture(plan))).not.toEqual([])
    await database.change(write => write.insert(itemTarget, items(1, 1)))
    expect(
      await database.snapshot(read => read.row(sql`select count(*) as n from traveltransactionlog`)),
    ).toEqual({
      n: 0,
    })
  })

  rule('our own triggers are no side effects', async at => {
    const database = await captured(at)

    expect(await database.change(write => write.schema.hasSideEffects('item'))).toBe(false)
  })

  rule('every log row gets the next position once', async at => {
    const database = await captured(at)
    await database.change(write => write.insert(itemTarget, items(1, 5)))

    const first = await database.change(write => write.log.readNew(3))
    await database.change(write => write.insert(itemTarget, items(6, 6)))
    const rest = await newRows(database)

    expect([...first, ...rest].map(row => row.position)).toEqual([1, 2, 3, 4, 5, 6])
    expect([...first, ...rest].map(row => row.record)).toEqual([1, 2, 3, 4, 5, 6])
    expect(await newRows(database)).toEqual([])
    expect(await database.change(write => write.log.position())).toBe(6)
  })

  rule('the log is read again between positions, in order, in batches', async at => {
    const database = await captured(at)
    await database.change(write => write.insert(itemTarget, items(1, 9)))
    await newRows(database)

    expect(await database.change(write => between(write, 2, 7, 2))).toEqual([[3, 4], [5, 6], [7]])
  })

  rule('rows that a packet brings are appended with positions of their own', async at => {
    const database = await captured(at)
    await database.change(write => write.insert(itemTarget, items(1, 2)))
    await newRows(database)
    const row = {
      time: 5,
      previous: 0,
      type: UPDATE,
      associate: 4,
      table: 205,
      record: 8,
      flags: 0,
      application: 0,
      origin: 2,
    }

    const given = await database.change(write => write.log.append([row, { ...row, record: 9 }]))

    expect(given).toEqual({ first: 3, last: 4 })
    expect(await newRows(database)).toEqual([])
    expect(await database.change(write => between(write, 2, 4, 10))).toEqual([[8, 9]])
    expect(await database.change(write => write.log.append([]))).toBeUndefined()
  })

  rule('positions that are jumped over hold no row, and reading and pruning pass over them', async at => {
    const database = await captured(at)
    await database.change(write => write.insert(itemTarget, items(1, 2)))
    await newRows(database)
    await database.change(write => write.log.jump(1_000))
    await database.change(write => write.insert(itemTarget, items(3, 4)))

    expect((await newRows(database)).map(row => row.position)).toEqual([1_001, 1_002])
    expect(await database.change(write => between(write, 0, 2_000, 10))).toEqual([[1, 2, 3, 4]])
    expect(await database.change(write => between(write, 500, 1_001, 10))).toEqual([[3]])
    expect(await database.change(write => between(write, 500, 900, 10))).toEqual([])
    expect(await database.change(write => write.log.idAt(500))).toBe(0)
    expect(await database.change(write => write.log.prune(600))).toBe(2)
    expect(await database.change(write => write.log.prune(1_001))).toBe(1)
    expect(await database.change(write => between(write, 1_001, 1_002, 10))).toEqual([[4]])
  })

  rule('rows after a position are counted without the positions that were left out or pruned', async at => {
    const database = await captured(at)
    await database.change(write => write.insert(itemTarget, items(1, 3)))
    await newRows(database)
    await database.change(write => write.log.jump(1_000))
    await database.change(write => write.insert(itemTarget, items(4, 5)))
    await newRows(database)
    await database.change(write => write.log.jump(2_000))
    const after = (position: number) => database.change(write => write.log.countAfter(position))

    expect(await Promise.all([0, 1, 3, 500, 1_000, 1_001, 1_500, 2_000, 3_000].map(after))).toEqual([
      ...[5, 4, 2, 2, 2, 1, 0, 0, 0],
    ])
    await database.change(write => write.log.prune(600))
    expect(await Promise.all([0, 700].map(after))).toEqual([2, 2])
    await database.change(write => write.log.prune(1_001))
    expect(await after(0)).toBe(1)
  })

  rule('a jump to where the log has got already is none', async at => {
    const database = await captured(at)
    await database.change(write => write.insert(itemTarget, items(1, 2)))
    await newRows(database)
    await database.change(write => write.log.jump(1))

    expect(await database.change(write => write.log.position())).toBe(2)
  })

  rule('pruning takes rows away up to a position, and a reader who needs them is told', async at => {
    const database = await captured(at)
    await database.change(write => write.insert(itemTarget, items(1, 6)))
    await newRows(database)

    expect(await database.change(write => write.log.prune(4))).toBe(4)
    expect(await database.change(write => between(write, 4, 6, 10))).toEqual([[5, 6]])
    expect(await refusalOf(() => database.change(write => between(write, 0, 6, 10)))).toBe('LOG_GAP')
    expect(await database.change(write => write.log.position())).toBe(6)
  })
}

async function captured(at: Place, by: CapturePlan = plan): Promise<Database> {
  const database = await at.items(0)
  await database.change(async write => {
    for (const table of travelTables(dictionary.parts)) await write.schema.createTable(table)
    await write.insert({ table: 'sequence', key: ['id'], columns: ['next_id'] }, [[39, 1]])
    await write.schema.installCapture(by)
  })
  return database
}

const newRows = (database: Database): Promise<LogRow[]> => database.change(write => write.log.readNew(1_000))

async function between(write: Writing, from: number, to: number, size: number): Promise<number[][]> {
  const batches: number[][] = []
  for await (const batch of write.log.between(from, to, size)) batches.push(batch.map(row => row.record))
  return batches
}
