/** Values between PostgreSQL and everything else: nothing is lost on either way, whatever type an application chose. */
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { storages } from '../../src/app/storages.ts'
import { sameValue, type Value } from '../../src/core/values.ts'
import type { FieldType, Table } from '../../src/dictionary/model.ts'
import { oneFormOf } from '../../src/hashes/one-form.ts'
import type { Database } from '../../src/storage/contract.ts'
import { postgresServer, testDatabase } from '../support/postgres-server.ts'

const storage = storages()

/** Types of an application, with values that are hard on them. */
const TYPES: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  integer: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  smallint: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  numeric: fc
    .tuple(fc.bigInt({ min: 1n, max: 10n ** 60n }), fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.boolean())
    .map(([whole, part, below]) => `${below ? '-' : ''}${whole}.${part}`),
  'double precision': fc.double({ noNaN: true }).map(value => (value === 0 ? 0 : value)),
  boolean: fc.boolean(),
  text: fc.string({ unit: 'binary', maxLength: 60 }).filter(text => !text.includes('\0')),
  'varchar(9)': fc.string({ unit: 'grapheme-composite', maxLength: 9 }).filter(text => !text.includes('\0')),
  bytea: fc.uint8Array({ maxLength: 400 }),
  date: instant().map(at => at.slice(0, 10)),
  'timestamp with time zone': fc.oneof(instant(), instant().map(withFraction)),
  'timestamp without time zone': fc.oneof(instant(), instant().map(withFraction)),
  json: fc.json(),
  uuid: fc.uuid(),
}

const padded = (digits: number, max: number) =>
  fc.integer({ min: 1, max }).map(value => String(value).padStart(digits, '0'))

/** Ways to write a value of a type. */
const WAYS: Readonly<Record<string, { readonly field: FieldType; readonly values: fc.Arbitrary<string> }>> = {
  numeric: {
    field: 'decimal',
    values: fc
      .tuple(
        fc.constantFrom('', '-', '+'),
        fc.stringMatching(/^0{0,2}\d{0,20}$/),
        fc.constantFrom('', '.'),
        fc.stringMatching(/^\d{1,12}$/),
        fc.option(fc.integer({ min: -30, max: 30 })),
      )
      .map(([sign, whole, point, part, e]) => `${sign}${whole}${point}${part}${e === null ? '' : `e${e}`}`),
  },
  uuid: {
    field: 'uuid',
    values: fc
      .tuple(fc.uuid(), fc.boolean(), fc.boolean(), fc.boolean())
      .map(([uuid, upper, bare, braces]) => {
        const cased = upper ? uuid.toUpperCase() : uuid
        const plain = bare ? cased.replaceAll('-', '') : cased
        return braces ? `{${plain}}` : plain
      }),
  },
  date: {
    field: 'date',
    values: fc
      .tuple(fc.integer({ min: 1000, max: 9999 }), padded(1, 12), padded(1, 28))
      .map(parts => parts.join('-')),
  },
  'timestamp with time zone': {
    field: 'datetime',
    values: fc
      .tuple(
        fc.integer({ min: 1001, max: 9998 }),
        fc.tuple(padded(2, 12), padded(2, 28)).map(parts => parts.join('-')),
        fc.constantFrom(' ', 'T'),
        fc.tuple(padded(2, 23), padded(2, 59)).map(parts => parts.join(':')),
        fc.option(padded(2, 59), { nil: '00' }),
        fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,6}$/)),
        fc.constantFrom('Z', '+01', '-0330', '+05:45', ''),
      )
      .map(
        ([year, day, between, time, second, part, zone]) =>
          `${year}-${day}${between}${time}:${second}${part}${zone}`,
      ),
  },
}

describe('a value comes back as it went in', () => {
  test.each(Object.entries(TYPES))('%s', async (type, values) => {
    await using scene = await table(type)
    const check = fc.asyncProperty(
      fc.array(fc.option(values), { minLength: 1, maxLength: 20 }),
      async given => {
        expect(different(await scene.throughSets(given), given)).toEqual([])
        expect(different(await scene.throughParameters(given), given)).toEqual([])
      },
    )
    await fc.assert(check, { numRuns: 15 })
  })

  test('years beyond four digits and before the first keep their words', async () => {
    for (const [type, values] of [
      ['date', ['0001-01-01', '9999-12-31', '12026-11-21', '0044-03-15 BC', 'infinity', '-infinity']],
      [
        'timestamp with time zone',
        [
          '0001-01-01T00:00:00Z',
          '9999-12-31T23:59:59.999999Z',
          '12026-11-21T04:05:06Z',
          '0044-03-15T00:00:00Z BC',
          'infinity',
        ],
      ],
      [
        'timestamp without time zone',
        ['0001-01-01T00:00:00Z', '12026-11-21T04:05:06.5Z', '0044-03-15T00:00:00Z BC', '-infinity'],
      ],
    ] as const) {
      await using scene = await table(type)
      expect(await scene.throughSets(values)).toEqual(values)
      expect(await scene.throughParameters(values)).toEqual(values)
    }
  })

  test('a time with a zone is the same moment in UTC', async () => {
    await using scene = await table('timestamp with time zone')

    expect(await scene.throughSets(['2026-11-21T04:05:06+05:30'])).toEqual(['2026-11-20T22:35:06Z'])
  })

  test('jsonb is read as the server writes it', async () => {
    await using scene = await table('jsonb')

    expect(await scene.throughSets(['{"b":1,"a":[true,null]}'])).toEqual(['{"a": [true, null], "b": 1}'])
  })

  test('words that mean something to arrays are words', async () => {
    await using scene = await table('text')
    const words = [
      'NULL',
      'null',
      '',
      '{}',
      '{1,2}',
      '"',
      '\\',
      '\\N',
      ' a ',
      ',',
      "it's",
      '\n\t',
      '$1',
      '🏡',
    ]

    expect(await scene.throughSets(words)).toEqual(words)
    expect(await scene.throughParameters(words)).toEqual(words)
  })

  test.each([
    ['U+0000', 'a\0b'],
    ['half a character', 'a\ud800'],
  ])('%s is refused at entry', async (_, value) => {
    await using scene = await table('text')

    await expect(scene.throughSets([value])).rejects.toMatchObject({ code: 'VALUE_REFUSED' })
    await expect(scene.throughParameters([value])).rejects.toMatchObject({ code: 'VALUE_REFUSED' })
  })
})

