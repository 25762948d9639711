/**
 * Dice: everything that is left to chance in a world, from one number.
 * Role:  the same seed throws the same for ever, on any machine; a part of the world has dice of its own by name, so that
 *        one throw more in one place changes nothing in another.
 */
import type { Random } from '../platform/contract.ts'

export class Dice {
  readonly #seed: number
  #state: number

  constructor(seed: number) {
    this.#seed = seed >>> 0
    this.#state = (seed ^ 0x9e3779b9) >>> 0
    for (let warm = 0; warm < 4; warm++) this.next()
  }

  /** Dice of their own for a part of the world. */
  for(name: string): Dice {
    let hash = this.#seed
    for (const letter of name) hash = (Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193) + 0x5bd1) >>> 0
    return new Dice(hash)
  }

  /** 32 bits (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** 0 to `count` - 1. */
  below(count: number): number {
    return this.next() % Math.max(count, 1)
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  /** One of the names, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const names = Object.keys(weights) as K[]
    let left = this.below(names.reduce((sum, name) => sum + weights[name], 0))
    for (const name of names) {
      left -= weights[name]
      if (left < 0) return name
    }
    return names[0]!
  }

  shuffled<T>(all: readonly T[]): T[] {
    const rest = [...all]
    return all.map(() => rest.splice(this.below(rest.length), 1)[0]!)
  }
}

/** For keys, tags and salts: a world writes the same bytes each time it is lived. */
export const randomFrom = (dice: Dice): Random => ({
  bytes: count => Uint8Array.from({ length: count }, () => dice.next() & 0xff),
})
