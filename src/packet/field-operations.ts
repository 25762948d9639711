/**
 * Field operations: turns a changed record of a table with field-level replication into an operation on its fields.
 * Role:  the whole record's operation and its field versions in; the same, narrowed to what changed, out.
 */
import type { IdField } from '../dictionary/id-field.ts'
import type { Databases } from '../log/databases.ts'
import type { FieldVersion, FieldVersions } from '../log/field-version.ts'
import { wireVersion } from './changes.ts'
import type { Operation } from './content.ts'
import { type FieldPart, isPartial } from './parts.ts'

/** @param changed says of a field version whether it belongs into this packet
 *  @param time corrects the time of a version */
export function byField(
  databases: Databases,
  idFields: readonly IdField[],
  operation: Operation,
  fields: FieldVersions | undefined,
  changed: (version: FieldVersion) => boolean,
  time: (version: FieldVersion) => number,
): Operation {
  if (!fields || operation.kind === 'leave') return operation
  const some = [...fields].filter(([, version]) => operation.kind === 'delete' || changed(version))
  const parts = some.map(
    ([field, version]): FieldPart => ({
      field,
      version: wireVersion(databases, version.name),
      replaces: wireVersion(databases, version.agreed),
      time: time(version),
      associate: version.associate,
    }),
  )
  if (parts.length === 0) return operation
  return { ...operation, parts, carried: isPartial(parts) ? carriedBy(idFields, parts) : [] }
}

/** A typed reference is understood only with the field that tells its table. */
function carriedBy(idFields: readonly IdField[], parts: readonly FieldPart[]): number[] {
  const carried = new Set(parts.map(part => part.field))
  for (const field of idFields)
    if (carried.has(field.index) && field.selector !== undefined) carried.add(field.selector)
  return [...carried].sort((a, b) => a - b)
}
