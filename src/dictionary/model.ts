/**
 * The dictionary: the model of the replicated tables, as plain data (JSON).
 * Role:  names what travels: tables, numbers, fields, references, owners, flags, membership rules.
 * Never: knows a database product or any particular application.
 */

/** Storage class of a field. `datetime` is ISO 8601 UTC text to the second ("2026-11-21T04:05:06Z"). */
export type FieldType =
  | 'id'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'double'
  | 'decimal'
  | 'boolean'
  | 'text'
  | 'bytes'
  | 'date'
  | 'datetime'
  | 'json'
  | 'uuid'

export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly nullable?: boolean
  /** Text: largest number of characters. */
  readonly length?: number
  /** Stored where an insert names no value (SQL literal is made by the storage). */
  readonly default?: string | number | boolean | null
  readonly references?: Reference
  /** What a change of this field means: writes UpdateOwner (5120), UpdateContact (10000), UpdateProject (20000). */
  readonly role?: 'owner' | 'contact' | 'project'
  /** Visible number taken from a series (SPEC 11). */
  readonly series?: boolean
  /** Derived from other records: a change of it alone is not logged, and it is not compared. Where it says how to count,
   *  the receiver of a packet does; else what came last stands until the application derives it anew. */
  readonly derived?: boolean | Count
}

/** How many records of table `count` point at this one by their field `by`, a plain reference. */
export interface Count {
  readonly count: string
  readonly by: string
}

/**
 * How the value of a field points at a record. `owning`: the record belongs to its target and goes with it.
 *   plain:  the id of one table
 *   typed:  the table depends on a small number in another field of the same row: owner_id + owner type
 *   pair:   the table is the table number in another field of the same row: tablenumber + record_id;
 *           `tables` names the possible targets and is required where a membership rule follows the field
 * 0 and null point at nothing.
 */
export type Reference =
  | { readonly kind: 'plain'; readonly table: string; readonly owning?: boolean }
  | {
      readonly kind: 'typed'
      readonly typeField: string
      readonly tables: Readonly<Record<string, string>>
      readonly owning?: boolean
    }
  | {
      readonly kind: 'pair'
      readonly tableField: string
      readonly tables?: readonly string[]
      readonly owning?: boolean
    }

/** What happens when two records made apart collide on this key. */
export interface UniqueKey {
  readonly fields: readonly string[]
  /** merge: the parent's record stays, the other becomes its alias; suffix: both stay, the text gets " (2)"; reject. */
  readonly onCollision: 'merge' | 'suffix' | 'reject'
}

/**
 * Replication flags. `prototype`: copied into prototypes; `down`: changes go to every child; `area`: changes go to
 * the children whose area they belong to (classic area tables have `down` off); `up`: changes go to the parent.
 */
export interface Travels {
  readonly down: boolean
  readonly up: boolean
  readonly prototype: boolean
  readonly area: boolean
}

/**
 * Which records of a table belong to an area: the record is a member if any rule holds.
 *   owner:   an associate in `field` is included
 *   parent:  the record that `field` points at is a member (any reference kind; `unlessZero`: only if the field is set)
 *   ends:    the records of all these fields are members
 *   reverse: a member of `table` points at this record through `field` (user-defined rows)
 *   user:    the associate in `field` is assigned or included (per-user rows); rows that name no user are everywhere
 *   listed:  some row of `table` points at this record through `field`: in every area (own companies)
 *   everywhere
 */
export type MembershipRule =
  | { readonly kind: 'owner'; readonly field: string; readonly onlyIfEmpty?: string }
  | { readonly kind: 'parent'; readonly field: string }
  | { readonly kind: 'ends'; readonly fields: readonly string[] }
  | { readonly kind: 'reverse'; readonly table: string; readonly field: string }
  | { readonly kind: 'user'; readonly field: string }
  | { readonly kind: 'listed'; readonly table: string; readonly field: string }
  | { readonly kind: 'everywhere' }

export interface Table {
  readonly name: string
  /** 1..65535; the sequence row is number + 10. */
  readonly number: number
  /** Field 0 is the primary key, an `id`. */
  readonly fields: readonly Field[]
  readonly travels: Travels
  readonly uniqueKeys?: readonly UniqueKey[]
  readonly indexes?: readonly (readonly string[])[]
  /** 0x73..0x7F; the dictionary's where absent. */
  readonly travelPrefix?: number
  /** Any of these makes a record a member of an area; absent or empty: everywhere. */
  readonly membership?: readonly MembershipRule[]
  /** Follow-ups and the like: left out of prototypes when the date in the first non-empty field is older than maxDataAge. */
  readonly ageFields?: readonly string[]
}

/** Which tables and fields of the model play the parts that the engine itself needs. */
export interface Parts {
  /** The users: owner fields point here. `name` is the field with the login name. */
  readonly associate: { readonly table: string; readonly name: string }
  /** The companies that may own a satellite; without it the owning company is a plain number. */
  readonly company?: { readonly table: string }
  /** The records that files hang on: counted apart where somebody asks how much an area is. */
  readonly document?: { readonly table: string }
}

export interface Dictionary {
  readonly name: string
  /** Grows by one with every change of the model. */
  readonly version: number
  readonly travelPrefix?: number
  readonly parts: Parts
  readonly tables: readonly Table[]
}
