import { describe, expect, test } from 'vitest'
import type { LogRow } from '../../src/storage/contract.ts'
import { logSource } from '../../src/storage/sqlite/log-source.ts'
import { CapturedDatabase } from './captured-database.ts'

function insert(base: CapturedDatabase, ...ids: number[]): void {
  for (const id of ids) base.run(`INSERT INTO contact (contact_id) VALUES (${id})`)
}

function reserve(base: CapturedDatabase, count: number): number {
  base.run(`UPDATE sequence SET next_id = next_id + ${count} WHERE id = 39`)
  return base.value(`SELECT next_id - ${count} FROM sequence WHERE id = 39`)
}

const writeLog = (base: CapturedDatabase, id: number, record: number, type = 4608): void =>
  base.run(`INSERT INTO traveltransactionlog VALUES (${id}, 1, 0, ${type}, 1, 5, ${record}, 0, 0, 0)`)

async function collect(batches: AsyncIterable<LogRow[]>): Promise<LogRow[]> {
  const rows: LogRow[] = []
  for await (const batch of batches) rows.push(...batch)
  return rows
}

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

describe('reading', () => {
  test('positions are dense, from 1, and every row has one', async () => {
    using base = new CapturedDatabase()
    insert(base, 11, 12)
    const log = logSource(base.db)

    expect(places(await log.readNew(10))).toEqual(['1:11', '2:12'])
    insert(base, 13)
    expect(places(await log.readNew(10))).toEqual(['3:13'])
    expect(await log.readNew(10)).toEqual([])
    expect(await log.position()).toBe(3)
  })

  test('no more than the limit at once, in the same order', async () => {
    using base = new CapturedDatabase()
    insert(base, 11, 12)
    reserve(base, 3)
    insert(base, 13, 14)
    const log = logSource(base.db)

    expect(places(await log.readNew(3))).toEqual(['1:11', '2:12', '3:13'])
    expect(places(await log.readNew(3))).toEqual(['4:14'])
  })

  test('a reserved id that is written late gets the next position, once', async () => {
    using base = new CapturedDatabase()
    const first = reserve(base, 4)
    insert(base, 11)
    const log = logSource(base.db)
    expect(places(await log.readNew(10))).toEqual(['1:11'])

    writeLog(base, first + 2, 102)
    expect(places(await log.readNew(10))).toEqual(['2:102'])
    insert(base, 12)
    expect(places(await log.readNew(10))).toEqual(['3:12'])
    writeLog(base, first + 3, 103)
    writeLog(base, first, 100)
    expect(places(await log.readNew(10))).toEqual(['4:100', '5:103'])
    expect(await log.readNew(10)).toEqual([])
  })

  test('a reserved id written below a row that a full batch ended with is not lost', async () => {
    using base = new CapturedDatabase()
    const first = reserve(base, 3)
    writeLog(base, first + 1, 101)
    insert(base, 11)
    const log = logSource(base.db)
    expect(places(await log.readNew(1))).toEqual(['1:101'])

    writeLog(base, first, 100)
    writeLog(base, first + 2, 102)
    expect(places(await log.readNew(10))).toEqual(['2:100', '3:102', '4:11'])
  })

  test('type 0 has no position, and is not asked for again', async () => {
    using base = new CapturedDatabase()
    const first = reserve(base, 2)
    writeLog(base, first, 0, 0)
    const log = logSource(base.db)

    expect(await log.readNew(1)).toEqual([])
    writeLog(base, first + 1, 101)
    expect(places(await log.readNew(1))).toEqual(['1:101'])
  })

  test('what a rolled-back reader read is read again, under the same positions', async () => {
    using base = new CapturedDatabase()
    insert(base, 11)
    const log = logSource(base.db)
    base.run('BEGIN')
    await log.readNew(10)
    base.run('ROLLBACK')

    expect(places(await log.readNew(10))).toEqual(['1:11'])
  })

  test('rows that were in the log before capture came are read', async () => {
    using base = new CapturedDatabase({
      before: 'INSERT INTO traveltransactionlog VALUES (500, 1, 0, 4608, 1, 5, 9, NULL, NULL, 0);',
    })

    const [row] = await logSource(base.db).readNew(10)
    expect(row).toMatchObject({ position: 1, id: 500, record: 9, flags: 0, application: 0 })
  })
})

