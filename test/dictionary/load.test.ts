import { describe, expect, test } from 'vitest'
import { HomecomingError } from '../../src/core/errors.ts'
import { loadDictionary } from '../../src/dictionary/load.ts'
import type { Dictionary, Field, Table } from '../../src/dictionary/model.ts'
import { sha256 } from '../support/digest.ts'
import { secondModel } from '../support/second-model.ts'

type Change<T> = Partial<Record<keyof T, unknown>> & Record<string, unknown>

const EVERYWHERE = { down: true, up: true, prototype: true, area: false }
const BY_AREA = { down: false, up: true, prototype: true, area: true }
const users = {
  name: 'crew',
  number: 301,
  travels: EVERYWHERE,
  fields: [
    { name: 'crew_id', type: 'id' },
    { name: 'login', type: 'text' },
  ],
}
const ship = {
  name: 'ship',
  number: 310,
  travels: EVERYWHERE,
  fields: [
    { name: 'ship_id', type: 'id' },
    { name: 'name', type: 'text', length: 80 },
  ],
}

const model = (...tables: unknown[]): unknown => ({
  name: 'test',
  version: 1,
  parts: { associate: { table: 'crew', name: 'login' } },
  tables: [users, ...tables],
})
const shipWith = (change: Change<Table>): unknown => model({ ...ship, ...change })
const fieldWith = (change: Change<Field>, rest: object = {}): unknown =>
  model({ ...ship, fields: [...ship.fields, { name: 'extra', type: 'id', ...change }], ...rest })

function refusal(data: unknown): string {
  try {
    loadDictionary(data, sha256)
  } catch (error) {
    if (error instanceof HomecomingError && error.code === 'DICTIONARY_INVALID') return error.message
    throw error
  }
  return 'accepted'
}

test('the smallest model is accepted', () => {
  expect(refusal(model(ship))).toBe('accepted')
})

test('a model survives being written as JSON', () => {
  const again = JSON.parse(JSON.stringify(secondModel))
  expect(loadDictionary(again, sha256).dictionary).toEqual(secondModel)
})

