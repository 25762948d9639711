/**
 * Judge fields: the same questions as judge.ts, asked of each field (SPEC 9, field-level replication). Pure.
 * A deletion, on either side, concerns the whole record; else every field finds its own winner.
 */
import { type FieldVersion, type FieldVersions, versionOfField } from '../log/field-version.ts'
import { NOBODY, sameVersion, type Version } from '../log/version.ts'
import { cameLater, followsOwn, isFormer, isSameChange, isSeen, knewOwn, type Seen } from './judge.ts'
import { type Incoming, type IncomingPart, isPartial, lacksValues, partOf } from './operation.ts'

export interface FieldCase {
  readonly operation: Incoming
  /** The record's version, and those of its fields where it has any. */
  readonly current: Version | undefined
  readonly fields: FieldVersions | undefined
  /** Number of fields of the table. */
  readonly width: number
  /** Position of the child's prototype. */
  readonly began: number
  /** The child had been told of everything up to this position. */
  readonly told: number
  readonly seen: Seen
  readonly link: number
}

export type FieldRuling =
  | { readonly kind: 'take' | 'displace' | 'agree' | 'want' }
  | { readonly kind: 'overrule'; readonly reason: 'deleted-meanwhile' | 'edited-meanwhile' }
  /** `others`: somebody else changed fields that the operation does not name. `former`: it tells again what changed since. */
  | {
      readonly kind: 'fields'
      readonly taken: readonly number[]
      readonly displaced: readonly number[]
      readonly lost: readonly number[]
      readonly others: boolean
      readonly former: boolean
    }

export function judgeFields(one: FieldCase): FieldRuling {
  if (isAllSeen(one)) return { kind: 'take' }
  if (one.operation.kind !== 'put') return judgeDeletion(one)
  if (one.current?.deleted) return judgeAgainstDeletion(one)
  return judgeEach(one)
}

/** Nothing here is newer than what the sender had seen: the whole record is as it has it, if it says so. */
function isAllSeen({ operation, current, fields, seen }: FieldCase): boolean {
  return !isPartial(operation) && [current, ...(fields?.values() ?? [])].every(each => isSeen(seen, each))
}

function judgeDeletion(one: FieldCase): FieldRuling {
  if (one.current?.deleted) return { kind: 'agree' }
  const clashes = allFields(one).flatMap(field => {
    const version = versionOfField(one.current, one.fields, field)
    return replaces(partOf(one.operation, field), version, one) ? [] : [version?.time ?? 0]
  })
  if (clashes.length === 0) return { kind: 'take' }
  return one.operation.time > Math.max(...clashes)
    ? { kind: 'displace' }
    : { kind: 'overrule', reason: 'edited-meanwhile' }
}

/** The edit brings the record back if it is later; for that the parent needs all of its values. */
function judgeAgainstDeletion({ operation, current, width, seen }: FieldCase): FieldRuling {
  const time = Math.max(operation.time, ...(operation.parts ?? []).map(part => part.time))
  const known = sameVersion(operation.replaces, current!.name) || followsOwn(seen, operation, current!.name)
  if (!known && time <= current!.time) return { kind: 'overrule', reason: 'deleted-meanwhile' }
  if (lacksValues(operation, width)) return { kind: 'want' }
  return { kind: known ? 'take' : 'displace' }
}

function judgeEach(one: FieldCase): FieldRuling {
  const taken: number[] = []
  const displaced: number[] = []
  const lost: number[] = []
  let former = false
  for (const field of allFields(one)) {
    const part = partOf(one.operation, field)
    if (!part) continue
    const version = versionOfField(one.current, one.fields, field)
    if (standsSince(part, version, one)) {
      former ||= !sameVersion(part.version, version?.name ?? null)
      continue
    }
    if (replaces(part, version, one)) taken.push(field)
    else (isLater(part, version, one) ? displaced : lost).push(field)
  }
  if (taken.length + displaced.length + lost.length === 0) return { kind: 'agree' }
  return { kind: 'fields', taken, displaced, lost, others: othersChanged(one), former }
}

const isLater = (part: IncomingPart, version: FieldVersion | undefined, { seen }: FieldCase): boolean =>
  part.time > (version?.time ?? 0) || cameLater(seen, part.version, version)

/** After a restore of this side: somebody else has brought it back, or the copy has it. */
const standsSince = (part: IncomingPart, version: FieldVersion | undefined, { seen }: FieldCase): boolean =>
  isFormer(seen, part, version) ||
  (seen.position >= 0 && version !== undefined && isSameChange(part, version))

const allFields = ({ width }: FieldCase): number[] =>
  Array.from({ length: width - 1 }, (_, index) => index + 1)

function replaces(
  part: IncomingPart | undefined,
  version: FieldVersion | undefined,
  { began, seen }: FieldCase,
): boolean {
  if (!part) return true
  if (!version || version.name.maker === NOBODY) return true
  if (knewOwn(seen, part.version, version.name) || followsOwn(seen, part, version.name)) return true
  if (isSeen(seen, version) || isSameChange(part, version)) return true
  if (part.replaces === null) return version.position <= began
  return sameVersion(part.replaces, version.name) || cameLater(seen, part.replaces, version)
}

/** The record stands otherwise than its sender thinks, by a change of fields that he did not touch. */
function othersChanged(one: FieldCase): boolean {
  const { operation, current } = one
  if (!current || sameVersion(operation.replaces, current.name)) return false
  if (operation.replaces === null && current.position <= one.began) return false
  return allFields(one).some(field => {
    if (partOf(operation, field)) return false
    const version = versionOfField(current, one.fields, field)
    return version !== undefined && version.link !== one.link && version.position > one.told
  })
}
