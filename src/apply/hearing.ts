/**
 * Hearing: under which circumstances a packet was judged. Kept beside the packet, so that a parent that was restored judges it
 * again as it did then: in the same order, by the same times, and under the same names.
 */
import type { TimeBounds } from './time.ts'

export interface Hearing {
  /** The first position that it took: packets are read again by it, and what was changed in one is named by it. */
  readonly position: number
  /** The sender had been told of everything up to this position. */
  readonly told: number
  readonly bounds: TimeBounds
}
