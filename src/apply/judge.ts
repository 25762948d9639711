/**
 * Judge: the parent decides about one operation (SPEC 9). Whole records; field by field is in judge-fields.ts.
 * Role:  an operation and the parent's version in, a ruling out. Pure.
 * Never: reads the database, or looks at clocks: times are corrected before.
 */
import { NOBODY, sameVersion, type Version, type VersionName } from '../log/version.ts'

export interface Judged {
  readonly kind: 'put' | 'delete' | 'leave'
  /** null: the child had it as its prototype did. */
  readonly replaces: VersionName | null
  readonly version: VersionName | null
  /** Corrected. */
  readonly time: number
  readonly born: boolean
}

export type Ruling =
  /** It replaces the current version: taken, whatever the clocks say. */
  | { readonly kind: 'take' }
  /** Both changed it; the operation is later. The parent's version is the loser. */
  | { readonly kind: 'displace' }
  /** Both changed it; the parent's version stays. */
  | {
      readonly kind: 'overrule'
      readonly reason: 'later-wins' | 'parent-wins-tie' | 'deleted-meanwhile' | 'edited-meanwhile'
    }
  /** Both deleted it: nothing to do, nothing lost. */
  | { readonly kind: 'agree' }

/**
 * @param current undefined: unchanged since before every prototype
 * @param began position of the child's prototype
 * @param seen after a restore of this side: the child had been told of everything up to here, and of more since; -1: there was none
 */
export function judge(operation: Judged, current: Version | undefined, began: number, seen = -1): Ruling {
  if (current && sameVersion(operation.version, current.name)) return { kind: 'agree' }
  if (seen >= 0 && (current?.position ?? 0) <= seen) return { kind: 'take' }
  if (replacesCurrent(operation, current, began)) return { kind: 'take' }
  if (operation.kind === 'delete' && current?.deleted) return { kind: 'agree' }
  const time = current?.time ?? 0
  if (operation.time > time) return { kind: 'displace' }
  return { kind: 'overrule', reason: reasonOf(operation, current, operation.time === time) }
}

function replacesCurrent(operation: Judged, current: Version | undefined, began: number): boolean {
  // At a satellite also of what nobody has changed since central's prototype it is known when it came.
  if (!current || current.name.maker === NOBODY) return operation.replaces === null
  if (operation.replaces === null) return current.position <= began && !operation.born
  return sameVersion(operation.replaces, current.name)
}

function reasonOf(operation: Judged, current: Version | undefined, tie: boolean) {
  if (current?.deleted) return 'deleted-meanwhile'
  if (operation.kind === 'delete') return 'edited-meanwhile'
  return tie ? 'parent-wins-tie' : 'later-wins'
}
