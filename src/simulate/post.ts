/**
 * Post: the way of the packets of one journey, with everything that happens to packets.
 * Shape:  a carrier of the machine, seen by each end through a wrapper: what is delayed waits for nobody, what is lost may
 *         be believed to be on its way, what lies there is told in any order.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Carrier } from '../carrier/contract.ts'
import type { Site } from '../log/site.ts'
import type { Dice } from './dice.ts'

export type Mishap = 'lose' | 'repeat' | 'delay' | 'cut' | 'alter'

/** Makes the carrier of a journey: handed in, because adapters are named in one place only. */
export type CarrierAt = (
  site: Site,
  packets: string,
  trip: { readonly name: string; readonly tag: string },
) => Carrier

export class Post {
  /** Where the packets lie. */
  readonly folder: string
  readonly #dice: Dice
  readonly #delayed = new Set<string>()
  /** Lost, and believed to be on their way. */
  readonly #believed = new Set<string>()
  #next: Mishap | undefined

  constructor(folder: string, dice: Dice) {
    this.folder = folder
    this.#dice = dice
  }

  wrap(inner: Carrier): Carrier {
    return {
      send: async (name, path) => {
        const mishap = this.#next
        this.#next = undefined
        this.#believed.delete(name)
        if (mishap === 'lose') {
          this.#believed.add(name)
          return
        }
        await inner.send(name, path)
        if (mishap && mishap !== 'repeat') this.#spoil(mishap, name)
      },
      holds: async name => this.#believed.has(name) || inner.holds(name),
      waiting: async extension =>
        this.#dice.shuffled((await inner.waiting(extension)).filter(name => !this.#delayed.has(name))),
      fetch: name => inner.fetch(name),
      settle: (name, where, reason) => inner.settle(name, where, reason),
    }
  }

  /** To a packet that lies there, or to the next one sent. @returns whether it happened, or will */
  happen(mishap: Mishap, seed: number): boolean {
    if (mishap === 'repeat') return this.#repeat(seed)
    const waiting = this.#packets(this.folder).filter(name => !this.#delayed.has(name))
    const name = waiting[seed % Math.max(waiting.length, 1)]
    if (name === undefined) this.#next = mishap
    else this.#spoil(mishap, name)
    return true
  }

  /** What was delayed comes, and what was lost is known to be. */
  clear(): void {
    this.#delayed.clear()
    this.#believed.clear()
    this.#next = undefined
  }

  waiting(): string[] {
    return this.#packets(this.folder)
  }

  #repeat(seed: number): boolean {
    const done = join(this.folder, 'done')
    const names = this.#packets(done)
    const name = names[seed % Math.max(names.length, 1)]
    if (name === undefined || existsSync(join(this.folder, name))) return false
    copyFileSync(join(done, name), join(this.folder, name))
    return true
  }

  #spoil(mishap: Exclude<Mishap, 'repeat'>, name: string): void {
    const path = join(this.folder, name)
    if (mishap === 'delay') this.#delayed.add(name)
    else if (mishap === 'lose') rmSync(path)
    else {
      const bytes = readFileSync(path)
      const at = this.#dice.below(bytes.length)
      if (mishap === 'alter') bytes[at] = bytes[at]! ^ (1 << this.#dice.below(8))
      writeFileSync(path, mishap === 'cut' ? bytes.subarray(0, at) : bytes)
    }
  }

  #packets(folder: string): string[] {
    if (!existsSync(folder)) return []
    return readdirSync(folder)
      .filter(name => /\.(up|dwn)$/.test(name))
      .sort()
  }
}
