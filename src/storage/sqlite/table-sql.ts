/**
 * Table SQL: definitions for tables of the dictionary and for our own.
 * Types:  names that people and tools understand. BOOLEAN also tells values.ts how to read; decimal, date, datetime,
 *         uuid and json are TEXT, because SQLite would make an inexact number of a decimal.
 * Checks: on tables that travel only (value-checks.ts): a child refuses at once what its parent, or any other database of
 *         the installation, would refuse (cost: docs/decisions/0003, 0022).
 */
import type { Field, FieldType, Table } from '../../dictionary/model.ts'
import type { OwnTable, ServerTypes } from '../contract.ts'
import { quoted, text } from './capture-sql.ts'
import { checkSql } from './value-checks.ts'

const TYPES = {
  id: 'INT',
  int16: 'SMALLINT',
  int32: 'INT',
  int64: 'BIGINT',
  double: 'REAL',
  decimal: 'TEXT',
  boolean: 'BOOLEAN',
  text: 'TEXT',
  bytes: 'BLOB',
  date: 'TEXT',
  datetime: 'TEXT',
  json: 'TEXT',
  uuid: 'TEXT',
} as const satisfies Record<FieldType, string>

/** @param types of the server above, see value-checks.ts @param schema name under which the database is attached; absent:
 *         the main one */
export function tableSql(table: Table, types?: ServerTypes, schema?: string): string {
  const columns = table.fields.map((field, index) =>
    index === 0 ? keySql(field) : columnSql(table, field, types),
  )
  return `CREATE TABLE ${placed(table.name, schema)} (${columns.join(', ')})`
}

/** A column as CREATE TABLE and ALTER TABLE take it. */
function columnSql({ name, travels }: Table, field: Field, types: ServerTypes | undefined): string {
  const parts = [quoted(field.name), TYPES[field.type]]
  if (!field.nullable) parts.push('NOT NULL')
  if (field.default !== undefined) parts.push(`DEFAULT ${literal(field.default)}`)
  const check = travels.up || travels.down ? checkSql(name, field, types) : undefined
  if (check) parts.push(check)
  return parts.join(' ')
}

/** SQLite adds a column that may not be null only with a default: then the type's zero stands in the rows there are. */
export function addedColumnSql(table: Table, field: Field, types: ServerTypes | undefined): string {
  const zero = types && field.type === 'uuid' ? NO_UUID : zeroOf(field.type)
  const filled = field.nullable || field.default != null ? field : { ...field, default: zero }
  return `ALTER TABLE ${quoted(table.name)} ADD COLUMN ${columnSql(table, filled, types)}`
}

export function indexesSql(table: Table, schema?: string): string[] {
  const unique = (table.uniqueKeys ?? []).map(key => indexSql(table.name, key.fields, 'UNIQUE ', schema))
  return [...unique, ...(table.indexes ?? []).map(fields => indexSql(table.name, fields, '', schema))]
}

export function ownTableSql(table: OwnTable): string[] {
  const columns = table.columns.map(column => {
    const parts = [quoted(column.name), { int: 'INTEGER', text: 'TEXT', bytes: 'BLOB' }[column.type]]
    if (!column.nullable) parts.push('NOT NULL')
    if (column.default !== undefined) parts.push(`DEFAULT ${literal(column.default)}`)
    return parts.join(' ')
  })
  const key = `PRIMARY KEY (${table.key.map(quoted).join(', ')})`
  return [
    `CREATE TABLE ${quoted(table.name)} (${[...columns, key].join(', ')}) ${ownOptions(table)}`,
    ...(table.indexes ?? []).map(fields => indexSql(table.name, fields, '')),
  ]
}

/** Rows of a composite key lie in the order of that key; bytes may be long, and long rows are better off apart. */
function ownOptions(table: OwnTable): string {
  const long = table.columns.some(column => column.type === 'bytes')
  return table.key.length > 1 && !long ? 'STRICT, WITHOUT ROWID' : 'STRICT'
}

const placed = (name: string, schema?: string): string =>
  schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`

const keySql = (field: Field): string => `${quoted(field.name)} INTEGER PRIMARY KEY NOT NULL`

function indexSql(table: string, fields: readonly string[], unique: string, schema?: string): string {
  const name = `${table}_${fields.join('_')}${unique ? '_key' : '_index'}`
  return `CREATE ${unique}INDEX ${placed(name, schema)} ON ${quoted(table)} (${fields.map(quoted).join(', ')})`
}

function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return text(value)
  return String(Number(value))
}

/** What a server puts there. */
const NO_UUID = '00000000-0000-0000-0000-000000000000'

function zeroOf(type: FieldType): string | number {
  if (type === 'date') return '1970-01-01'
  if (type === 'datetime') return '1970-01-01T00:00:00Z'
  if (type === 'json') return 'null'
  return TYPES[type] === 'TEXT' || TYPES[type] === 'BLOB' ? (type === 'decimal' ? '0' : '') : 0
}
