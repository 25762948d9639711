/**
 * Judge: the parent decides about one operation (SPEC 9). Whole records; field by field is in judge-fields.ts.
 * Role:  an operation and the parent's version in, a ruling out. Pure.
 * Never: reads the database, or looks at clocks: times are corrected before.
 */
import { MADE_HERE, NOBODY, sameVersion, type Version, type VersionName } from '../log/version.ts'

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

/** After a restore of this side: what the child had been told of in the lost life. */
export interface Seen {
  /** Everything up to here, and more since; -1: there was no restore. */
  readonly position: number
  /** And whatever this link brought, but for what another copy of the sender had: from behind the first to the second. */
  readonly link: number
  readonly unknown?: readonly (readonly [number, number])[]
  /** Positions of this database that are named by what came back, and that it has: not those of the lost life. */
  readonly known: ReadonlySet<number>
  /** After a restore of the sender, a satellite: its number, and up to which position of its own both of its lives are the same. */
  readonly copy?: { readonly maker: number; readonly position: number }
  /** What is judged is about a record that was merged into the one that stands: it has seen nothing of that one. */
  readonly merged?: boolean
}

export const NOTHING_SEEN: Seen = { position: -1, link: 0, known: new Set() }

/** @param version undefined: unchanged since before every prototype */
export const isSeen = (seen: Seen, version: Pick<Version, 'position' | 'link'> | undefined): boolean =>
  seen.position >= 0 && (!version || version.position <= seen.position || isBroughtBy(seen, version))

const isBroughtBy = (
  { link, unknown = [] }: Seen,
  { link: by, position }: Pick<Version, 'position' | 'link'>,
) => by === link && !unknown.some(([after, last]) => position > after && position <= last)

/** Two lives of one database are further apart. */
const ONE_LIFE = 65_536

type Change = Pick<Judged, 'version' | 'time'>
type Standing = Pick<Version, 'name' | 'time'>

/**
 * What stands here is never of an earlier time than the change was told with. A later one is another, under the same name: its
 * maker was put back, and nobody was left who could tell him (SPEC 10).
 */
export const isSameChange = ({ version, time }: Change, current: Standing): boolean =>
  sameVersion(version, current.name) && time <= current.time

/** After a restore somebody may tell of what stands here in history, or of what its maker has changed since, in the same life. */
export function isFormer(seen: Seen, told: Change, current: Standing | undefined): boolean {
  const { version: name, time } = told
  if (seen.position < 0 || !name || !current) return false
  if (name.maker === MADE_HERE) return seen.known.has(name.position)
  const by = current.name.position - name.position
  return name.maker === current.name.maker && by >= 0 && by < ONE_LIFE && time <= current.time
}

/** After a restore of the sender, what it replaces may name less than it knew: both of its lives have what it had made before the copy. */
export const knewOwn = (
  { copy }: Seen,
  told: VersionName | null,
  current: VersionName | undefined,
): boolean =>
  copy !== undefined &&
  told?.maker === copy.maker &&
  current?.maker === copy.maker &&
  current.position <= copy.position

/**
 * Whoever made what stands here knew it at his next edit, and so does whoever replaces that: also where the one between was
 * not taken (its owner was deleted, a key collided), or concerned another field.
 */
export const followsOwn = (
  { merged }: Seen,
  { version, replaces }: Pick<Judged, 'version' | 'replaces'>,
  current: VersionName,
): boolean => !merged && (cameAfter(version, current) || cameAfter(replaces, current))

function cameAfter(name: VersionName | null, current: VersionName): boolean {
  if (!name || name.maker !== current.maker || name.maker === MADE_HERE) return false
  const by = name.position - current.position
  return by > 0 && by < ONE_LIFE
}

/**
 * After a restore: a change of this database's own that came after what stands here. Whoever names it knows what stands here to
 * be history.
 */
export const cameLater = (
  seen: Seen,
  name: VersionName | null,
  current: Pick<Version, 'position'> | undefined,
): boolean =>
  seen.position >= 0 && name?.maker === MADE_HERE && current !== undefined && current.position < name.position

/**
 * @param current undefined: unchanged since before every prototype
 * @param began position of the child's prototype
 */
export function judge(
  operation: Judged,
  current: Version | undefined,
  began: number,
  seen = NOTHING_SEEN,
): Ruling {
  if (current && isSameChange(operation, current)) return { kind: 'agree' }
  if (isFormer(seen, operation, current)) return { kind: 'agree' }
  if (isSeen(seen, current) || knewOwn(seen, operation.version, current?.name)) return { kind: 'take' }
  if (replacesCurrent(operation, current, began)) return { kind: 'take' }
  if (current && followsOwn(seen, operation, current.name)) return { kind: 'take' }
  if (cameLater(seen, operation.replaces, current)) return { kind: 'take' }
  if (operation.kind === 'delete' && current?.deleted) return { kind: 'agree' }
  const time = current?.time ?? 0
  if (operation.time > time || cameLater(seen, operation.version, current)) return { kind: 'displace' }
  return { kind: 'overrule', reason: reasonOf(operation, current, operation.time === time) }
}

function replacesCurrent(operation: Judged, current: Version | undefined, began: number): boolean {
  // Nobody's edit stands there, whatever became of what it replaces. At a satellite it is known when even that came.
  if (!current || current.name.maker === NOBODY) return true
  if (operation.replaces === null) return current.position <= began && !operation.born
  return sameVersion(operation.replaces, current.name)
}

function reasonOf(operation: Judged, current: Version | undefined, tie: boolean) {
  if (current?.deleted) return 'deleted-meanwhile'
  if (operation.kind === 'delete') return 'edited-meanwhile'
  return tie ? 'parent-wins-tie' : 'later-wins'
}
