import fc from 'fast-check'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { type Row, sameValue, type Value } from '../../../src/core/values.ts'
import type { FieldType } from '../../../src/dictionary/model.ts'
import type { Database } from '../../../src/storage/contract.ts'
import type { Rule } from '../storage-contract.ts'
import { item, itemTarget, only, sample } from './item.ts'
import { refusalOf } from './place.ts'

const anyText = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', maxLength })
    .filter(text => [...text].length <= maxLength && !text.includes('\0'))

const VALUES: Record<FieldType, fc.Arbitrary<Value>> = {
  id: fc.integer({ min: 1, max: 0x7fffffff }),
  int16: fc.integer({ min: -32_768, max: 32_767 }),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  int64: fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  double: fc.double({ noNaN: true }).map(value => (value === 0 ? 0 : value)),
  decimal: fc.tuple(fc.maxSafeInteger(), fc.nat(99)).map(([whole, part]) => `${whole}.${part}0`),
  boolean: fc.boolean(),
  text: anyText(50),
  bytes: fc.uint8Array({ maxLength: 300 }),
  date: fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
    .map(at => at.toISOString().slice(0, 10)),
  datetime: fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
    .map(at => `${at.toISOString().slice(0, 19)}Z`),
  json: fc.json(),
  uuid: fc.uuid(),
}

const anyRow = fc.tuple(
  ...item.fields.slice(1).map(field => {
    const value = VALUES[field.type]
    return 'nullable' in field ? fc.option(value) : value
  }),
)

export function valueRules(rule: Rule): void {
  rule('every value comes back as it went in, whichever way it is read', async at => {
    const database = await at.items(0)
    const check = fc.asyncProperty(anyRow, async values => {
      const row: Row = [1, ...values]
      for (const read of await writtenAndRead(database, row)) expectSame(read, row)
    })
    await fc.assert(check, { numRuns: 200 })
  })

  rule('integers beyond 2^53 are bigint, others are numbers, also in one column', async at => {
    const database = await at.items(0)
    const bigs: Value[] = [1, 2n ** 53n + 1n, -5, -(2n ** 60n), Number.MAX_SAFE_INTEGER, null]
    const rows = bigs.map((big, index) => sample({ item_id: index + 1, big }))

    await database.change(write => write.insert(itemTarget, rows))

    const read: Value[] = []
    await database.snapshot(async reading => {
      const query = sql`select big from item order by item_id`
      for await (const batch of reading.batches(query, 2)) read.push(...batch.map(row => row[0] as Value))
      expect(await reading.lookup(only('big'), [[2], [1]])).toEqual([[2n ** 53n + 1n], [1]])
      expect(await reading.row(sql`select sum(big) as total from item where item_id in (1, 3)`)).toEqual({
        total: -4,
      })
    })
    expect(read).toEqual(bigs)
  })

  rule('bytes come back as plain bytes', async at => {
    const database = await at.items(0)
    await database.change(write =>
      write.insert(itemTarget, [sample({ item_id: 1, raw: new Uint8Array([0, 255]) })]),
    )

    const [row] = await database.snapshot(read => read.lookup(only('raw'), [[1]]))

    expect(row?.[0]).toStrictEqual(new Uint8Array([0, 255]))
  })

  rule('a parameter is what it is: whole numbers divide as whole numbers, true is true', async at => {
    const database = await at.items(2)

    const row = await database.snapshot(read =>
      read.row(sql`select ${7} / ${2} as half, (select count(*) from item where active = ${true}) as active`),
    )

    expect(row).toEqual({ half: 3, active: 2 })
  })

  rule('what is no value is refused, never stored as something else', async at => {
    const database = await at.items(0)
    for (const value of [Number.NaN, 2n ** 63n, undefined as unknown as null]) {
      const row = sample({ item_id: 1 }).with(5, value)
      expect(await refusalOf(() => database.change(write => write.insert(itemTarget, [row])))).toBe(
        'VALUE_REFUSED',
      )
    }
    expect(await database.snapshot(read => read.row(sql`select count(*) as n from item`))).toEqual({ n: 0 })
  })

  rule('an insert that names no value for a field gets its default', async at => {
    const database = await at.items(0)

    await database.change(write => write.insert(only('title'), [[1, 'a']]))

    const [row] = await database.snapshot(read => read.lookup(only('active', 'small', 'big'), [[1]]))
    expect(row).toEqual([true, 0, null])
  })
}

async function writtenAndRead(database: Database, row: Row): Promise<Row[]> {
  await database.change(async write => {
    await write.remove(itemTarget, [[1]])
    await write.insert(itemTarget, [row])
  })
  return database.snapshot(async read => {
    const found: Row[] = []
    for await (const batch of read.batches(sql`select * from item`, 10)) found.push(...batch)
    const [looked] = await read.lookup(itemTarget, [[1]])
    const named = await read.row(sql<Record<string, Value>>`select * from item`)
    return [...found, [1, ...looked!], item.fields.map(field => named![field.name]!)]
  })
}

function expectSame(read: Row, written: Row): void {
  const different = item.fields.filter((_, index) => !sameValue(read[index]!, written[index]!))
  expect(different.map(field => field.name)).toEqual([])
  expect(
    read.map(value => value?.constructor === Uint8Array || !(value instanceof Uint8Array)),
  ).not.toContain(false)
}
