/** An operation as the parent judges it: the parent's ids, versions by number, time corrected. */
import type { Tag } from '../core/ids.ts'
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
  readonly passed: boolean
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

/** It has values for some fields only. */
export const lacksValues = (operation: Incoming, width: number): boolean =>
  isPartial(operation) && operation.carried.length < width - 1

/** What an operation says about one field; undefined: nothing. */
export function partOf(operation: Incoming, field: number): IncomingPart | undefined {
  if (operation.parts === null) return { field, ...operation }
  return (
    operation.parts.find(part => part.field === field) ?? operation.parts.find(part => part.field === REST)
  )
}

/** @param version what it is the time of; null: as the prototype had it */
export type Correct = (time: number, version: WireVersion | null) => number

export async function incoming(
  databases: Databases,
  operations: readonly Operation[],
  correct: Correct,
): Promise<Incoming[]> {
  const name = await namesOf(databases, operations)
  return operations.map(operation => ({
    record: operation.record,
    kind: operation.kind,
    version: name(operation.version),
    replaces: name(operation.replaces),
    time: operation.passed ? operation.time : correct(operation.time, operation.version),
    associate: operation.associate,
    born: operation.born,
    values: operation.values,
    base: operation.base,
    parts:
      operation.parts?.map(part => incomingPart(part, name, operation.passed ? asTold : correct)) ?? null,
    carried: operation.carried,
    wanted: operation.wanted,
    passed: operation.passed,
  }))
}

/** What is passed on was corrected by who passes it on. */
const asTold: Correct = time => time

type Name = (version: WireVersion | null) => VersionName | null

const incomingPart = (part: FieldPart, name: Name, correct: Correct): IncomingPart => ({
  ...part,
  version: name(part.version),
  replaces: name(part.replaces),
  time: correct(part.time, part.version),
})

/** Makers are few and operations many: the few are looked up first, so that nothing waits for each operation. */
async function namesOf(databases: Databases, operations: readonly Operation[]): Promise<Name> {
  const makers = new Set<Tag>()
  const note = ({ version, replaces }: { version: WireVersion | null; replaces: WireVersion | null }) => {
    if (version) makers.add(version.maker)
    if (replaces) makers.add(replaces.maker)
  }
  for (const operation of operations) {
    note(operation)
    operation.parts?.forEach(note)
  }
  for (const maker of makers) await databases.numberOf(maker)
  return version => version && { maker: databases.known(version.maker)!, position: version.position }
}
