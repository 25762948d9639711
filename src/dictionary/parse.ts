/**
 * Parse: from data of unknown shape to a `Dictionary`, once, at the edge.
 * Role:  every property has the right type and no unknown ones are there (a typing error would be silently ignored).
 * Never: judges meaning: whether tables, fields and rules fit together is asked in check-*.ts.
 */
import type {
  Count,
  Dictionary,
  Field,
  FieldType,
  MembershipRule,
  Parts,
  Reference,
  Table,
  UniqueKey,
} from './model.ts'
import { invalid } from './problem.ts'
import * as read from './read.ts'

const FIELD_TYPES: readonly FieldType[] = [
  'id',
  'int16',
  'int32',
  'int64',
  'double',
  'decimal',
  'boolean',
  'text',
  'bytes',
  'date',
  'datetime',
  'json',
  'uuid',
]

/** @throws {HomecomingError} DICTIONARY_INVALID, naming the place ("table ship, field name: ...") */
export function parseDictionary(data: unknown): Dictionary {
  const of = read.object('dictionary', data, ['name', 'version', 'travelPrefix', 'parts', 'tables'])
  return {
    name: read.text('dictionary: name', of.name),
    version: read.integer('dictionary: version', of.version),
    ...read.optional('travelPrefix', of.travelPrefix, value =>
      read.integer('dictionary: travelPrefix', value),
    ),
    parts: parseParts(of.parts),
    tables: read.list('dictionary: tables', of.tables, parseTable),
  }
}

function parseParts(data: unknown): Parts {
  const of = read.object('parts', data, ['associate', 'company', 'document'])
  const associate = read.object('parts: associate', of.associate, ['table', 'name'])
  return {
    associate: {
      table: read.text('parts: associate table', associate.table),
      name: read.text('parts: associate name', associate.name),
    },
    ...read.optional('company', of.company, value => parsePart('company', value)),
    ...read.optional('document', of.document, value => parsePart('document', value)),
  }
}

function parsePart(name: string, data: unknown): { table: string } {
  const part = read.object(`parts: ${name}`, data, ['table'])
  return { table: read.text(`parts: ${name} table`, part.table) }
}

const TABLE_PROPERTIES = [
  'name',
  'number',
  'fields',
  'travels',
  'uniqueKeys',
  'indexes',
  'travelPrefix',
  'membership',
  'ageFields',
]

function parseTable(data: unknown, index: number): Table {
  const name = read.text(`table ${index + 1}: name`, read.property(data, 'name'))
  const at = `table ${name}`
  refuseDeclaredKey(at, read.property(data, 'primaryKey'))
  const of = read.object(at, data, TABLE_PROPERTIES)
  const names = (what: string) => (value: unknown) => read.texts(`${at}: ${what}`, value)
  return {
    name,
    number: read.integer(`${at}: number`, of.number),
    fields: read.list(`${at}: fields`, of.fields, (field, position) => parseField(at, field, position)),
    travels: parseTravels(`${at}: travels`, of.travels),
    ...read.optional('uniqueKeys', of.uniqueKeys, value =>
      read.list(`${at}: uniqueKeys`, value, key => parseUniqueKey(at, key)),
    ),
    ...read.optional('indexes', of.indexes, value => read.list(`${at}: indexes`, value, names('index'))),
    ...read.optional('travelPrefix', of.travelPrefix, value => read.integer(`${at}: travelPrefix`, value)),
    ...read.optional('membership', of.membership, value =>
      read.list(`${at}: membership`, value, rule => parseRule(at, rule)),
    ),
    ...read.optional('ageFields', of.ageFields, names('ageFields')),
  }
}

/** Adopted schemas often have them, so the refusal names the key instead of an unknown property. */
function refuseDeclaredKey(at: string, key: unknown): void {
  if (key === undefined) return
  const fields = Array.isArray(key) ? key.join(', ') : String(key)
  invalid(`${at}: key (${fields}) cannot be declared: the first field is the key, one field of type id`)
}

function parseTravels(at: string, data: unknown): Table['travels'] {
  const of = read.object(at, data, ['down', 'up', 'prototype', 'area'])
  return {
    down: read.truth(`${at} down`, of.down),
    up: read.truth(`${at} up`, of.up),
    prototype: read.truth(`${at} prototype`, of.prototype),
    area: read.truth(`${at} area`, of.area),
  }
}

