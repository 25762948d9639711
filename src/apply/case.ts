/** Case: one operation before its judge, and what the judge has said of it so far. */
import type { Row } from '../core/values.ts'
import type { FieldVersions } from '../log/field-version.ts'
import type { Version } from '../log/version.ts'
import type { Ruling } from './judge.ts'
import type { FieldRuling } from './judge-fields.ts'
import type { Incoming } from './operation.ts'
import type { Reason, Verdict } from './verdict.ts'

export interface Case {
  readonly operation: Incoming
  readonly current: Version | undefined
  /** The receiver's row; undefined where nobody asked for it. */
  before: Row | undefined
  /** Versions of single fields, where the record has any. */
  readonly fields: FieldVersions | undefined
  ruling:
    | Ruling
    | FieldRuling
    | { readonly kind: 'refuse'; readonly verdict: Verdict; readonly reason: Reason }
    /** Judged before. */
    | { readonly kind: 'known'; readonly verdict: Verdict }
  /** What is written, where it is not just as it came. */
  values: Row | null
  verdict: Verdict
  /** What is written is not just what came. */
  changed: boolean
  /** It points at a record that was merged into another: what is written is not what its author has. */
  readonly turned: boolean
  /** The database gives it back in a form of its own. It is still the edit of its author, who is told. */
  rewritten?: boolean
  /** The parent's row goes in a merge, with an edit that the child had not seen. */
  unseen?: boolean
  /** What the database said of a row that it refused. */
  message: string
  /** It was refused for a reference, or for an owner that was: what it refers to may still come. */
  early?: boolean
}

export const takenOf = (ruling: FieldRuling & { kind: 'fields' }): number[] => [
  ...ruling.taken,
  ...ruling.displaced,
]

export const isTaken = ({ ruling }: Case): boolean =>
  ruling.kind === 'take' ||
  ruling.kind === 'displace' ||
  (ruling.kind === 'fields' && takenOf(ruling).length > 0)

/** Nothing of it was refused or changed, and nobody else's fields stand beside it. */
export function asItCame({ operation, ruling, changed, turned }: Case): boolean {
  if (changed || turned || operation.version === null) return false
  return ruling.kind !== 'fields' || (ruling.lost.length === 0 && !ruling.others)
}

export function verdictOf({ ruling, verdict }: Case): Verdict {
  switch (ruling.kind) {
    case 'take':
    case 'displace':
      return verdict
    case 'agree':
      return 'applied'
    case 'overrule':
      return 'overruled'
    case 'want':
      return 'held'
    case 'fields':
      return verdictOfFields(ruling, verdict)
    case 'refuse':
    case 'known':
      return ruling.verdict
    default:
      throw ruling satisfies never
  }
}

function verdictOfFields(ruling: FieldRuling & { kind: 'fields' }, verdict: Verdict): Verdict {
  if (ruling.lost.length > 0) return takenOf(ruling).length > 0 ? 'merged' : 'overruled'
  return ruling.others ? 'merged' : verdict
}
