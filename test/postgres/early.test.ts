/**
 * What the server will not take, a laptop refuses at once, in words: table, field and what is expected. What the server
 * takes, in whatever form, the laptop takes as well.
 */
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { held } from '../../src/app/look.ts'
import type { Value } from '../../src/core/values.ts'
import type { FieldType } from '../../src/dictionary/model.ts'
import type { Site } from '../../src/log/site.ts'
import { verify } from '../../src/travel/verify.ts'
import { sqlAt } from '../support/application.ts'
import { onPostgres } from '../support/central.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Laptop, type Office, openOffice } from '../support/office.ts'

interface Kind {
  readonly type: FieldType
  /** Of an application's own table; absent: as we make it. */
  readonly column?: string
  /** In the words of the refusal. */
  readonly expected: string
  readonly good: readonly Value[]
  readonly bad: readonly Value[]
}

const KINDS: Readonly<Record<string, Kind>> = {
  small: {
    type: 'int16',
    expected: 'a whole number of 16 bits',
    good: [0, -32768, 32767],
    bad: [32768, 1.5, 'seven', ''],
  },
  long: {
    type: 'int64',
    expected: 'a whole number',
    good: [2n ** 63n - 1n, -(2n ** 63n), 0],
    bad: [0.5, 'seven', ''],
  },
  half: { type: 'double', expected: 'a number', good: [0.5, 1e300, 7], bad: ['seven', ''] },
  price: {
    type: 'decimal',
    expected: 'a number, such as 12.50',
    good: ['0', '-12.50', '.5', '5.', '+1e-7', '1E10', '007', ' 1 ', 'NaN', 'Infinity', '9'.repeat(60), 12],
    bad: ['', 'seven', '1,5', '1.2.3', '1e', 'e5', '--1', '1-2', '1e5.5', '1 2', '.', '-'],
  },
  amount: {
    type: 'decimal',
    column: 'numeric(10, 2)',
    expected: 'a number of at most 8 digits before the point',
    good: ['99999999.99', '-99999999.991', '0.000001', '1e7', 'NaN'],
    bad: ['100000000.01', '-123456789', '1e9', 'Infinity', 'much'],
  },
  day: {
    type: 'date',
    expected: 'a date, such as 2026-01-31',
    good: [
      '2026-02-28',
      '2024-02-29',
      '2026-1-5',
      '20260105',
      '0001-01-01',
      '12026-11-21',
      '0044-03-15 BC',
      '0001-02-29 BC',
      'infinity',
      '-infinity',
      '2026-01-05T08:30:00Z',
    ],
    bad: ['', '2026-02-30', '2026-13-01', '2025-02-29', '0000-01-01', '31.01.2026', 'soon', 1767601800],
  },
  moment: {
    type: 'datetime',
    expected: 'a date and time, such as 2026-01-31T08:30:00Z',
    good: [
      '2026-01-31T08:30:00Z',
      '2026-01-31 08:30:00.123456+01:00',
      '2026-01-31T08:30',
      '2026-01-31T24:00:00Z',
      '2026-01-31 08:30:00 Europe/Oslo',
      '2026-01-31',
      '20260131T083000Z',
      '12026-11-21T04:05:06Z',
      '0044-03-15T00:00:00Z BC',
      'infinity',
    ],
    bad: [
      '',
      '2026-01-31T25:00:00Z',
      '2026-01-31T08:61:00Z',
      '2026-02-30T08:30:00Z',
      '2026-01-31x',
      '31.01.2026 08:30',
      1767601800,
    ],
  },
  form: {
    type: 'json',
    expected: 'JSON',
    good: ['null', '"a"', '{"a":[1,2.5e3,{}]}', ' [] ', '{"a":1,"a":2}'],
    bad: ['', '{', "{'a':1}", '{"a":1,}', 'undefined', '[1] 2'],
  },
  tag: {
    type: 'uuid',
    expected: 'a UUID, such as 7d444840-9dc0-11d1-b245-5ffdce74fad2',
    good: [
      '7d444840-9dc0-11d1-b245-5ffdce74fad2',
      '7D444840-9DC0-11D1-B245-5FFDCE74FAD2',
      '{7d4448409dc011d1b2455ffdce74fad2}',
      '7d44-4840-9dc0-11d1-b245-5ffd-ce74-fad2',
    ],
    bad: ['', '7d444840', '7d444840-9dc0-11d1-b245-5ffdce74fadg', 'x'.repeat(32)],
  },
}

const model = {
  ...notebook,
  tables: notebook.tables.map(table => ({
    ...table,
    fields:
      table.name === 'book'
        ? [
            ...table.fields,
            ...Object.entries(KINDS).map(([name, { type }]) => ({ name, type, nullable: true })),
          ]
        : table.fields,
  })),
}

