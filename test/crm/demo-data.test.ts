import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Row, Value } from '../../src/core/values.ts'
import { type DemoBatch, demoData } from '../../src/crm/demo-data.ts'
import { crmDictionary } from '../../src/crm/dictionary.ts'
import { loadDictionary } from '../../src/dictionary/load.ts'
import type { Field, Table } from '../../src/dictionary/model.ts'
import { sha256 } from '../support/digest.ts'

const loaded = loadDictionary(crmDictionary, sha256)

/** Whole rows by table and id, as a database would hold them: what a batch does not name has its default. */
class World {
  readonly tables = new Map<string, Map<number, Row>>()
  total = 0

  constructor(batches: Iterable<DemoBatch>) {
    for (const batch of batches) this.#add(batch)
  }

  #add({ table: name, columns, rows }: DemoBatch): void {
    const table = loaded.table(name)
    const positions = table.fields.map(field => columns.indexOf(field.name))
    const stored = this.tables.get(name) ?? new Map<number, Row>()
    this.tables.set(name, stored)
    for (const row of rows) {
      const whole = positions.map((at, index) => (at < 0 ? (table.fields[index]!.default ?? null) : row[at]!))
      stored.set(row[0] as number, whole)
      this.total++
    }
  }

  rows(table: string): Row[] {
    return [...(this.tables.get(table)?.values() ?? [])]
  }

  count(table: string): number {
    return this.tables.get(table)?.size ?? 0
  }

  values(table: string, fields: readonly string[]): Value[][] {
    const indexes = fields.map(field => loaded.fieldIndex(loaded.table(table), field))
    return this.rows(table).map(row => indexes.map(index => row[index]!))
  }
}

const world = (records: number, seed = 1): World => new World(demoData({ records, seed }))

const RANGES = { person: [250, 350], appointment: [600, 1_000], sale: [150, 250], project: [20, 40] } as const

describe.each([
  [1_000, 1],
  [1_000, 2],
  [1_000, 3],
  [20_000, 1],
  [20_000, 42],
  [60_000, 7],
])('%i records of seed %i', (records, seed) => {
  let data: World
  beforeAll(() => {
    data = world(records, seed)
  })

  test('are as many as were asked for, up to one company more', () => {
    expect(data.total).toBeGreaterThanOrEqual(records)
    expect(data.total).toBeLessThan(records * 1.2)
  })

  test('have the promised mixture per 100 companies', () => {
    const hundreds = data.count('contact') / 100
    for (const [table, [low, high]] of Object.entries(RANGES)) {
      const ratio = data.count(table) / hundreds
      expect([table, ratio >= low && ratio <= high, Math.round(ratio)]).toEqual([
        table,
        true,
        expect.anything(),
      ])
    }
  })
})

describe('20,000 records', () => {
  let data: World
  beforeAll(() => {
    data = world(20_000)
  })

  test('fill every list and every kind of record', () => {
    const empty = crmDictionary.tables.map(table => table.name).filter(name => data.count(name) === 0)
    expect(empty).toEqual(NOT_FILLED)
  })

  test('the largest company has over 1,000 records below it', () => {
    expect(below(data, 'contact', 2)).toBeGreaterThan(1_000)
  })

  test('have values of the right kind in every field', () => {
    const wrong = crmDictionary.tables.flatMap(table =>
      data.rows(table.name).flatMap(row => table.fields.filter((field, index) => !fits(field, row[index]!))),
    )
    expect(wrong).toEqual([])
  })

  test('point at records that are there', () => {
    const dangling = loaded.dictionary.tables.flatMap(table => danglingIn(data, table))
    expect([...new Set(dangling)]).toEqual([])
  })

  test('obey every unique key', () => {
    for (const table of crmDictionary.tables) {
      for (const key of table.uniqueKeys ?? []) {
        const keys = data.values(table.name, key.fields).filter(values => !values.includes(null))
        expect([table.name, new Set(keys.map(values => JSON.stringify(values))).size]).toEqual([
          table.name,
          keys.length,
        ])
      }
    }
  })

  test('count from 1 without gaps', () => {
    for (const [name, rows] of data.tables) {
      expect([name, Math.min(...rows.keys()), Math.max(...rows.keys())]).toEqual([name, 1, rows.size])
    }
  })

  test('are written in several scripts', () => {
    const text = data.values('contact', ['name']).flat().join(' ')
    for (const script of [/[æøå]/, /[äöü]/, /\p{Script=Han}/u, /\p{Script=Greek}/u, /\p{Script=Arabic}/u]) {
      expect(text).toMatch(script)
    }
  })

  test('know the administrator as associate 1 and a user ee', () => {
    expect(data.values('associate', ['associate_id', 'name']).slice(0, 2)).toEqual([
      [1, 'admin'],
      [2, 'ee'],
    ])
  })
})

