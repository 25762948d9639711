/** An operation as the parent judges it: the parent's ids, versions by number, time corrected. */
import type { Row } from '../core/values.ts'
import type { Databases } from '../log/databases.ts'
import type { VersionName } from '../log/version.ts'
import type { Operation, OperationKind, WireVersion } from '../packet/content.ts'

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
