/**
 * Table SQL: definitions for tables of the dictionary and for our own.
 * Types:  names that people and tools understand. BOOLEAN also tells values.ts how to read; decimal, date, datetime,
 *         uuid and json are TEXT, because SQLite would make an inexact number of a decimal.
 * Checks: ranges, lengths and U+0000, on tables that travel only: a child refuses at once what its parent, or any other
 *         database of the installation, would refuse (cost: docs/decisions/0003).
 */
import type { Field, FieldType, Table } from '../../dictionary/model.ts'
import type { OwnTable } from '../contract.ts'
import { quoted, text } from './capture-sql.ts'

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

const RANGES: Partial<Record<FieldType, string>> = {
  id: 'BETWEEN -2147483648 AND 2147483647',
  int32: 'BETWEEN -2147483648 AND 2147483647',
  int16: 'BETWEEN -32768 AND 32767',
  boolean: 'IN (0, 1)',
}

/** @param schema name under which the database is attached; absent: the main one */
export function tableSql(table: Table, schema?: string): string {
  const checked = table.travels.up || table.travels.down
  const columns = table.fields.map((field, index) =>
    index === 0 ? keySql(field) : columnSql(field, checked),
  )
  return `CREATE TABLE ${placed(table.name, schema)} (${columns.join(', ')})`
}

/** A column as CREATE TABLE and ALTER TABLE take it. */
export function columnSql(field: Field, checked: boolean): string {
  const parts = [quoted(field.name), TYPES[field.type]]
  if (!field.nullable) parts.push('NOT NULL')
  if (field.default !== undefined) parts.push(`DEFAULT ${literal(field.default)}`)
  const check = checked ? checkOf(field) : undefined
  if (check) parts.push(`CHECK (${check})`)
  return parts.join(' ')
}

/** SQLite adds a column that may not be null only with a default: then the type's zero stands in the rows there are. */
export function addedColumnSql(table: Table, field: Field): string {
  const checked = table.travels.up || table.travels.down
  const filled = field.nullable || field.default != null ? field : { ...field, default: zeroOf(field.type) }
  return `ALTER TABLE ${quoted(table.name)} ADD COLUMN ${columnSql(filled, checked)}`
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

function checkOf(field: Field): string | undefined {
  const name = quoted(field.name)
  if (field.type === 'text' || field.type === 'json') return textCheck(name, field.length)
  const range = RANGES[field.type]
  return range && `${name} ${range}`
}

/** `length` counts up to the first U+0000 only. */
function textCheck(name: string, length: number | undefined): string {
  const whole = `instr(${name}, char(0)) = 0`
  return length === undefined ? whole : `length(${name}) <= ${length} AND ${whole}`
}

function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return text(value)
  return String(Number(value))
}

function zeroOf(type: FieldType): string | number {
  if (type === 'date') return '1970-01-01'
  if (type === 'datetime') return '1970-01-01T00:00:00Z'
  if (type === 'json') return 'null'
  return TYPES[type] === 'TEXT' || TYPES[type] === 'BLOB' ? (type === 'decimal' ? '0' : '') : 0
}