describe('at a laptop of an office on a server', () => {
  let office: Office
  let laptop: Laptop
  beforeAll(async () => {
    office = await openOffice({ dictionary: model, at: onPostgres, fill: fillTheirs })
    laptop = await office.leave('ee')
  })
  afterAll(() => office[Symbol.asyncDispose]())

  test.each(Object.entries(KINDS))(
    '%s: what the server refuses is refused',
    async (name, { bad, expected }) => {
      const message = expect.stringContaining(`book.${name} takes ${expected}`)
      for (const value of bad) {
        await expect(laptop.desk.update('book', 1, { [name]: value }), `${value}`).rejects.toMatchObject({
          code: 'VALUE_REFUSED',
          message,
        })
        expect(await serverTakes(office, name, [`${value}`]), `${value}`).toEqual([])
      }
    },
  )

  test.each(Object.entries(KINDS))(
    '%s: every form that the server takes is taken',
    async (name, { good }) => {
      for (const value of good) {
        await laptop.desk.update('book', 1, { [name]: value })
        await office.desk.update('book', 2, { [name]: value })
      }
    },
  )

  test.each(Object.entries(FORMS))('%s: nothing is refused that the server takes', async (name, forms) => {
    const texts = [...new Set(fc.sample(forms, { numRuns: 3_000, seed: 1 }))]
    const taken = await serverTakes(office, name, texts)
    const refused: string[] = []
    await laptop.site.db.change(async write => {
      for (const text of taken) {
        const set = sql`update book set ${sql.ref(name)} = ${text} where book_id = 1`
        if (await write.attempt(async () => void (await write.run(set)))) refused.push(text)
      }
    })
    expect(taken.length).toBeGreaterThan(100)
    expect(refused).toEqual([])
  })

  test('what was taken arrives, and nothing of it waits', async () => {
    for (const nth of [0, 1, 2, 3]) {
      const values = Object.entries(KINDS).map(([name, { good }]) => [name, good[nth % good.length]])
      await laptop.desk.update('book', 1, Object.fromEntries(values))
      office.clock.pass(60)
      await laptop.exchange()
      await laptop.exchange()
      expect(await held(office.site)).toEqual([])
    }
    expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
  })

  test('a field that comes later is as strict', async () => {
    const note = laptop.site.dictionary.table('note')
    await laptop.site.db.change(write => write.schema.growTable(note, [{ name: 'code', type: 'uuid' }]))
    await expect(laptop.desk.update('note', 1, { code: 'none' })).rejects.toMatchObject({
      code: 'VALUE_REFUSED',
    })
  })
})

test('an office of SQLite goes on taking what it took, and so do its laptops', async () => {
  await using office = await openOffice({ dictionary: model, at: onFile, fill: fillNotebook })
  const ee = await office.leave('ee')
  await office.desk.update('book', 1, { day: '31.01.2026' })
  await ee.desk.update('book', 2, { tag: 'none', price: 'seven' })
  office.clock.pass(60)
  await ee.exchange()
  await ee.exchange()

  expect(await ee.desk.get('book', 1)).toMatchObject({ day: '31.01.2026' })
  expect(await office.desk.get('book', 2)).toMatchObject({ tag: 'none', price: 'seven' })
})

async function serverTakes({ desk }: Office, name: string, texts: readonly string[]): Promise<string[]> {
  const type = KINDS[name]!.column ?? SERVER_TYPES[name]
  const taken = await desk.rows(sql<{ text: string }>`select text
    from json_array_elements_text(${JSON.stringify(texts)}::json) as given (text) where app_takes(text, ${type})`)
  return taken.map(({ text }) => text)
}

const onFile = async (folder: string): Promise<string> => join(folder, 'central.db')

async function fillTheirs(site: Site): Promise<void> {
  await fillNotebook(site)
  for (const [name, { column }] of Object.entries(KINDS))
    if (column) await sqlAt(site, `alter table book alter column ${name} type ${column}`)
  await sqlAt(site, TAKES)
}

/** What `pg_input_is_valid` says from version 16 on. */
const TAKES = `create function app_takes(value text, type text) returns boolean language plpgsql as $$
  begin execute format('select %L::%s', value, type); return true; exception when others then return false; end $$`

const SERVER_TYPES: Readonly<Record<string, string>> = {
  small: 'smallint',
  long: 'bigint',
  half: 'double precision',
  price: 'numeric',
  day: 'date',
  moment: 'timestamptz',
  form: 'json',
  tag: 'uuid',
}

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${most}}$`))
const two = fc.integer({ min: 0, max: 32 }).map(value => String(value).padStart(2, '0'))
const year = fc.integer({ min: 0, max: 10_500 }).map(value => String(value).padStart(4, '0'))
const day = fc.tuple(year, two, two).map(parts => parts.join('-'))

/** Some of them right, and many nearly so. */
const FORMS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  price: fc.stringMatching(/^ ?[+-]?[0-9.]{0,4}([eE][+-]?[0-9.]{0,2})? ?$/),
  amount: fc
    .tuple(fc.constantFrom('', '-', '+'), digits(10), fc.constantFrom('', '.'), digits(4))
    .map(parts => parts.join('')),
  day: fc.oneof(
    day,
    fc.stringMatching(/^[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}( BC)?$/),
    fc.stringMatching(/^[0-9]{8}$/),
  ),
  moment: fc
    .tuple(
      day,
      fc.constantFrom(' ', 'T', 't', '  ', ''),
      fc.oneof(
        fc.tuple(two, two, two).map(parts => parts.join(':')),
        two,
        digits(6),
      ),
      fc.constantFrom('', '.5', '.123456789'),
      fc.constantFrom('', 'Z', ' Z', '+01', '-0330', '+05:45', ' UTC', ' BC', ' America/St_Johns'),
    )
    .map(parts => parts.join('')),
  form: fc.oneof(fc.json(), fc.stringMatching(/^[[\]{}",:0-9a e.-]{1,6}$/)),
  tag: fc.oneof(
    fc.uuid(),
    fc.uuid().map(uuid => `{${uuid.toUpperCase()}}`),
    fc.uuid().map(uuid => uuid.replaceAll('-', '')),
    fc.uuid().map(uuid => uuid.replaceAll('-', '').replace(/(.{4})(?=.)/g, '$1-')),
    fc.stringMatching(/^[0-9a-f]{30,34}$/),
  ),
}