describe('what is refused, with table and field', () => {
  const plain = { kind: 'plain', table: 'ship' }
  const cases: readonly [rule: string, data: unknown, message: string][] = [
    ['no object at all', 'ship', 'dictionary: must be an object'],
    [
      'an unknown property',
      fieldWith({ refrences: plain }),
      'table ship, field extra: unknown property refrences',
    ],
    ['an unknown type', fieldWith({ type: 'money' }), 'table ship, field extra: type: "money" is none of'],
    [
      'a missing flag',
      shipWith({ travels: { down: true } }),
      'table ship: travels up: must be true or false',
    ],
    [
      'a text key',
      shipWith({ fields: [{ name: 'code', type: 'text' }] }),
      'table ship, field code: the first field is the key and must be of type id, not text',
    ],
    [
      'a composite key',
      shipWith({ primaryKey: ['order', 'line'] }),
      'table ship: key (order, line) cannot be',
    ],
    ['no fields', shipWith({ fields: [] }), 'table ship: has no fields'],
    [
      'a key that may be empty',
      shipWith({ fields: [{ name: 'id', type: 'id', nullable: true }] }),
      'table ship, field id: the key cannot be nullable',
    ],
    [
      'two tables of one name',
      model(ship, { ...ship, number: 311, name: 'SHIP' }),
      'table SHIP: the name is taken',
    ],
    [
      'two tables of one number',
      model(ship, { ...ship, name: 'boat' }),
      'table boat: number 310 is taken by table ship',
    ],
    ['two fields of one name', fieldWith({ name: 'NAME' }), 'table ship, field NAME: the name is taken'],
    ['the name of a travel table', shipWith({ name: 'Traveller' }), 'table Traveller: the name is taken'],
    [
      'the number of a travel table',
      shipWith({ number: 29 }),
      'table ship: number 29 is taken by table traveltransactionlog',
    ],
    ['number 0', shipWith({ number: 0 }), 'table ship: number 0 is not within 1..65535'],
    ['number 65536', shipWith({ number: 65_536 }), 'table ship: number 65536 is not within 1..65535'],
    ['our own prefix', shipWith({ name: 'hc_ship' }), 'table hc_ship: names beginning with hc_ are reserved'],
    [
      'a name that needs quotes',
      shipWith({ name: 'my ship' }),
      'table my ship: a name has letters, digits and _ only',
    ],
    ['a field name with a quote', fieldWith({ name: 'a"b' }), 'table ship, field a"b: a name has letters'],
    ['a very long name', shipWith({ name: 's'.repeat(64) }), 'a name has at most 63 characters'],
    [
      'a travel prefix of a satellite',
      shipWith({ travelPrefix: 0x72 }),
      'table ship: travel prefix 0x72 is not within',
    ],
    [
      'a travel prefix above 0x7F',
      shipWith({ travelPrefix: 0x80 }),
      'table ship: travel prefix 0x80 is not within',
    ],
    [
      'a reference to no table',
      fieldWith({ references: { kind: 'plain', table: 'harbour' } }),
      'table ship, field extra: refers to table harbour, but there is none',
    ],
    [
      'a reference that is no id',
      fieldWith({ type: 'text', references: plain }),
      'table ship, field extra: a reference must be of type id, not text',
    ],
    [
      'a typed reference without its type field',
      fieldWith({ references: { kind: 'typed', typeField: 'kind', tables: { 1: 'ship' } } }),
      'table ship, field extra: its table is told by field kind, but there is none',
    ],
    [
      'a typed reference told by a text',
      fieldWith({ references: { kind: 'typed', typeField: 'name', tables: { 1: 'ship' } } }),
      'table ship, field name: tells the table of extra and must be a number',
    ],
    [
      'a typed reference with a type that is no number',
      fieldWith({ references: { kind: 'typed', typeField: 'ship_id', tables: { a: 'ship' } } }),
      'table ship, field extra: type a of a typed reference must be a whole number',
    ],
    [
      'a pair without its table field',
      fieldWith({ references: { kind: 'pair', tableField: 'table_number' } }),
      'table ship, field extra: its table is told by field table_number, but there is none',
    ],
    [
      'an owner that is no user',
      fieldWith({ role: 'owner', references: plain }),
      'table ship, field extra: an owner must be a reference to table crew',
    ],
    [
      'a role without a reference',
      fieldWith({ role: 'contact' }),
      'table ship, field extra: a field with role contact',
    ],
    [
      'a length of a number',
      fieldWith({ type: 'int32', length: 3 }),
      'table ship, field extra: only a text has a length',
    ],
    [
      'a default of another type',
      fieldWith({ default: 'x' }),
      'table ship, field extra: the default of a id must be a number',
    ],
    ['null as default where there may be none', fieldWith({ default: null }), 'the default is null, but'],
    [
      'a default that is too long',
      fieldWith({ type: 'text', length: 1, default: 'ab' }),
      'table ship, field extra: the default is longer than 1 characters',
    ],
    [
      'a unique key without its field',
      shipWith({ uniqueKeys: [{ fields: ['code'], onCollision: 'merge' }] }),
      'table ship, field code: named in unique key, but there is none',
    ],
    [
      'a suffix for a number',
      fieldWith({}, { uniqueKeys: [{ fields: ['extra'], onCollision: 'suffix' }] }),
      'table ship: unique key (extra) has no text field to take a suffix',
    ],
    [
      'a unique key over a derived field',
      fieldWith({ derived: true }, { uniqueKeys: [{ fields: ['extra'], onCollision: 'merge' }] }),
      'table ship, field extra: a derived field cannot be in a unique key',
    ],
    [
      'a count of a table that does not exist',
      fieldWith({ type: 'int32', derived: { count: 'nothing', by: 'ship_id' } }),
      'table ship, field extra: counts table nothing, but there is none',
    ],
    [
      'a count by something that points elsewhere',
      fieldWith({ type: 'int32', derived: { count: 'crew', by: 'crew_id' } }),
      'table ship, field extra: crew.crew_id must be a plain reference to ship',
    ],
    [
      'a count that is no number',
      fieldWith({ type: 'text', derived: { count: 'ship', by: 'name' } }),
      'table ship, field extra: a count must be a number, not text',
    ],
    [
      'an index without its field',
      shipWith({ indexes: [['code']] }),
      'table ship, field code: named in index',
    ],
    [
      'an age that is no time',
      shipWith({ ageFields: ['name'] }),
      'table ship, field name: an age field must be a date',
    ],
    [
      'a login name that does not exist',
      { ...(model(ship) as Dictionary), parts: { associate: { table: 'crew', name: 'user' } } },
      'table crew, field user: the login name must be a text field',
    ],
    [
      'users that do not exist',
      { ...(model(ship) as Dictionary), parts: { associate: { table: 'staff', name: 'login' } } },
      'parts, associate: there is no table staff',
    ],
  ]

  test.each(cases)('%s', (_rule, data, message) => {
    expect(refusal(data)).toContain(message)
  })
})