describe('reading again', () => {
  test('any range of positions comes in order, in batches, over gaps in the ids', async () => {
    using base = new CapturedDatabase()
    insert(base, 11, 12)
    const first = reserve(base, 5)
    insert(base, 13, 14, 15)
    const log = logSource(base.db)
    await log.readNew(100)
    writeLog(base, first + 1, 101)
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
    using base = new CapturedDatabase()
    const late = reserve(base, 1)
    insert(base, 11, 12, 13)
    const log = logSource(base.db)
    await log.readNew(10)
    writeLog(base, late, 11)
    insert(base, 14)
    expect(places(await log.about([{ table: 5, record: 11 }]))).toEqual(['1:11'])

    await log.readNew(10)
    const both = [14, 11].map(record => ({ table: 5, record }))
    expect(places(await log.about(both))).toEqual(['1:11', '4:11', '5:14'])
    expect(await log.about([{ table: 6, record: 11 }])).toEqual([])
    await log.prune(1)
    expect(places(await log.about(both))).toEqual(['4:11', '5:14'])
  })

  test('the log id at a position is told', async () => {
    using base = new CapturedDatabase()
    insert(base, 11)
    reserve(base, 5)
    insert(base, 12)
    const log = logSource(base.db)
    await log.readNew(100)

    expect([await log.idAt(1), await log.idAt(2), await log.idAt(3), await log.idAt(0)]).toEqual([1, 8, 0, 0])
  })

  test('a log row that somebody deleted is missed, not passed over', async () => {
    using base = new CapturedDatabase()
    insert(base, 11, 12, 13)
    const log = logSource(base.db)
    await log.readNew(100)
    base.run('DELETE FROM traveltransactionlog WHERE record_id = 12')

    await expect(collect(log.between(0, 3, 10))).rejects.toMatchObject({ code: 'LOG_GAP' })
  })
})

describe('appending', () => {
  test('rows of a packet have positions at once, and are not read as new', async () => {
    using base = new CapturedDatabase()
    const log = logSource(base.db)

    expect(await log.append([fromPacket(21), fromPacket(22)])).toEqual({ first: 1, last: 2 })
    expect(await log.append([])).toBeUndefined()
    expect(await log.readNew(10)).toEqual([])
    expect(await collect(log.between(0, 2, 10))).toEqual([
      { ...fromPacket(21), position: 1, id: 1 },
      { ...fromPacket(22), position: 2, id: 2 },
    ])
  })

  test('changes below them that nobody has read yet keep their turn', async () => {
    using base = new CapturedDatabase()
    insert(base, 11)
    const log = logSource(base.db)
    await log.append([fromPacket(21)])
    insert(base, 12)

    expect(places(await log.readNew(1))).toEqual(['2:11'])
    expect(places(await log.readNew(9))).toEqual(['3:12'])
  })
})

describe('pruning', () => {
  test('rows up to a position go, the others keep theirs', async () => {
    using base = new CapturedDatabase()
    insert(base, 11, 12, 13)
    const log = logSource(base.db)
    await log.readNew(10)

    expect(await log.prune(2)).toBe(2)
    expect(await log.prune(2)).toBe(0)
    expect(places(await collect(log.between(2, 3, 10)))).toEqual(['3:13'])
    expect(await log.first()).toBe(3)
    expect(base.value('SELECT count(*) FROM traveltransactionlog')).toBe(1)
    await expect(collect(log.between(0, 3, 10))).rejects.toMatchObject({ code: 'LOG_GAP' })
  })

  test('what nobody has read yet, and ids still reserved, are not touched', async () => {
    using base = new CapturedDatabase()
    const first = reserve(base, 2)
    insert(base, 11)
    const log = logSource(base.db)
    await log.readNew(10)
    insert(base, 12)

    expect(await log.prune(99)).toBe(1)
    writeLog(base, first, 100)
    expect(places(await log.readNew(10))).toEqual(['2:100', '3:12'])
  })

  test('after everything went, no log id and no position is given a second time', async () => {
    using base = new CapturedDatabase()
    insert(base, 11, 12)
    const log = logSource(base.db)
    await log.readNew(10)
    await log.prune(2)
    insert(base, 13)

    expect(await log.readNew(10)).toMatchObject([{ position: 3, id: 3, record: 13 }])
    expect(await log.prune(3)).toBe(1)
    expect(reserve(base, 1)).toBe(4)
  })
})