describe('what may be written in several ways is hashed in the form that the server gives it', () => {
  test.each(Object.entries(WAYS))('%s', async (type, { field, values }) => {
    await using scene = await table(type)
    const check = fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 40 }), async given => {
      expect(given.map(oneFormOf(field)!)).toEqual(await scene.throughSets(given))
    })
    await fc.assert(check, { numRuns: 15 })
  })
})

describe('what does not fit its dictionary is named', () => {
  test.each([
    ['integer[]', 'text', 'integer[] does not hold every text'],
    ['interval', 'text', 'interval does not hold every text'],
    ['point', 'text', 'point does not hold every text'],
    ['integer', 'int64', 'integer does not hold every int64'],
    ['real', 'double', 'real does not hold every double'],
    ['money', 'decimal', 'money does not hold every decimal'],
    ['time', 'datetime', 'time without time zone does not hold every datetime'],
  ] as const)('a column of type %s is no %s', async (type, field, words) => {
    await using scene = await table(type)

    expect(await scene.unfit(field)).toEqual([expect.stringContaining(words)])
  })

  test('domains and enumerations count as what they are made of', async () => {
    await using scene = await table('text')
    await scene.db.change(async write => {
      await write.run(sql`create domain shout as varchar(20) check (upper(value) = value)`)
      await write.run(sql`create type colour as enum ('red', 'green')`)
      await write.run(sql`alter table kept add column loud shout, add column colour colour`)
    })
    const into = { table: 'kept', key: ['id'], columns: ['loud', 'colour'] }
    await scene.db.change(write => write.insert(into, [[1, 'HEY', 'red']]))

    expect(await scene.unfit('text', 'loud')).toEqual([])
    expect(await scene.unfit('text', 'colour')).toEqual([])
    expect(await scene.db.snapshot(read => read.lookup(into, [[1]]))).toEqual([['HEY', 'red']])
  })
})

describe('names', () => {
  test('schemas, tables and columns keep their case, and their spaces', async () => {
    await using database = await testDatabase(await postgresServer())
    const address = `${database.address}?schema=${encodeURIComponent('Our "Sales"')}`
    const db = await storage.open(address, { create: true })
    const sale: Table = {
      name: 'Big Sale',
      number: 300,
      travels: { up: true, down: true, prototype: true, area: false },
      fields: [
        { name: 'saleId', type: 'id' },
        { name: "Cust'omer", type: 'text', nullable: true },
      ],
      indexes: [["Cust'omer"]],
    }
    const into = { table: 'Big Sale', key: ['saleId'], columns: ["Cust'omer"] }
    await db.change(async write => {
      await write.schema.createTable(sale)
      await write.schema.createIndexes(sale)
      await write.upsert(into, [[1, 'one']])
      await write.update(into, [[1, 'two']])
    })

    expect(await db.snapshot(read => read.lookup(into, [[1]]))).toEqual([['two']])
    expect(await db.change(write => write.schema.tables())).toEqual(['Big Sale'])
    await db.close()
  })
})

function instant(): fc.Arbitrary<string> {
  const range = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z') }
  return fc.date({ noInvalidDate: true, ...range }).map(at => `${at.toISOString().slice(0, 19)}Z`)
}

function withFraction(at: string): string {
  return at.replace('Z', '.120005Z')
}

const different = (read: readonly Value[], given: readonly Value[]) =>
  given.flatMap((value, index) => (sameValue(read[index]!, value) ? [] : [{ value, read: read[index] }]))

/** A table `kept` with a column `value` of this type. */
async function table(type: string) {
  const database = await testDatabase(await postgresServer())
  const db: Database = await storage.open(database.address)
  await db.change(write => write.run(sql`create table kept (id int primary key, value ${sql.raw(type)})`))
  const into = { table: 'kept', key: ['id'], columns: ['value'] }
  const emptied = () => db.change(write => write.run(sql`delete from kept`))
  const all = async () =>
    (await db.snapshot(read => read.rows(sql<{ value: Value }>`select value from kept order by id`))).map(
      row => row.value,
    )
  return {
    db,
    async throughSets(values: readonly Value[]) {
      await emptied()
      await db.change(write =>
        write.insert(
          into,
          values.map((value, index) => [index, value]),
        ),
      )
      return all()
    },
    async throughParameters(values: readonly Value[]) {
      await emptied()
      await db.change(async write => {
        for (const [index, value] of values.entries())
          await write.run(sql`insert into kept values (${index}, ${value})`)
      })
      return all()
    },
    unfit: (field: Table['fields'][number]['type'], name = 'value') =>
      db.change(write =>
        write.schema.unfit({
          name: 'kept',
          number: 300,
          travels: { up: true, down: true, prototype: true, area: false },
          fields: [
            { name: 'id', type: 'id' },
            { name, type: field },
          ],
        }),
      ),
    async [Symbol.asyncDispose]() {
      await db.close()
      await database[Symbol.asyncDispose]()
    },
  }
}
