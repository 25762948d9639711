/**
 * Lineage: which copy of a disk has which edits.
 * Shape:  a copy has what was made on it, and what the copy that it was made of had at that moment.
 */
import type { Mark } from './checks/audit.ts'

/** Names one copy of one disk; no two share a name. */
export type CopyId = number

interface Branch {
  readonly of: CopyId
  /** The first edit that it does not have of that copy. */
  readonly next: Mark
}

export class Lineage {
  readonly #branches = new Map<CopyId, Branch>()
  readonly #maker = new Map<Mark, CopyId>()
  readonly #made = new Map<string, Mark[]>()
  #last: CopyId = 0

  /** @param next the first edit that was not made yet when the copy was */
  branch(of: CopyId, next: Mark): CopyId {
    this.#last += 1
    this.#branches.set(this.#last, { of, next })
    return this.#last
  }

  note(tag: string, copy: CopyId, from: Mark, next: Mark): void {
    const made = this.#made.get(tag) ?? []
    this.#made.set(tag, made)
    for (let mark = from; mark < next; mark++) {
      this.#maker.set(mark, copy)
      made.push(mark)
    }
  }

  /** On all copies of one journey. */
  made(tag: string): readonly Mark[] {
    return this.#made.get(tag) ?? []
  }

  has(copy: CopyId, mark: Mark): boolean {
    const branch = this.#branches.get(copy)
    if (this.#maker.get(mark) === copy) return true
    return branch !== undefined && mark < branch.next && this.has(branch.of, mark)
  }
}
