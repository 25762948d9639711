/** World: a model with people and records in it, and what they may do there. The histories know nothing else. */
import type { Value } from '../../../src/core/values.ts'
import type { Site } from '../../../src/log/site.ts'

export interface World {
  readonly name: string
  readonly dictionary: unknown
  /** People 1 (works at the office), 2 and 3 (travel), and a few records. */
  fill(site: Site): Promise<void>
  /** Tables that people work in; one named twice is worked in twice as often. */
  readonly tables: readonly string[]
  /** The field of a table that says which edit its row comes from: so that nothing can be lost unseen. */
  readonly marks: Readonly<Record<string, string>>
  /** Login names of 2 and 3. */
  readonly travellers: readonly [string, string]
  /** Tables with field-level replication. */
  readonly fieldLevel?: readonly string[]
  /** A rule of the office's application that refuses some records, as triggers by name: it is there at first, goes and
   *  comes. */
  readonly rule?: Readonly<Record<string, string>>
  /** The same on laptops: what the office says is refused there meanwhile. */
  readonly laptopRule?: Readonly<Record<string, string>>
  /** Where people travel with a part of the data: then all of the people are there, not only two. */
  readonly areas?: WorldAreas
  /** Values for a new record; `pick` chooses a record of a table, or 0. */
  values(table: string, seed: number, pick: (table: string) => number): Record<string, Value>
}

export interface WorldAreas {
  /** The area of person 2, 3, ...; all of them travel. */
  readonly assigned: readonly number[]
  readonly areas: readonly WorldArea[]
}

/** An area of all data includes nobody. */
export interface WorldArea {
  readonly id: number
  readonly name: string
  readonly includes: readonly number[]
  readonly allData?: boolean
  /** Days. */
  readonly maxDataAge?: number
}

/** Person 1 works at the office, all others travel. */
export const people = ({ areas, travellers }: World): number =>
  1 + (areas?.assigned.length ?? travellers.length)
