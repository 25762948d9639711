/**
 * Ceiling: a row is never later than a later row of the same database (SPEC 9, "Time").
 * Shape: rows are added in reading order; then asked for the smallest time at or after a position.
 */
export class Ceiling {
  readonly #positions: number[] = []
  readonly #times: number[] = []

  add(position: number, time: number): void {
    while (this.#times.length > 0 && this.#times.at(-1)! >= time) {
      this.#times.pop()
      this.#positions.pop()
    }
    this.#positions.push(position)
    this.#times.push(time)
  }

  /** @returns the smallest time of the rows from `position` on */
  at(position: number): number {
    let low = 0
    let high = this.#positions.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#positions[middle]! < position) low = middle + 1
      else high = middle
    }
    return this.#times[low] ?? Number.MAX_SAFE_INTEGER
  }
}
