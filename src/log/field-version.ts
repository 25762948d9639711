/**
 * Field versions: with field-level replication each field has a version of its own (SPEC 9).
 * Shape:  rows exist only for records that were changed in part; REST stands for the fields without a row of their own.
 *         A record without rows has one version for all fields: the one in hc_version.
 */
import { sql } from 'kysely'
import type { Reading, Writing } from '../storage/contract.ts'
import type { Change } from './fold.ts'
import { MADE_HERE, NOBODY, type Version, type VersionName } from './version.ts'

/** The fields of a record that have no row of their own. */
export const REST = -1

export interface FieldVersion {
  readonly name: VersionName
  readonly time: number
  readonly associate: number
  readonly position: number
  readonly link: number
  readonly agreed: VersionName | null
  readonly sent: number
}

/** As the prototype had it. Its name is never written. */
export const NEVER_CHANGED: FieldVersion = {
  name: { maker: NOBODY, position: 0 },
  time: 0,
  associate: 0,
  position: 0,
  link: 0,
  agreed: null,
  sent: 0,
}

export type FieldVersions = Map<number, FieldVersion>

/** @returns undefined: as the prototype had it */
export const versionOfField = (
  record: Version | undefined,
  fields: FieldVersions | undefined,
  field: number,
): FieldVersion | undefined =>
  fields === undefined || fields.size === 0 ? record : (fields.get(field) ?? fields.get(REST))

interface StoredRow {
  record_id: number
  field: number
  maker: number
  maker_position: number
  time: number
  associate_id: number
  position: number
  link: number
  agreed_maker: number | null
  agreed_position: number | null
  sent: number
}

/** Ids named in one query. */
const CHUNK = 500

/** @returns by record; records without rows are not in it */
export async function readFieldVersions(
  read: Reading,
  table: number,
  records: readonly number[],
): Promise<Map<number, FieldVersions>> {
  const found = new Map<number, FieldVersions>()
  for (let at = 0; at < records.length; at += CHUNK) {
    const rows = await read.rows(
      sql<StoredRow>`select * from hc_field_version where tablenumber = ${table}
        and record_id in (${sql.join(records.slice(at, at + CHUNK))})`,
    )
    for (const row of rows) {
      const fields = found.get(row.record_id) ?? new Map<number, FieldVersion>()
      found.set(row.record_id, fields.set(row.field, fieldVersion(row)))
    }
  }
  return found
}

const fieldVersion = (row: StoredRow): FieldVersion => ({
  name: { maker: row.maker, position: row.maker_position },
  time: row.time,
  associate: row.associate_id,
  position: row.position,
  link: row.link,
  agreed: row.agreed_maker === null ? null : { maker: row.agreed_maker, position: row.agreed_position ?? 0 },
  sent: row.sent,
})

const COLUMNS = [
  'maker',
  'maker_position',
  'time',
  'associate_id',
  'position',
  'link',
  'agreed_maker',
  'agreed_position',
  'sent',
]

export async function writeFieldVersions(
  write: Writing,
  table: number,
  record: number,
  fields: ReadonlyMap<number, FieldVersion>,
): Promise<void> {
  await write.upsert(
    { table: 'hc_field_version', key: ['tablenumber', 'record_id', 'field'], columns: COLUMNS },
    [...fields].map(([field, version]) => [
      table,
      record,
      field,
      version.name.maker,
      version.name.position,
      version.time,
      version.associate,
      version.position,
      version.link,
      version.agreed?.maker ?? null,
      version.agreed?.position ?? null,
      version.sent,
    ]),
  )
}

/** From now on all fields have the record's version. */
export async function forgetFieldVersions(
  write: Writing,
  table: number,
  records: readonly number[],
): Promise<void> {
  for (let at = 0; at < records.length; at += CHUNK) {
    await write.run(sql`delete from hc_field_version where tablenumber = ${table}
      and record_id in (${sql.join(records.slice(at, at + CHUNK))})`)
  }
}

/** @param changes of one table; @param before versions of the records as they were, in the same order */
export async function stampFields(
  write: Writing,
  table: number,
  changes: readonly Change[],
  before: readonly (Version | undefined)[],
): Promise<void> {
  const known = await readFieldVersions(
    write,
    table,
    changes.map(change => change.record),
  )
  for (const [index, change] of changes.entries()) {
    const fields = changedFields(change, before[index], known.get(change.record))
    if (fields.size > 0) await writeFieldVersions(write, table, change.record, fields)
  }
}

/** The rows that a change made here writes. */
function changedFields(
  change: Change,
  before: Version | undefined,
  known: FieldVersions | undefined,
): FieldVersions {
  const written: FieldVersions = new Map()
  const stamp = (field: number): void => {
    written.set(field, made(change, versionOfField(before, known, field)))
  }
  if (change.fields === undefined) {
    for (const field of known ? wholeOf(known) : []) stamp(field)
    return written
  }
  if (!known && before) written.set(REST, before)
  for (const field of change.fields) stamp(field)
  return written
}

/** The fields that have rows, and the rest: a change of the whole record is one of each of them. */
export const wholeOf = (known: FieldVersions): ReadonlySet<number> => new Set([...known.keys(), REST])

const made = (change: Change, before: FieldVersion | undefined): FieldVersion => ({
  name: { maker: MADE_HERE, position: change.position },
  time: Math.max(change.time, before?.time ?? 0),
  associate: change.associate,
  position: change.position,
  link: MADE_HERE,
  agreed: before?.agreed ?? null,
  sent: before?.sent ?? 0,
})
