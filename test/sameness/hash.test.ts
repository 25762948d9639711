/** The hash of a record: what it sees, and what it passes over. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row, Value } from '../../src/core/values.ts'
import type { Field, Table } from '../../src/dictionary/model.ts'
import { BUCKET, Leaf } from '../../src/hashes/leaves.ts'
import { hasherOf, RecordHasher } from '../../src/hashes/record-hash.ts'
import { cutLeaf } from '../../src/hashes/stored-leaves.ts'
import { hashOf } from '../golden/independent-hash.ts'

const FIELDS: Field[] = [
  { name: 'ship_id', type: 'id' },
  { name: 'name', type: 'text', default: '' },
  { name: 'tons', type: 'int64', default: 0 },
  { name: 'depth', type: 'double', nullable: true },
  { name: 'sold', type: 'boolean', default: false },
  { name: 'plan', type: 'bytes', nullable: true },
  { name: 'crew', type: 'int32', derived: true },
] as Field[]
const ship = (fields = FIELDS): Table =>
  ({
    name: 'ship',
    number: 301,
    fields,
    travels: { down: true, up: true, prototype: true, area: false },
  }) as Table

const hex = ({ a, b }: { a: number; b: number }): string =>
  [a, b].map(word => (word >>> 0).toString(16).padStart(8, '0')).join('')
const hashed = (row: Row, table = ship()): string => hex(hasherOf(table).of(row))

const value = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }).map(each => (Object.is(each, -0) ? 0 : each)),
  fc.boolean(),
  fc.uint8Array({ maxLength: 9 }),
)
const rows = fc.tuple(fc.integer({ min: 1, max: 0x7fffffff }), ...FIELDS.slice(1).map(() => value))

test('is what docs/packet-format.md says, for any row', () => {
  const fields = FIELDS.map(field => ({ derived: field.derived !== undefined, usual: field.default ?? null }))
  fc.assert(
    fc.property(rows, row => {
      expect(hashed(row as Row)).toBe(hashOf(301, fields, row))
    }),
  )
})

test('sees each value, the record and the table', () => {
  const row: Value[] = [1, 'Fram', 402, 4.75, true, new Uint8Array([1, 2]), 13]
  const others: Value[][] = [
    [2, 'Fram', 402, 4.75, true, new Uint8Array([1, 2]), 13],
    [1, 'fram', 402, 4.75, true, new Uint8Array([1, 2]), 13],
    [1, 'Fram', 402.5, 4.75, true, new Uint8Array([1, 2]), 13],
    [1, 'Fram', 402, null, true, new Uint8Array([1, 2]), 13],
    [1, 'Fram', 402, 4.75, false, new Uint8Array([1, 2]), 13],
    [1, 'Fram', 402, 4.75, true, new Uint8Array([2, 1]), 13],
    [1, 'Fram', 402, 4.75, null, new Uint8Array([1, 2]), 13],
  ]
  const all = [row, ...others].map(each => hashed(each))
  expect(new Set(all).size).toBe(all.length)
  expect(hex(new RecordHasher({ ...ship(), number: 302 }).of(row))).not.toBe(hashed(row))
})

test('is the same for what every database stores as equal, and passes over what is derived', () => {
  const row: Value[] = [1, 'Fram', 402, 4.75, true, null, 13]
  expect(hashed([1, 'Fram', 402n, 4.75, 1, null, 99])).toBe(hashed(row))
})

test('stays when its table grows', () => {
  const row: Value[] = [1, 'Fram', 402, null, false, null, 0]
  const flag = { name: 'flag', type: 'text', default: 'no' } as Field
  const captain = { name: 'captain_id', type: 'id', nullable: true } as Field
  const grown = ship([...FIELDS, flag, captain])
  expect(hashed([...row, 'no', null], grown)).toBe(hashed(row))
  expect(hashed(row, grown)).toBe(hashed(row))
  expect(hashed([...row, 'yes', null], grown)).not.toBe(hashed(row))
})

test('32 of them lie in one row, and come back as they were', () => {
  const leaf = new Leaf(undefined)
  const hash = hasherOf(ship()).of([63, 'Fram', 402, null, false, null, 0])
  leaf.set(63, hash)
  expect(new Leaf(leaf.bytes).at(63)).toEqual(hash)
  expect(new Leaf(leaf.bytes).at(62)).toEqual({ a: 0, b: 0 })
})

test('a row that is cut down to some records is what they alone would have made', () => {
  const records = fc.uniqueArray(fc.integer({ min: 0, max: BUCKET - 1 }))
  fc.assert(
    fc.property(records, fc.integer({ min: 0, max: 0xffffffff }), (there, mask) => {
      const all = new Leaf(undefined)
      const some = new Leaf(undefined)
      for (const record of there) {
        const hash = hasherOf(ship()).of([record, 'Fram', 402, null, false, null, 0])
        all.set(record, hash)
        if ((mask >>> record) & 1) some.set(record, hash)
      }
      expect(cutLeaf(all.bytes, mask)).toEqual({ hashes: some.bytes, sum: some.sum() })
    }),
  )
})
