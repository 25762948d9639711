/** An operation as the parent judges it: the parent's ids, versions by number, time corrected. */
import type { Row } from '../core/values.ts'
import type { Databases } from '../log/databases.ts'
import { REST } from '../log/field-version.ts'
import type { VersionName } from '../log/version.ts'
import type { Operation, OperationKind, WireVersion } from '../packet/content.ts'
import type { FieldPart } from '../packet/parts.ts'

export interface Incoming {
  readonly record: number
  readonly kind: OperationKind
  readonly version: VersionName | null
  readonly replaces: VersionName | null
  readonly time: number
  readonly associate: number
  readonly born: boolean
  readonly values: Row | null
  readonly base: Row | null
  readonly parts: readonly IncomingPart[] | null
  /** Fields that have values, where the operation is partial. */
  readonly carried: readonly number[]
  readonly wanted: boolean
}

export interface IncomingPart {
  readonly field: number
  readonly version: VersionName | null
  readonly replaces: VersionName | null
  readonly time: number
  readonly associate: number
}

/** Names single fields only; the others are not in it. */
export const isPartial = (operation: Incoming): boolean =>
  operation.parts !== null && !operation.parts.some(part => part.field === REST)

/** What an operation says about one field; undefined: nothing. */
export function partOf(operation: Incoming, field: number): IncomingPart | undefined {
  if (operation.parts === null) return { field, ...operation }
  return (
    operation.parts.find(part => part.field === field) ?? operation.parts.find(part => part.field === REST)
  )
}

export async function incoming(
  databases: Databases,
  operations: readonly Operation[],
  correct: (time: number) => number,
): Promise<Incoming[]> {
  const result: Incoming[] = []
  for (const operation of operations) {
    result.push({
      record: operation.record,
      kind: operation.kind,
      version: await named(databases, operation.version),
      replaces: await named(databases, operation.replaces),
      time: correct(operation.time),
      associate: operation.associate,
      born: operation.born,
      values: operation.values,
      base: operation.base,
      parts: operation.parts && (await incomingParts(databases, operation.parts, correct)),
      carried: operation.carried,
      wanted: operation.wanted,
    })
  }
  return result
}

async function incomingParts(
  databases: Databases,
  parts: readonly FieldPart[],
  correct: (time: number) => number,
): Promise<IncomingPart[]> {
  const result: IncomingPart[] = []
  for (const part of parts) {
    result.push({
      ...part,
      version: await named(databases, part.version),
      replaces: await named(databases, part.replaces),
      time: correct(part.time),
    })
  }
  return result
}

const named = async (databases: Databases, version: WireVersion | null): Promise<VersionName | null> =>
  version === null
    ? null
    : {
        maker: databases.known(version.maker) ?? (await databases.numberOf(version.maker)),
        position: version.position,
      }
