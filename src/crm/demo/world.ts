/**
 * World: what the builders of demo records share: who is there, what was made lately, how much of everything.
 */
import type { User } from './household.ts'
import type { Output } from './output.ts'
import type { Random } from './random.ts'
import type { Words } from './words.ts'

export interface World {
  readonly out: Output
  readonly random: Random
  readonly users: readonly User[]
  readonly market: readonly Words[]
  readonly rates: Rates
  /** Made lately, any company: what relations, members and projects of others are drawn from. */
  readonly companies: Recent<Company>
  readonly persons: Recent<Person>
  readonly projects: Recent<number>
}

export interface Company {
  readonly id: number
  readonly owner: User
  readonly words: Words
  readonly domain: string
  /** 1 is an average company. */
  readonly size: number
}

export interface Person {
  readonly id: number
  readonly company: number
}

/** How many records a company of this size gets; drawn once per seed, within the ranges that a real CRM shows. */
export interface Rates {
  persons(size: number): number
  followUps(size: number): number
  sales(size: number): number
  projects(size: number): number
}

/** @param staff our own people per company: they are persons too, and weigh in a small world */
export function drawRates(random: Random, staff: number): Rates {
  const draw = (low: number, high: number) => dealer(low + random.next() * (high - low))
  return {
    persons: draw(2.7 - staff, 3.3 - staff),
    followUps: draw(7, 9),
    sales: draw(1.75, 2.25),
    projects: draw(0.25, 0.35),
  }
}

/** Whole numbers whose sum stays within one of `rate` times the sum of the sizes: the remainder is carried on. */
function dealer(rate: number): (size: number) => number {
  let owed = 0.5
  return size => {
    owed += rate * size
    const dealt = Math.floor(owed)
    owed -= dealt
    return dealt
  }
}

/** The last few of a kind, so that memory does not grow with the number of records. */
export interface Recent<T> {
  add(item: T): void
  draw(random: Random): T | undefined
}

export function recent<T>(most: number): Recent<T> {
  const items: T[] = []
  let added = 0
  return {
    add(item) {
      items[added++ % most] = item
    },
    draw: random => (items.length === 0 ? undefined : random.pick(items)),
  }
}

/** Mostly the owner of the company, sometimes a colleague. */
export const doer = (world: World, company: Company): User =>
  world.random.chance(0.75) ? company.owner : world.random.favour(world.users)
