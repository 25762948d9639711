/** Verdicts: what became of an edit, and the counts of a packet. made = the sum of the five. */
export type Verdict = 'applied' | 'merged' | 'overruled' | 'rejected' | 'held'

const VERDICTS: readonly Verdict[] = ['applied', 'merged', 'overruled', 'rejected', 'held']

export type Reason =
  | 'later-wins'
  | 'parent-wins-tie'
  | 'deleted-meanwhile'
  | 'edited-meanwhile'
  | 'owner-deleted'
  | 'owner-refused'
  | 'not-allowed-up'
  | 'never-held'
  | 'unique-rejected'
  | 'unique-suffixed'
  | 'unique-merged'
  | 'constraint'

export class Tally {
  applied = 0
  merged = 0
  overruled = 0
  rejected = 0
  held = 0

  add(verdict: Verdict, count = 1): void {
    this[verdict] += count
  }

  addAll(other: Tally): void {
    for (const verdict of VERDICTS) this[verdict] += other[verdict]
  }
}
