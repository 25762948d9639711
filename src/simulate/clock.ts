/** Clock: the time of a world, and a clock on each machine that may be wrong and may jump. Nobody waits for either. */
import type { Clock } from '../platform/contract.ts'

const START = Date.UTC(2026, 0, 5, 8) / 1000

export class WorldClock implements Clock {
  #seconds = START

  now = (): number => this.#seconds

  pass(seconds: number): void {
    this.#seconds += seconds
  }
}

/** A clock on somebody's desk. */
export class OwnClock implements Clock {
  readonly #world: WorldClock
  #skew = 0
  /** Whether it has ever been wrong. */
  wrong = false

  constructor(world: WorldClock) {
    this.#world = world
  }

  now = (): number => this.#world.now() + this.#skew

  set(skew: number): void {
    this.#skew = skew
    this.wrong ||= skew !== 0
  }
}
