/** Field rows: what a taken operation leaves in hc_field_version, and rows put together from the fields of two. */
import type { Row } from '../core/values.ts'
import { type FieldVersion, type FieldVersions, REST, versionOfField, wholeOf } from '../log/field-version.ts'
import { MADE_HERE, type Version } from '../log/version.ts'
import { type Incoming, partOf } from './operation.ts'

/** `under`, with the named fields of `over` in their place. */
export function overlay(under: Row, over: Row, fields: Iterable<number>): Row {
  const row = [...under]
  for (const field of fields) row[field] = over[field] ?? null
  return row
}

/** `named`: the position in the name of what is no version of the child's. */
interface Where {
  readonly position: number
  readonly named: number
  readonly link: number
}

/**
 * @param taken fields that were taken; undefined: the whole record, so that no field keeps an older version
 * @returns the rows to write
 */
export function takenFields(
  operation: Incoming,
  current: Version | undefined,
  known: FieldVersions | undefined,
  taken: readonly number[] | undefined,
  where: Where,
): FieldVersions {
  const rows: FieldVersions = new Map()
  if (taken !== undefined && !known && current) rows.set(REST, current)
  for (const field of taken ?? wholeFields(operation, known)) {
    const part = partOf(operation, field) ?? (taken ? undefined : { field, ...operation })
    if (part) rows.set(field, stamped(part, versionOfField(current, known, field), where))
  }
  return rows
}

/** Nothing where one version stands for all fields. */
function wholeFields(operation: Incoming, known: FieldVersions | undefined): Iterable<number> {
  const named = operation.parts?.map(part => part.field) ?? []
  if (!known && named.length === 0) return []
  return new Set([...wholeOf(known ?? new Map()), ...named])
}

const stamped = (
  part: NonNullable<ReturnType<typeof partOf>>,
  before: FieldVersion | undefined,
  where: Where,
): FieldVersion => ({
  name: part.version ?? { maker: MADE_HERE, position: where.named },
  time: Math.max(part.time, before?.time ?? 0),
  associate: part.associate,
  position: where.position,
  link: where.link,
  agreed: before?.agreed ?? null,
  sent: before?.sent ?? 0,
})
