/**
 * Records: what people of the story work on. A few are everybody's favourites, so that paths cross by themselves;
 * a few are put aside for clashes that must happen whatever the seed.
 */
import type { Random } from '../crm/demo/random.ts'
import { sql } from '../index.ts'
import type { Desk } from './desk.ts'

const TABLES = ['contact', 'person', 'sale', 'appointment'] as const
export type WorkedOn = (typeof TABLES)[number]

const FAVOURITES = 12
const SHARE_OF_FAVOURITES = 0.15

export class Records {
  readonly #random: Random
  readonly #ids: Map<WorkedOn, number[]>
  /** Appointments without texts and documents, for those who tidy up. */
  readonly #loose: number[]

  private constructor(random: Random, ids: Map<WorkedOn, number[]>, loose: number[]) {
    this.#random = random
    this.#ids = ids
    this.#loose = loose
  }

  static async read(desk: Desk, random: Random): Promise<Records> {
    const ids = new Map<WorkedOn, number[]>()
    const loose = await desk.ids('appointment', LOOSE)
    for (const table of TABLES) ids.set(table, await desk.ids(table))
    // Half of them are deleted in time, the others worked on.
    const going = random.shuffle(loose).slice(0, loose.length / 2)
    ids.set('appointment', without(ids.get('appointment')!, going))
    return new Records(random, ids, going)
  }

  /** One to work on; the first of each table are favourites. */
  pick(table: WorkedOn): number {
    const ids = this.#ids.get(table)!
    return this.#random.chance(SHARE_OF_FAVOURITES)
      ? ids[this.#random.between(0, FAVOURITES - 1)]!
      : this.#random.pick(ids)
  }

  /** One of these that nobody else will touch. */
  reserve(table: WorkedOn, among: readonly number[]): number {
    const ids = this.#ids.get(table)!
    const wanted = new Set(among)
    const taken = this.#random.pick(ids.slice(FAVOURITES).filter(id => wanted.has(id)))
    ids.splice(ids.indexOf(taken), 1)
    return taken
  }

  /** @param among one of these; absent: any */
  takeLoose(among?: readonly number[]): number {
    if (!among) return this.#loose.pop()!
    const wanted = new Set(among)
    const [taken] = this.#loose.splice(
      this.#loose.findLastIndex(id => wanted.has(id)),
      1,
    )
    return taken!
  }
}

const LOOSE = sql`text_id is null and document_id is null and userdef_id is null`

function without(all: readonly number[], some: readonly number[]): number[] {
  const gone = new Set(some)
  return all.filter(id => !gone.has(id))
}
