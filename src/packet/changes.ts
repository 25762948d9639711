/**
 * Changes: the records behind a range of positions, as operations.
 * Role:  versions joined with the rows they name; one query a table, streamed.
 * Never: decides who may have them (areas) or what they mean (apply).
 */
import { sql } from 'kysely'
import type { Row, Value } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import type { Databases } from '../log/databases.ts'
import { NOBODY, VERSION_COLUMNS, type Version, type VersionName, versionFrom } from '../log/version.ts'
import type { Query, Reading } from '../storage/contract.ts'
import type { Operation, WireVersion } from './content.ts'

/** Rows in one frame. With 5,000 packets are as quick, but the process takes 60 MB more. */
export const BLOCK = 2_000

export interface ChangedRecord {
  readonly record: number
  /** undefined: as the prototype had it. */
  readonly version: Told | undefined
  /** null: there is no such row now. */
  readonly values: Row | null
  readonly base: Row | null
}

/** What a child hears of a version, and which link brought it. Reading the other columns too is a tenth of the work. */
export type Told = Pick<Version, 'name' | 'time' | 'associate' | 'link'>
const TOLD = ['maker', 'maker_position', 'time', 'associate_id', 'link']

/** A change that has not been sent up: with the whole version, and the values when last in accord. */
export interface UnsentRecord extends ChangedRecord {
  readonly version: Version
}

/** What has changed since a position, as far as it tells how to look for it. */
export interface Since {
  /** So few records that they are found by their positions, and not by going through the versions of a table. */
  readonly few: boolean
  /** False: nothing in this table. */
  has(table: Table): boolean
}

const FEW = 5_000

export async function changedSince(read: Reading, position: number): Promise<Since> {
  const rows = await read.rows(
    sql<{ t: number }>`select tablenumber as t from hc_version where position > ${position} limit ${FEW + 1}`,
  )
  const few = rows.length <= FEW
  const tables = new Set(rows.map(row => row.t))
  return { few, has: table => !few || tables.has(table.number) }
}

type Records<R> = AsyncGenerator<R[]>

/** By record. Alias v is hc_version; `which` is a condition on it. `base`: what an UP needs.
 *  @param few `which` names a range of positions with few records in it */
export function changedRecords(
  read: Reading,
  table: Table,
  which: Query,
  base: false,
  few?: boolean,
): Records<ChangedRecord>
export function changedRecords(
  read: Reading,
  table: Table,
  which: Query,
  base: true,
  few?: boolean,
): Records<UnsentRecord>
export async function* changedRecords(
  read: Reading,
  table: Table,
  which: Query,
  base: boolean,
  few = false,
): Records<ChangedRecord> {
  // A column with a sign before it is not looked up in the key: the database goes by the positions then.
  const query = sql`select ${base ? unsentColumns(table) : changedColumns(table)}
    from hc_version v left join ${sql.table(table.name)} t on ${key('t', table)} = v.record_id
    ${base ? sql`left join ${sql.table(baseTable(table))} b on ${key('b', table)} = v.record_id` : sql``}
    where ${few ? sql`+v.tablenumber` : sql`v.tablenumber`} = ${table.number} and ${which}`
  const from = base ? unsentFrom : changedFrom
  // With the values when last in accord a row is twice as heavy.
  for await (const page of read.pages(query, 'record_id', base ? BLOCK / 2 : BLOCK))
    yield page.map(row => from(row, table.fields.length))
}

const unsentColumns = (table: Table): Query =>
  sql`${list('v', ['record_id', ...VERSION_COLUMNS])}, ${columns('t', table)}, ${columns('b', table)}`

function unsentFrom(row: Row, fields: number): UnsentRecord {
  const at = 1 + VERSION_COLUMNS.length
  return {
    record: row[0] as number,
    version: versionFrom(row, 1),
    values: part(row, at, fields),
    base: part(row, at + fields, fields),
  }
}

/** The values come first, so that they need not be copied: their own key, where there is such a row, comes last. */
const changedColumns = (table: Table): Query =>
  sql.join([
    sql.ref('v.record_id'),
    ...table.fields.slice(1).map(field => sql.ref(`t.${field.name}`)),
    list('v', TOLD),
    key('t', table),
  ])

function changedFrom(row: Row, fields: number): ChangedRecord {
  const n = (offset: number) => row[fields + offset] as number
  const version = { name: { maker: n(0), position: n(1) }, time: n(2), associate: n(3), link: n(4) }
  const exists = row[fields + TOLD.length] !== null
  return { record: row[0] as number, version, values: exists ? cutTo(row, fields) : null, base: null }
}

function cutTo(row: Row, fields: number): Row {
  ;(row as Value[]).length = fields
  return row
}

/** A joined row that is not there has no primary key. */
const part = (row: Row, at: number, count: number): Row | null =>
  row[at] === null || row[at] === undefined ? null : row.slice(at, at + count)

export const baseTable = (table: Table): string => `hc_base_${table.number}`

const list = (alias: string, names: readonly string[]): Query =>
  sql.join(names.map(name => sql.ref(`${alias}.${name}`)))
const columns = (alias: string, table: Table): Query =>
  list(
    alias,
    table.fields.map(field => field.name),
  )
const key = (alias: string, table: Table): Query => sql.ref(`${alias}.${table.fields[0]!.name}`)

/** Names versions for a packet. */
export function wireVersion(databases: Databases, name: VersionName | null | undefined): WireVersion | null {
  return name && name.maker !== NOBODY
    ? { maker: databases.tagOf(name.maker), position: name.position }
    : null
}

/** One version for all fields. */
const WHOLE = { parts: null, carried: [], wanted: false, passed: false } as const

/** One operation for the parent: with the version it replaces and the values when last in accord. */
export function upOperation(
  databases: Databases,
  table: Table,
  changed: UnsentRecord,
  time: number,
): Operation {
  const { version } = changed
  return {
    table: table.number,
    kind: changed.values ? 'put' : 'delete',
    record: changed.record,
    version: wireVersion(databases, version.name),
    replaces: wireVersion(databases, version.agreed),
    time,
    associate: version.associate,
    born: version.born,
    values: changed.values,
    base: changed.base,
    ...WHOLE,
  }
}

/** One operation for a child: it obeys, so nothing is replaced. */
export function dwnOperation(databases: Databases, table: Table, changed: ChangedRecord): Operation {
  return {
    table: table.number,
    kind: changed.values ? 'put' : 'delete',
    record: changed.record,
    version: wireVersion(databases, changed.version?.name),
    replaces: null,
    time: changed.version?.time ?? 0,
    associate: changed.version?.associate ?? 0,
    born: false,
    values: changed.values,
    base: null,
    ...WHOLE,
  }
}
