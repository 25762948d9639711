/** Up context: what the steps of reading one UP share. */
import type { AreaSlot } from '../areas/definitions.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import type { Databases } from '../log/databases.ts'
import type { VersionName } from '../log/version.ts'
import type { Link } from '../packet/link.ts'
import type { Writing } from '../storage/contract.ts'
import type { Collisions } from './collisions.ts'
import type { History } from './history.ts'
import type { Seen } from './judge.ts'
import type { Gone, Owners } from './owners.ts'
import type { ParentIds } from './parent-ids.ts'
import type { Postponed } from './postponed.ts'
import type { TimeBounds } from './time.ts'
import type { Tally } from './verdict.ts'

export interface UpContext {
  readonly write: Writing
  readonly dictionary: LoadedDictionary
  readonly link: Link
  /** The child's area; undefined: it is gone. */
  readonly area: AreaSlot | undefined
  readonly packet: number
  /** A satellite: what it takes goes on to central, and what has left its area is passed on. */
  readonly relays: boolean
  readonly databases: Databases
  readonly ids: ParentIds
  readonly owners: Owners
  readonly collisions: Collisions
  readonly history: History
  readonly tally: Tally
  readonly bounds: TimeBounds
  readonly now: number
  /** Tables whose records may have field versions. */
  readonly byField: ReadonlySet<number>
  /** Position of what the child began with. */
  readonly began: number
  /** The child had been told of everything up to this position when it sealed the packet. */
  readonly told: number
  /** Positions of what the child itself had sent in lives that are lost, and does not know until it is told. */
  readonly lost: readonly (readonly [after: number, last: number])[]
  /** The last packet of those lives: what waits of it the child may not have. */
  readonly ended: number
  readonly seen: Seen
  /** The child was restored: what it sends once more may have been sent before. */
  readonly retold: 'all' | 'passed' | 'nothing'
  /** What is judged was sent by this database itself in that life, and only brought back. */
  readonly returned: boolean
  /** At a satellite that is brought back what it had forgotten: made by central, or by whoever is beside or above it. */
  readonly isAbove: (version: VersionName | null) => boolean
  /** Deleted records: what belongs to them goes when all operations have been applied. */
  readonly gone: { readonly table: Table; readonly records: readonly Gone[] }[]
  /** What waits for the rest of the packet; undefined: nothing may. */
  readonly postponed: Postponed | undefined
  /** The first of its sender's positions that the packet tells of, in the life in which it was sealed; 0: of no packet. */
  readonly first: number
  /** Position that the versions of this packet get: the first after what has been read. */
  readonly position: number
  /** What is changed in this packet, and not taken as it came, is a version of ours with this name: the position that the packet had when it was read first. */
  readonly named: number
}
