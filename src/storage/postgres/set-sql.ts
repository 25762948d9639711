/**
 * Set SQL: statements that read or write many rows at once. Each column of them is one array.
 * Order: an array is read from its beginning, so rows are inserted in the order in which they are given.
 */
import type { Target } from '../contract.ts'
import { quoted } from './sql-text.ts'

/** By column; see Connection.columnTypes. */
export type ColumnTypes = ReadonlyMap<string, string>

export function insertSql(into: Target, types: ColumnTypes): string {
  const columns = [...into.key, ...into.columns]
  return `insert into ${quoted(into.table)} (${names(columns)}) ${ITS_OWN} select * from ${given(columns, types)}`
}

/** Ids are ours to give also where the column is `generated always as identity`. */
const ITS_OWN = 'overriding system value'

/** The same as upsertSql where nothing makes the key unique: the key of a table in partitions has more columns. */
export function mergeSql(into: Target, types: ColumnTypes): string {
  const columns = [...into.key, ...into.columns]
  const place = (index: number) => `v.v${index}`
  const changes = into.columns.map((column, index) => `${quoted(column)} = ${place(into.key.length + index)}`)
  const matched = changes.length === 0 ? 'do nothing' : `update set ${changes.join(', ')}`
  return `merge into ${quoted(into.table)} t using ${given(columns, types)} on ${matches(into.key)}
    when matched then ${matched}
    when not matched then insert (${names(columns)}) ${ITS_OWN} values (${columns.map((_, index) => place(index)).join(', ')})`
}

export function upsertSql(into: Target, types: ColumnTypes): string {
  const changes = into.columns.flatMap(column => changeOf(into, column)).join(', ')
  const action = changes === '' ? 'nothing' : `update set ${changes}`
  return `${insertSql(into, types)} on conflict (${names(into.key)}) do ${action}`
}

function changeOf({ table, existing }: Target, column: string): string[] {
  const name = quoted(column)
  const how = existing?.[column]
  if (how === 'kept') return []
  const value =
    how === 'highest' ? `greatest(${quoted(table)}.${name}, excluded.${name})` : `excluded.${name}`
  return [`${name} = ${value}`]
}

/** The columns of the arrays have names that no table has: v0, v1 and so on, in the order of the rows' values. */
export function updateSql(into: Target, types: ColumnTypes): string {
  const columns = [...into.key, ...into.columns]
  const changes = into.columns.map((column, index) => `${quoted(column)} = v.v${into.key.length + index}`)
  return `update ${quoted(into.table)} t set ${changes.join(', ')} from ${given(columns, types)} where ${matches(into.key)}`
}

export function removeSql(from: Target, types: ColumnTypes): string {
  return `delete from ${quoted(from.table)} t using ${given(from.key, types)} where ${matches(from.key)}`
}

/** The first column is the place of the key among those asked for, from 1. Keys without a row are left out. */
export function lookupSql(from: Target, types: ColumnTypes): string {
  const columns = from.columns.map(column => `, t.${quoted(column)}`).join('')
  const keys = given(from.key, types, ', generate_subscripts($1, 1) as place')
  return `select v.place${columns} from ${keys} join ${quoted(from.table)} t on ${matches(from.key)}`
}

const names = (columns: readonly string[]): string => columns.map(quoted).join(', ')

const matches = (key: readonly string[]): string =>
  key.map((column, index) => `t.${quoted(column)} = v.v${index}`).join(' and ')

/** In the list of what is selected, arrays are taken apart side by side; in FROM the server keeps a copy of each first. */
function given(columns: readonly string[], types: ColumnTypes, place = ''): string {
  const values = columns.map(
    (column, index) => `unnest($${index + 1}::${types.get(column) ?? 'text'}[]) as v${index}`,
  )
  return `(select ${values.join(', ')}${place}) as v`
}
