/**
 * Rejoin notes: what two sides tell each other when one of them went back in time (SPEC 10, "After a break").
 * Shape:  lost    I have been set back: tell me how far.
 *         ahead   you have been set back: this is what I have of you, and what you must not use again.
 *         behind  I was set back, and have jumped past that: this is what I still have of you; send the rest again.
 * Never:  decides anything; src/rejoin does.
 * Format: docs/packet-format.md. Change both or neither.
 */
import type { CounterLine } from '../log/counters.ts'

/** Names the time between two restores of one database: 32 hex digits, empty for the first. */
export type Life = string

export interface LostNote {
  readonly kind: 'lost'
}

/** What the writer has read of the receiver. */
export interface AheadNote {
  readonly kind: 'ahead'
  /** The highest number read, and the hashes of the last ones, this included. */
  readonly read: number
  readonly hashes: readonly (readonly [number: number, hash: Uint8Array])[]
  /** The same of what the writer has written itself before this: the receiver sees whether the writer was set back, too. */
  readonly written?: readonly (readonly [number: number, hash: Uint8Array])[]
  /** Numbers among `written` that it only goes on from: packets of lives of its own that are lost, and what they said is not known to it. */
  readonly wentOnFrom?: readonly number[]
  /** The highest of the receiver's positions that the writer was told. */
  readonly position: number
  /** The highest ids of the receiver's range that the writer knows, by table. */
  readonly ids: readonly (readonly [table: number, id: number])[]
  readonly counters: readonly CounterLine[]
  /** DWN: new records of the receiver's that are known here: who inserted them when, by the receiver's own clock. */
  readonly inserts: readonly Insert[]
}

/** The receiver's own id; `now`: the one that another copy of it has given to the record since. Two lives may give one id to two records, but not in the same second. */
export type Insert = readonly [table: number, id: number, clock: number, associate: number, now?: number]

/** A new record got another id, because the other side knew the old one from a life that was lost. */
export type Renumbered = readonly [table: number, old: number, now: number]

/** How the writer goes on. */
export interface BehindNote {
  readonly kind: 'behind'
  /** What it goes on from: the number and hash that an ahead note named, and the packet that brought the note. */
  readonly base: number
  readonly baseHash: Uint8Array | null
  readonly answers: number
  /** What it had read of the receiver before. */
  readonly read: number
  readonly readHash: Uint8Array | null
  /** The last packet of the writer's own that both have. */
  readonly common: number
  /** The last packet that the other side has read, and that this copy or one before it wrote itself. */
  readonly written: number
  /** Hashes of packets of its own that will never be read: what they said is unsent again. The newest. */
  readonly takenBack: readonly Uint8Array[]
  /** UP: the ids that it has jumped to, by table: other copies of the writer jump past them. */
  readonly reached: readonly (readonly [table: number, id: number])[]
  /** So that another copy of the writer, from before this, knows its own records again. */
  readonly renumbered: readonly Renumbered[]
  /** Of a satellite: up to this position of its own both lives are the same. */
  readonly copy?: number
}

/** UP: its sender tells again what a restored parent has forgotten. */
export interface AgainNote {
  /** The highest of the parent's positions that the sender had been told in the lost life. */
  readonly seen: number
  /** [table, first local id, first id at the parent, count]. */
  readonly pairs: readonly (readonly number[])[]
}

export type RejoinNote = LostNote | AheadNote | BehindNote
