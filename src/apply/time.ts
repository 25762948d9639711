/**
 * Time: a version's time is corrected once, by the first parent that reads it (SPEC 9).
 * Shifted by the measured clock difference; then not before what its maker knew, not after the moment of reading.
 * The third bound, not after a later row of the same child, was kept when the packet was sealed.
 */
export interface TimeBounds {
  /** Seconds to add: how far the reader's clock is ahead of the maker's. */
  readonly shift: number
  /** The parent's time in the last DWN that the child had read; at first, the prototype. */
  readonly earliest: number
  /** The moment of reading. */
  readonly latest: number
}

export const correctTime = (time: number, bounds: TimeBounds): number =>
  Math.min(Math.max(time + bounds.shift, bounds.earliest), bounds.latest)
