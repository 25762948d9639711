import { describe, expect, test } from 'vitest'
import { lastId, TRAVEL_PREFIX } from '../../src/core/ids.ts'
import { CapturedDatabase, type Where } from './captured-database.ts'
import { CapturedPostgres } from './captured-postgres.ts'
import { PRODUCTS } from './products.ts'

/** The documented way, as any program does it. @returns the first of `count` ids */
function reserve(base: CapturedDatabase, count: number): number {
  return base.db.transaction(() => {
    base.run(`UPDATE sequence SET next_id = next_id + ${count} WHERE id = 39`)
    return base.value<number>(`SELECT next_id - ${count} FROM sequence WHERE id = 39`)
  })()
}

const writeLog = (base: CapturedDatabase, id: number, record: number): void =>
  base.run(`INSERT INTO traveltransactionlog VALUES (${id}, 1, 0, 4608, 1, 5, ${record}, 0, 0, 0)`)

const insert = (base: CapturedDatabase, id: number): void =>
  base.run(`INSERT INTO contact (contact_id) VALUES (${id})`)

describe.each([['OFF'], ['ON']])('SQLite: log ids, with recursive_triggers=%s', recursive => {
  const open = (): CapturedDatabase => {
    const base = new CapturedDatabase()
    base.run(`PRAGMA recursive_triggers = ${recursive}`)
    return base
  }

  test('reserved ids are free, and capture goes on above them', async () => {
    using base = open()
    insert(base, 1)
    const first = reserve(base, 3)
    insert(base, 2)
    for (const offset of [0, 1, 2]) writeLog(base, first + offset, 100 + offset)
    insert(base, 3)

    expect(first).toBe(2)
    expect((await base.news()).sort()).toEqual([
      ...['Insert contact 1', 'Insert contact 2', 'Insert contact 3'],
      ...['Update contact 100', 'Update contact 101', 'Update contact 102'],
    ])
  })

  test('reservations follow each other, with or without changes between, and never overlap', () => {
    using base = open()
    const taken: number[] = []
    for (const count of [1, 5, 1, 100, 2]) {
      const first = reserve(base, count)
      taken.push(...Array.from({ length: count }, (_, index) => first + index))
      if (count % 2) insert(base, count * 10 + taken.length)
    }
    for (const id of taken) writeLog(base, id, id)

    expect(new Set(taken).size).toBe(taken.length)
  })

  test('a reservation that is rolled back leaves nothing', () => {
    using base = open()
    base.run('BEGIN')
    base.run('UPDATE sequence SET next_id = next_id + 5 WHERE id = 39; ROLLBACK')

    expect(reserve(base, 1)).toBe(1)
  })

  test('the stored number may happen to meet a row of capture', () => {
    using base = open()
    for (let id = 1; id <= 6; id++) insert(base, id)

    expect(reserve(base, 5)).toBe(7)
    expect(base.value('SELECT next_id FROM sequence WHERE id = 39')).toBe(12)
  })

  test('taking none, or fewer, is not answered', async () => {
    using base = open()
    base.run('UPDATE sequence SET next_id = next_id WHERE id = 39')
    base.run('UPDATE sequence SET next_id = next_id - 1 WHERE id = 39')

    expect(base.value('SELECT count(*) FROM traveltransactionlog')).toBe(0)
  })
})

describe.each(PRODUCTS)('%s: record ids', (_, open) => {
  const AT: [string, Where, string, number][] = [
    ['central', {}, 'contact', lastId(0)],
    ['a satellite', { child: true, prefix: 5 }, 'contact', lastId(5)],
    ['a traveller', { child: true }, 'contact', lastId(TRAVEL_PREFIX)],
    ['a traveller in a table with its own prefix', { child: true }, 'voyage', lastId(0x75)],
  ]

  test.each(AT)(
    '%s: the last id of the range is given out, the next one is refused',
    async (_, where, table, last) => {
      await using base = await open(where)
      const take = (count: number) =>
        base.run(`UPDATE sequence SET next_id = next_id + ${count} WHERE tablename = '${table}'`)
      await base.run(`UPDATE sequence SET next_id = ${last} WHERE tablename = '${table}'`)
      await take(1)

      await expect(take(1)).rejects.toThrow(`HC:ID_RANGE_EXHAUSTED ${table} `)
      expect(await base.value(`SELECT next_id FROM sequence WHERE tablename = '${table}'`)).toBe(last + 1)
    },
  )

  test('other tables are not ours to count', async () => {
    await using base = await open()
    await base.run(`INSERT INTO sequence VALUES (999, 1, 'other', 989)`)
    await base.run('UPDATE sequence SET next_id = next_id + 4294967296 WHERE id = 999')

    expect(await base.value('SELECT next_id FROM sequence WHERE id = 999')).toBe(4294967297)
  })

  test('log ids are given far beyond those of records, and none twice', async () => {
    await using base = await open()
    const take = async (count: number) => {
      await base.run(`UPDATE sequence SET next_id = next_id + ${count} WHERE id = 39`)
      return base.value(`SELECT next_id - ${count} FROM sequence WHERE id = 39`)
    }
    await base.run('INSERT INTO contact (contact_id) VALUES (1)')
    const first = await take(4294967296)
    await base.run('INSERT INTO contact (contact_id) VALUES (2)')
    const used = await base.all<{ id: number | string }>(
      'SELECT traveltransactionlog_id AS id FROM traveltransactionlog WHERE type <> 0',
    )

    expect(await take(2)).toBeGreaterThanOrEqual(first + 4294967296)
    expect(used.filter(({ id }) => Number(id) >= first && Number(id) < first + 4294967296)).toEqual([])
  })
})

describe('on PostgreSQL', () => {
  test('log ids for programs end where those of capture begin', async () => {
    await using base = await CapturedPostgres.open()
    await base.run('UPDATE sequence SET next_id = 1099511627776 WHERE id = 39')
    const taking = base.run('UPDATE sequence SET next_id = next_id + 1 WHERE id = 39')

    await expect(taking).rejects.toThrow('HC:ID_RANGE_EXHAUSTED the log has no more ids')
  })

  test('who reserves log ids keeps no program from changing records', async () => {
    await using base = await CapturedPostgres.open()
    const outside = await base.program()
    await outside.query('BEGIN; UPDATE sequence SET next_id = next_id + 9 WHERE id = 39')
    await base.run(`SET lock_timeout = '5s'; INSERT INTO contact (contact_id) VALUES (1)`)

    expect(await base.news()).toEqual(['Insert contact 1'])
  })
})