test('the same seed gives the same bytes, another seed other counts', () => {
  const digest = (seed: number): string => {
    const hash = createHash('sha256')
    for (const batch of demoData({ records: 3_000, seed })) hash.update(JSON.stringify(batch))
    return hash.digest('hex')
  }
  expect(digest(5)).toBe(digest(5))
  expect(digest(5)).not.toBe(digest(6))
})

test('batches are small, in the dictionary’s order, and ids ascend from batch to batch', () => {
  const last = new Map<string, number>()
  for (const { table, columns, rows } of demoData({ records: 30_000, seed: 3 })) {
    expect(rows.length).toBeLessThanOrEqual(1_000)
    const order = columns.map(column => loaded.fieldIndex(loaded.table(table), column))
    expect([table, order]).toEqual([table, [...order].sort((a, b) => a - b)])
    expect(order[0]).toBe(0)
    expect(rows[0]![0]).toBe((last.get(table) ?? 0) + 1)
    last.set(table, rows.at(-1)![0] as number)
  }
})

test.each([10, 2_000_000, Number.NaN])('%d records are refused', records => {
  const refused = expect.objectContaining({ code: 'USAGE' })
  expect(() => [...demoData({ records, seed: 1 })]).toThrow(refused)
})

test('there may be more users than have names of their own', () => {
  const data = new World(demoData({ records: 1_000, seed: 1, associates: 30 }))
  expect(data.count('associate')).toBe(31)
  expect(new Set(data.values('associate', ['name']).flat()).size).toBe(31)
})

/** Documents, projects and history have user-defined tables too; the demo uses some of them only. */
const NOT_FILLED = [
  'udpersonlarge',
  'udprojectsmall',
  'udprojectlarge',
  'udsalelarge',
  'udappntlarge',
  'uddocsmall',
  'uddoclarge',
  'mergemovelog',
]

function fits(field: Field, value: Value): boolean {
  if (value === null) return field.nullable === true
  switch (field.type) {
    case 'text':
      return typeof value === 'string' && value.length <= (field.length ?? Number.POSITIVE_INFINITY)
    case 'datetime':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)
    case 'double':
      return typeof value === 'number'
    default:
      return Number.isInteger(value)
  }
}

function danglingIn(data: World, table: Table): string[] {
  const fields = loaded.idFields(table)
  return data.rows(table.name).flatMap(row =>
    fields.flatMap(field => {
      const target = field.targetOf(row)
      const there = !target || data.tables.get(target.name)?.has(row[field.index] as number)
      return there ? [] : [`${table.name}.${field.name}`]
    }),
  )
}

/** Everything that follows a record into an area, over any depth. */
function below(data: World, table: string, id: number): number {
  const found = new Set<string>()
  let layer = new Map([[table, new Set([id])]])
  while (layer.size > 0) layer = nextLayer(data, layer, found)
  return found.size
}

function nextLayer(
  data: World,
  layer: ReadonlyMap<string, ReadonlySet<number>>,
  found: Set<string>,
): Map<string, Set<number>> {
  const next = new Map<string, Set<number>>()
  for (const table of loaded.dictionary.tables) {
    for (const field of followed(table)) {
      for (const row of data.rows(table.name)) {
        const target = field.targetOf(row)
        const name = `${table.name} ${row[0]}`
        if (!target || found.has(name) || !layer.get(target.name)?.has(row[field.index] as number)) continue
        found.add(name)
        next.set(table.name, (next.get(table.name) ?? new Set()).add(row[0] as number))
      }
    }
  }
  return next
}

function followed(table: Table) {
  const names = (table.membership ?? []).flatMap(rule => (rule.kind === 'parent' ? [rule.field] : []))
  return loaded.idFields(table).filter(field => names.includes(field.name))
}