describe('membership rules', () => {
  const area = { travels: BY_AREA }
  const follows = (field: string) => [{ kind: 'parent', field }]
  const pointer = (name: string, table: string) => ({
    name,
    type: 'id',
    references: { kind: 'plain', table },
  })
  const table = (name: string, number: number, target: string) => ({
    name,
    number,
    ...area,
    fields: [{ name: `${name}_id`, type: 'id' }, pointer('up_id', target)],
    membership: follows('up_id'),
  })

  const cases: readonly [rule: string, data: unknown, message: string][] = [
    [
      'rules without the area flag',
      shipWith({ membership: [{ kind: 'everywhere' }] }),
      'table ship: has membership rules, but does not travel by area',
    ],
    [
      'a field that does not exist',
      fieldWith({}, { ...area, membership: follows('owner_id') }),
      'table ship, field owner_id: named in a membership rule (parent), but there is none',
    ],
    [
      'following a field that points at nothing',
      fieldWith({}, { ...area, membership: follows('extra') }),
      'table ship, field extra: a membership rule (parent) needs a reference',
    ],
    [
      'an owner that is no user',
      fieldWith({}, { ...area, membership: [{ kind: 'owner', field: 'extra' }] }),
      'table ship, field extra: a membership rule (owner) needs a reference to table crew',
    ],
    [
      'a pair that may point anywhere',
      fieldWith(
        { references: { kind: 'pair', tableField: 'ship_id' } },
        { ...area, membership: [{ kind: 'ends', fields: ['extra'] }] },
      ),
      'table ship, field extra: a pair that a membership rule follows must list its tables',
    ],
    [
      'a reverse rule from a table that does not exist',
      shipWith({ ...area, membership: [{ kind: 'reverse', table: 'boat', field: 'x' }] }),
      'table ship: a membership rule (reverse) names table boat, but there is none',
    ],
    [
      'a reverse rule from a field that points elsewhere',
      shipWith({ ...area, membership: [{ kind: 'listed', table: 'crew', field: 'login' }] }),
      'table crew, field login: a membership rule (listed) of table ship needs it to refer there',
    ],
    [
      'a table that follows itself',
      model(table('a', 1, 'a')),
      'its membership goes round in a circle: a -> a',
    ],
    [
      'a circle over three tables, named from its beginning',
      model(table('a', 1, 'b'), table('b', 2, 'c'), table('c', 3, 'a')),
      'table a: its membership goes round in a circle: a -> b -> c -> a',
    ],
  ]

  test.each(cases)('refused: %s', (_rule, data, message) => {
    expect(refusal(data)).toContain(message)
  })

  test('circles of references that decide no membership are fine', () => {
    const a = { ...table('a', 1, 'b'), membership: [] }
    const b = { ...table('b', 2, 'a'), membership: [] }
    expect(refusal(model(a, b))).toBe('accepted')
  })
})

test('all problems are told at once', () => {
  const data = fieldWith({ role: 'contact', length: 3 }, { number: 65_536 })
  expect(refusal(data)).toMatch(/\(and 2 more\)$/)
})