function parseUniqueKey(at: string, data: unknown): UniqueKey {
  const of = read.object(`${at}: unique key`, data, ['fields', 'onCollision'])
  return {
    fields: read.texts(`${at}: unique key fields`, of.fields),
    onCollision: read.choice(`${at}: unique key onCollision`, of.onCollision, ['merge', 'suffix', 'reject']),
  }
}

const FIELD_PROPERTIES = [
  'name',
  'type',
  'nullable',
  'length',
  'default',
  'references',
  'role',
  'series',
  'derived',
]

function parseField(table: string, data: unknown, index: number): Field {
  const name = read.text(`${table}, field ${index + 1}: name`, read.property(data, 'name'))
  const at = `${table}, field ${name}`
  const of = read.object(at, data, FIELD_PROPERTIES)
  return {
    name,
    type: read.choice(`${at}: type`, of.type, FIELD_TYPES),
    ...read.optional('nullable', of.nullable, value => read.truth(`${at}: nullable`, value)),
    ...read.optional('length', of.length, value => read.integer(`${at}: length`, value)),
    ...read.optional('default', of.default, value => read.scalar(`${at}: default`, value)),
    ...read.optional('references', of.references, value => parseReference(at, value)),
    ...read.optional('role', of.role, value =>
      read.choice(`${at}: role`, value, ['owner', 'contact', 'project'] as const),
    ),
    ...read.optional('series', of.series, value => read.truth(`${at}: series`, value)),
    ...read.optional('derived', of.derived, value => parseDerived(`${at}: derived`, value)),
  }
}

function parseDerived(at: string, data: unknown): boolean | Count {
  if (typeof data !== 'object') return read.truth(at, data)
  const of = read.object(at, data, ['count', 'by'])
  return { count: read.text(`${at} count`, of.count), by: read.text(`${at} by`, of.by) }
}

function parseReference(place: string, data: unknown): Reference {
  const at = `${place}: references`
  const kind = read.choice(`${at} kind`, read.property(data, 'kind'), ['plain', 'typed', 'pair'] as const)
  const owning = read.optional('owning', read.property(data, 'owning'), value =>
    read.truth(`${at} owning`, value),
  )
  switch (kind) {
    case 'plain': {
      const of = read.object(at, data, ['kind', 'owning', 'table'])
      return { kind, table: read.text(`${at} table`, of.table), ...owning }
    }
    case 'typed': {
      const of = read.object(at, data, ['kind', 'owning', 'typeField', 'tables'])
      const typeField = read.text(`${at} typeField`, of.typeField)
      return { kind, typeField, tables: read.textMap(`${at} tables`, of.tables), ...owning }
    }
    case 'pair': {
      const of = read.object(at, data, ['kind', 'owning', 'tableField', 'tables'])
      const tables = read.optional('tables', of.tables, value => read.texts(`${at} tables`, value))
      return { kind, tableField: read.text(`${at} tableField`, of.tableField), ...tables, ...owning }
    }
    default:
      throw kind satisfies never
  }
}

const RULES = ['owner', 'parent', 'ends', 'reverse', 'user', 'listed', 'everywhere'] as const

function parseRule(table: string, data: unknown): MembershipRule {
  const kind = read.choice(`${table}: membership kind`, read.property(data, 'kind'), RULES)
  const at = `${table}: membership ${kind}`
  const only = (...names: string[]) => read.object(at, data, ['kind', ...names])
  switch (kind) {
    case 'owner': {
      const of = only('field', 'onlyIfEmpty')
      const empty = read.optional('onlyIfEmpty', of.onlyIfEmpty, value =>
        read.text(`${at} onlyIfEmpty`, value),
      )
      return { kind, field: read.text(`${at} field`, of.field), ...empty }
    }
    case 'parent':
    case 'user':
      return { kind, field: read.text(`${at} field`, only('field').field) }
    case 'ends':
      return { kind, fields: read.texts(`${at} fields`, only('fields').fields) }
    case 'reverse':
    case 'listed': {
      const of = only('table', 'field')
      return { kind, table: read.text(`${at} table`, of.table), field: read.text(`${at} field`, of.field) }
    }
    case 'everywhere':
      only()
      return { kind }
    default:
      throw kind satisfies never
  }
}
