/**
 * Table SQL: definitions for tables of the dictionary and for our own.
 * Types:  those that people and tools would choose; the database itself checks ranges and lengths by them.
 */
import type { Field, FieldType, Table } from '../../dictionary/model.ts'
import type { OwnTable } from '../contract.ts'
import { quoted, text } from './sql-text.ts'

const TYPES = {
  id: 'integer',
  int16: 'smallint',
  int32: 'integer',
  int64: 'bigint',
  double: 'double precision',
  decimal: 'numeric',
  boolean: 'boolean',
  text: 'text',
  bytes: 'bytea',
  date: 'date',
  datetime: 'timestamp with time zone',
  json: 'json',
  uuid: 'uuid',
} as const satisfies Record<FieldType, string>

const ZEROS: Readonly<Record<FieldType, string | number | boolean>> = {
  id: 0,
  int16: 0,
  int32: 0,
  int64: 0,
  double: 0,
  decimal: 0,
  boolean: false,
  text: '',
  bytes: '',
  date: '1970-01-01',
  datetime: '1970-01-01T00:00:00Z',
  json: 'null',
  uuid: '00000000-0000-0000-0000-000000000000',
}

/** Names longer than this are cut by the server, and two of them may then be the same. */
const LONGEST_NAME = 63

export function tableSql(table: Table): string {
  const columns = table.fields.map((field, index) => (index === 0 ? keySql(field) : columnSql(field)))
  return `create table ${quoted(table.name)} (${columns.join(', ')})`
}

/** A column that may not be null needs something for the rows there are: the type's zero. It is no default after that. */
export function addedColumnSql(table: Table, field: Field): string[] {
  const alter = `alter table ${quoted(table.name)}`
  const added = (filled: Field) => `${alter} add column ${columnSql(filled)}`
  if (field.nullable || field.default != null) return [added(field)]
  return [
    added({ ...field, default: ZEROS[field.type] }),
    `${alter} alter column ${quoted(field.name)} drop default`,
  ]
}

export function indexesSql(table: Table): string[] {
  const unique = (table.uniqueKeys ?? []).map(key => indexSql(table.name, key.fields, 'unique '))
  return [...unique, ...(table.indexes ?? []).map(fields => indexSql(table.name, fields, ''))]
}

export function ownTableSql(table: OwnTable): string[] {
  const columns = table.columns.map(column => {
    const parts = [quoted(column.name), { int: 'bigint', text: 'text', bytes: 'bytea' }[column.type]]
    if (!column.nullable) parts.push('not null')
    if (column.default !== undefined) parts.push(`default ${literal(column.default)}`)
    return parts.join(' ')
  })
  const key = `primary key (${table.key.map(quoted).join(', ')})`
  return [
    `create table ${quoted(table.name)} (${[...columns, key].join(', ')})`,
    ...(table.indexes ?? []).map(fields => indexSql(table.name, fields, '')),
  ]
}

const keySql = (field: Field): string => `${quoted(field.name)} ${TYPES[field.type]} primary key`

function columnSql(field: Field): string {
  const parts = [quoted(field.name), typeSql(field)]
  if (!field.nullable) parts.push('not null')
  if (field.default !== undefined) parts.push(`default ${literal(field.default)}`)
  return parts.join(' ')
}

const typeSql = (field: Field): string =>
  field.type === 'text' && field.length !== undefined ? `varchar(${field.length})` : TYPES[field.type]

function indexSql(table: string, fields: readonly string[], unique: string): string {
  const name = `${table}_${fields.join('_')}${unique ? '_key' : '_index'}`
  const fits = Buffer.byteLength(name) <= LONGEST_NAME ? `${quoted(name)} ` : ''
  return `create ${unique}index ${fits}on ${quoted(table)} (${fields.map(quoted).join(', ')})`
}

/** Numbers go in quotes too: a literal of no type takes that of its column. */
function literal(value: string | number | boolean | null): string {
  return value === null ? 'null' : text(String(value))
}
