import { describe, expect, test } from 'vitest'
import type { LogRow, LogSource } from '../../src/storage/contract.ts'
import { type Captured, PRODUCTS } from './products.ts'

async function insert(base: Captured, ...ids: number[]): Promise<void> {
  for (const id of ids) await base.run(`INSERT INTO contact (contact_id) VALUES (${id})`)
}

async function reserve(base: Captured, count: number): Promise<number> {
  await base.run(`UPDATE sequence SET next_id = next_id + ${count} WHERE id = 39`)
  return await base.value(`SELECT next_id - ${count} FROM sequence WHERE id = 39`)
}

const writeLog = (base: Captured, id: number, record: number, type = 4608): Promise<void> =>
  base.run(`INSERT INTO traveltransactionlog VALUES (${id}, 1, 0, ${type}, 1, 5, ${record}, 0, 0, 0)`)

/** Each question in a transaction of its own. */
const logOf = (base: Captured): LogSource => ({
  readNew: limit => base.changing(log => log.readNew(limit)),
  async *between(from, to, size) {
    const batches: LogRow[][] = []
    await base.changing(async log => {
      for await (const batch of log.between(from, to, size)) batches.push(batch)
    })
    yield* batches
  },
  about: records => base.changing(log => log.about(records)),
  position: () => base.changing(log => log.position()),
  countAfter: position => base.changing(log => log.countAfter(position)),
  first: () => base.changing(log => log.first()),
  append: rows => base.changing(log => log.append(rows)),
  jump: to => base.changing(log => log.jump(to)),
  idAt: position => base.changing(log => log.idAt(position)),
  prune: upTo => base.changing(log => log.prune(upTo)),
})

async function collect(batches: AsyncIterable<LogRow[]>): Promise<LogRow[]> {
  const rows: LogRow[] = []
  for await (const batch of batches) rows.push(...batch)
  return rows
}

/** Ascending: of what became visible together, the order is the database's own. */
const records = (rows: readonly LogRow[]) => rows.map(row => row.record).sort((a, b) => a - b)
const places = (rows: readonly LogRow[]) => rows.map(row => `${row.position}:${row.record}`)

const fromPacket = (record: number): Omit<LogRow, 'position' | 'id'> => ({
  ...{
    time: 5,
    previous: 0,
    type: 4608,
    associate: 8,
    table: 5,
    record,
    flags: 0,
    application: 0,
    origin: 77,
  },
})

describe.each(PRODUCTS)('%s: reading', (_, open) => {
  test('positions are dense, from 1, and every row has one', async () => {
    await using base = await open()
    await insert(base, 11, 12)
    const log = logOf(base)

    expect(places(await log.readNew(10))).toEqual(['1:11', '2:12'])
    await insert(base, 13)
    expect(places(await log.readNew(10))).toEqual(['3:13'])
    expect(await log.readNew(10)).toEqual([])
    expect(await log.position()).toBe(3)
  })

  test('no more than the limit at once, in the same order', async () => {
    await using base = await open()
    await insert(base, 11, 12)
    await reserve(base, 3)
    await insert(base, 13, 14)
    const log = logOf(base)

    expect(places(await log.readNew(3))).toEqual(['1:11', '2:12', '3:13'])
    expect(places(await log.readNew(3))).toEqual(['4:14'])
  })

  test('a reserved id that is written late gets the next position, once', async () => {
    await using base = await open()
    const first = await reserve(base, 4)
    await insert(base, 11)
    const log = logOf(base)
    expect(places(await log.readNew(10))).toEqual(['1:11'])

    await writeLog(base, first + 2, 102)
    expect(places(await log.readNew(10))).toEqual(['2:102'])
    await insert(base, 12)
    expect(places(await log.readNew(10))).toEqual(['3:12'])
    await writeLog(base, first, 100)
    await writeLog(base, first + 3, 103)
    expect(places(await log.readNew(10))).toEqual(['4:100', '5:103'])
    expect(await log.readNew(10)).toEqual([])
  })

  test('a reserved id written below a row that a full batch ended with is not lost', async () => {
    await using base = await open()
    const first = await reserve(base, 3)
    await writeLog(base, first + 1, 101)
    await insert(base, 11)
    const log = logOf(base)
    expect(places(await log.readNew(1))).toEqual(['1:101'])

    await writeLog(base, first, 100)
    await writeLog(base, first + 2, 102)
    expect(records(await log.readNew(10))).toEqual([11, 100, 102])
  })

  test('type 0 has no position, and is not asked for again', async () => {
    await using base = await open()
    const first = await reserve(base, 2)
    await writeLog(base, first, 0, 0)
    const log = logOf(base)

    expect(await log.readNew(1)).toEqual([])
    await writeLog(base, first + 1, 101)
    expect(places(await log.readNew(1))).toEqual(['1:101'])
  })

  test('what a rolled-back reader read is read again, under the same positions', async () => {
    await using base = await open()
    await insert(base, 11)
    const failing = base.changing(async log => {
      await log.readNew(10)
      throw new Error('on purpose')
    })

    await expect(failing).rejects.toThrow('on purpose')
    expect(places(await logOf(base).readNew(10))).toEqual(['1:11'])
  })

  test('rows that were in the log before capture came are read', async () => {
    await using base = await open({
      before: 'INSERT INTO traveltransactionlog VALUES (500, 1, 0, 4608, 1, 5, 9, NULL, NULL, 0);',
    })

    const [row] = await logOf(base).readNew(10)
    expect(row).toMatchObject({ position: 1, id: 500, record: 9, flags: 0, application: 0 })
  })
})

