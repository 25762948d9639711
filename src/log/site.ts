/**
 * Site: one open database of an installation, with all that the stages of the journey need around it.
 */
import type { Tag } from '../core/ids.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Platform } from '../platform/contract.ts'
import type { Database, Storage } from '../storage/contract.ts'

export interface Site {
  readonly db: Database
  readonly storage: Storage
  readonly platform: Platform
  /** Grows while people are away: see travel/grow.ts and apply/learn-dictionary.ts. */
  dictionary: LoadedDictionary
  readonly identity: Identity
  /** Folder beside the database: keys, prototypes, outgoing packets. */
  readonly home: string
  readonly path: string
  /** Central and satellites: the installation key. A traveller: its own key. */
  readonly key: Uint8Array
}

/** Central is 10; a traveller stands one below its parent. */
export const SATELLITE_LEVEL = 9

/** What `travelcurrent` says of a database. */
export interface Identity {
  readonly tag: Tag
  readonly parentTag: Tag | undefined
  readonly centralTag: Tag
  /** 10 central, 9 satellite, one below its parent for a traveller. */
  readonly level: number
  readonly kind: 'central' | 'satellite' | 'traveller'
  /** Prefix of the ids that are made here; undefined: each table's travel prefix. */
  readonly prefix: number | undefined
  /** Associate that travels; 0 elsewhere. */
  readonly associate: number
  /** Name of packets and of the trip's folder. */
  readonly name: string
}
