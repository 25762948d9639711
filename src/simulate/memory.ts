/** Memory: the highest number of each kind that a database has ever given out. None goes back, whatever happens to it. */
export class Memory {
  readonly #highest = new Map<string, number>()

  /** @returns what was there before, where it was higher */
  see(name: string, value: number): number | undefined {
    const before = this.#highest.get(name) ?? 0
    this.#highest.set(name, Math.max(before, value))
    return value < before ? before : undefined
  }

  /** Of what has been put back, this may be lower. */
  forget(name: string): void {
    this.#highest.delete(name)
  }
}
