/** Place: one database of a world on its machine: central, a satellite, or what somebody has taken along. */
import type { Site } from '../log/site.ts'
import type { OwnClock } from './clock.ts'
import type { CopyId } from './lineage.ts'
import type { Post } from './post.ts'
import type { Process } from './process.ts'

/**
 *   home:     nobody is away here
 *   leaving:  going was begun, and is not done
 *   away:     at work; so is central, always
 *   closing:  the last UP is sealed, and the release has not been read
 */
export type PlaceState = 'home' | 'leaving' | 'away' | 'closing'

export interface Trip {
  readonly name: string
  readonly tag: string
}

export interface Place {
  readonly name: string
  readonly kind: 'central' | 'satellite' | 'traveller'
  readonly parent: Place | undefined
  /** Who works there. */
  readonly people: readonly number[]
  readonly clock: OwnClock
  process: Process
  state: PlaceState
  /** Of the journey. */
  folder: string
  path: string
  site: Site | undefined
  /** The way to its parent. */
  post: Post | undefined
  /** The journey, as its packets are called. */
  trip: Trip | undefined
  trips: number
  /** Which copy of its disk it is. */
  copy: CopyId
  /** Records deleted here, which may come back under their ids. */
  gone: { readonly table: string; readonly id: number; readonly mark: number }[]
  /** How many moments each kind of action had, for choosing one to die at. */
  readonly moments: Map<string, number>
}

export const isAtWork = (place: Place): place is Place & { site: Site } =>
  place.state === 'away' && place.site !== undefined
