/**
 * Parts: an operation on some fields of a record only (field-level replication).
 * Shape: the rows of such an operation have their full length in memory; only the named fields and those that a
 *        reference needs to be understood have values, the others are null. Packets carry just these.
 */
import type { Row, Value } from '../core/values.ts'
import { REST } from '../log/field-version.ts'
import type { WireVersion } from './content.ts'

/** One field: its version, and the one that it replaces. `field` -1 stands for all fields that are not named. */
export interface FieldPart {
  readonly field: number
  readonly version: WireVersion | null
  readonly replaces: WireVersion | null
  readonly time: number
  readonly associate: number
}

export type TagIndex = (version: WireVersion | null) => number

/** True where the operation names single fields only. */
export const isPartial = (parts: readonly FieldPart[] | null): parts is readonly FieldPart[] =>
  parts !== null && !parts.some(part => part.field === REST)

export const encodeParts = (parts: readonly FieldPart[], index: TagIndex): unknown[] =>
  parts.map(part => [
    part.field,
    index(part.version),
    part.version?.position ?? 0,
    index(part.replaces),
    part.replaces?.position ?? 0,
    part.time,
    part.associate,
  ])

export const decodeParts = (
  body: unknown,
  version: (index: unknown, position: unknown) => WireVersion | null,
): FieldPart[] =>
  (body as number[][]).map(part => ({
    field: part[0]!,
    version: version(part[1], part[2]),
    replaces: version(part[3], part[4]),
    time: part[5]!,
    associate: part[6]!,
  }))

/** [field, value] of the named fields, and of the fields that say which table a reference means. */
export const encodeSparse = (row: Row, fields: readonly number[]): [number, Value][] =>
  fields.map(field => [field, row[field] ?? null])

export function decodeSparse(pairs: unknown, key: number): Row {
  const row: Value[] = [key]
  for (const [field, value] of pairs as [number, Value][]) {
    while (row.length <= field) row.push(null)
    row[field] = value
  }
  return row
}
