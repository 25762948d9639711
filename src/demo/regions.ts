/**
 * Regions: two areas share the customers of the office, and a third has those of the office in another city. Two of
 * those who leave take one each along, the third takes everything.
 */
import { areaSizes, buildPrototype, createArea, type HomecomingDatabase } from '../index.ts'
import type { Person, Stage } from './stage.ts'

export interface Region {
  readonly id: number
  readonly name: string
  /** Whose customers and work it has. */
  readonly people: readonly Person[]
  /** Who leaves with it. */
  readonly traveller: Person
  /** Of tables of which an area has a part. */
  readonly records: number
}

const NAMES = ['North', 'South'] as const
const OF_THE_OTHER_CITY = 'West'

/** The administrator is in none. */
export async function makeRegions(stage: Stage): Promise<Region[]> {
  const leading = stage.leaving.slice(0, NAMES.length)
  const elsewhere = [...leading, ...stage.inAnotherCity]
  const others = stage.random.shuffle(stage.people.slice(1).filter(person => !elsewhere.includes(person)))
  const central = stage.office.database
  const made = await stage.office.atThisTime(async () => {
    const regions: Omit<Region, 'records'>[] = []
    for (const [index, name] of NAMES.entries()) {
      const people = [leading[index]!, ...others.filter((_, nth) => nth % NAMES.length === index)]
      const include = people.map(({ login }) => login)
      const { id } = await createArea(central, { name, include, assign: include.slice(0, 1) }, ADMINISTRATOR)
      regions.push({ id, name, people, traveller: people[0]! })
    }
    const people = stage.inAnotherCity
    const all = people.map(({ login }) => login)
    const name = OF_THE_OTHER_CITY
    const { id } = await createArea(central, { name, include: all, assign: all }, ADMINISTRATOR)
    regions.push({ id, name, people, traveller: people[0]! })
    return regions
  })
  const sizes = new Map((await areaSizes(central)).map(({ id, records }) => [id, records]))
  return made.map(region => ({ ...region, records: sizes.get(region.id) ?? 0 }))
}

const ADMINISTRATOR = 1
const EVERYTHING = 0

export interface BuiltPrototype {
  readonly area: string
  readonly records: number
  readonly bytes: number
}

/** One for each region that somebody leaves with, and one of everything. */
export async function buildPrototypes(
  central: HomecomingDatabase,
  regions: readonly Region[],
): Promise<BuiltPrototype[]> {
  const built: BuiltPrototype[] = []
  for (const { id, name } of [...regions.slice(0, NAMES.length), { id: EVERYTHING, name: 'everything' }]) {
    const { records, bytes } = await buildPrototype(central, id)
    built.push({ area: name, records, bytes })
  }
  return built
}