describe.each(PRODUCTS)('%s: reading again', (_, open) => {
  test('any range of positions comes in order, in batches, over gaps in the ids', async () => {
    await using base = await open()
    await insert(base, 11, 12)
    const first = await reserve(base, 5)
    await insert(base, 13, 14, 15)
    const log = logOf(base)
    await log.readNew(100)
    await writeLog(base, first + 1, 101)
    const read = [...(await log.readNew(100))]

    expect(read).toHaveLength(1)
    expect(places(await collect(log.between(0, 6, 2)))).toEqual([
      '1:11',
      '2:12',
      '3:13',
      '4:14',
      '5:15',
      '6:101',
    ])
    expect(places(await collect(log.between(1, 4, 100)))).toEqual(['2:12', '3:13', '4:14'])
    expect(await collect(log.between(4, 4, 100))).toEqual([])
    expect(places(await collect(log.between(5, 99, 100)))).toEqual(['6:101'])
    const sizes: number[] = []
    for await (const batch of log.between(0, 6, 4)) sizes.push(batch.length)
    expect(sizes).toEqual([4, 2])
  })

  test('the rows about some records are found among all others, by position', async () => {
    await using base = await open()
    const late = await reserve(base, 1)
    await insert(base, 11, 12, 13)
    const log = logOf(base)
    await log.readNew(10)
    await writeLog(base, late, 11)
    await insert(base, 14)
    expect(places(await log.about([{ table: 5, record: 11 }]))).toEqual(['1:11'])

    await log.readNew(10)
    const both = [14, 11].map(record => ({ table: 5, record }))
    expect(places(await log.about(both))).toEqual(['1:11', '4:11', '5:14'])
    expect(await log.about([{ table: 6, record: 11 }])).toEqual([])
    await log.prune(1)
    expect(places(await log.about(both))).toEqual(['4:11', '5:14'])
  })

  test('the log id at a position is told', async () => {
    await using base = await open()
    await insert(base, 11)
    await reserve(base, 5)
    await insert(base, 12)
    const log = logOf(base)
    const ids = (await log.readNew(100)).map(row => row.id)

    expect([await log.idAt(1), await log.idAt(2), await log.idAt(3), await log.idAt(0)]).toEqual([
      ...ids,
      0,
      0,
    ])
  })

  test('a log row that somebody deleted is missed, not passed over', async () => {
    await using base = await open()
    await insert(base, 11, 12, 13)
    const log = logOf(base)
    await log.readNew(100)
    await base.run('DELETE FROM traveltransactionlog WHERE record_id = 12')

    await expect(collect(log.between(0, 3, 10))).rejects.toMatchObject({ code: 'LOG_GAP' })
  })
})

describe.each(PRODUCTS)('%s: appending', (_, open) => {
  test('rows of a packet have positions at once, and are not read as new', async () => {
    await using base = await open()
    const log = logOf(base)

    expect(await log.append([fromPacket(21), fromPacket(22)])).toEqual({ first: 1, last: 2 })
    expect(await log.append([])).toBeUndefined()
    expect(await log.readNew(10)).toEqual([])
    expect(await collect(log.between(0, 2, 10))).toEqual([
      { ...fromPacket(21), position: 1, id: await log.idAt(1) },
      { ...fromPacket(22), position: 2, id: await log.idAt(2) },
    ])
  })

  test('changes below them that nobody has read yet keep their turn', async () => {
    await using base = await open()
    await insert(base, 11)
    const log = logOf(base)
    await log.append([fromPacket(21)])
    await insert(base, 12)

    expect(places(await log.readNew(1))).toEqual(['2:11'])
    expect(places(await log.readNew(9))).toEqual(['3:12'])
  })
})

describe.each(PRODUCTS)('%s: pruning', (_, open) => {
  test('rows up to a position go, the others keep theirs', async () => {
    await using base = await open()
    await insert(base, 11, 12, 13)
    const log = logOf(base)
    await log.readNew(10)

    expect(await log.prune(2)).toBe(2)
    expect(await log.prune(2)).toBe(0)
    expect(places(await collect(log.between(2, 3, 10)))).toEqual(['3:13'])
    expect(await log.first()).toBe(3)
    expect(await base.value('SELECT count(*) FROM traveltransactionlog')).toBe(1)
    await expect(collect(log.between(0, 3, 10))).rejects.toMatchObject({ code: 'LOG_GAP' })
  })

  test('what nobody has read yet, and ids still reserved, are not touched', async () => {
    await using base = await open()
    const first = await reserve(base, 2)
    await insert(base, 11)
    const log = logOf(base)
    await log.readNew(10)
    await insert(base, 12)

    expect(await log.prune(99)).toBe(1)
    await writeLog(base, first, 100)
    expect(records(await log.readNew(10))).toEqual([12, 100])
  })

  test('after everything went, no log id and no position is given a second time', async () => {
    await using base = await open()
    const reserved = await reserve(base, 1)
    await insert(base, 11, 12)
    const log = logOf(base)
    const old = await log.readNew(10)
    await log.prune(2)
    await insert(base, 13)
    const [row] = await log.readNew(10)

    expect(row).toMatchObject({ position: 3, record: 13 })
    expect(old.map(({ id }) => id)).not.toContain(row!.id)
    expect(await log.prune(3)).toBe(1)
    expect([reserved, ...old.map(({ id }) => id), row!.id]).not.toContain(await reserve(base, 1))
  })
})
