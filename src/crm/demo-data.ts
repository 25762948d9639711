/**
 * Demo data: a believable CRM of any size, the same for the same seed on every machine.
 * Shape:  per 100 companies 250-350 persons, 600-1,000 follow-ups, 150-250 sales, 20-40 projects, and what hangs on
 *         them. Sizes are skewed: from 20,000 records on, the largest company has over 1,000 records below it.
 * Never:  reads the clock, keeps more than a few batches in memory, or knows how rows are stored.
 */
import { HomecomingError } from '../core/errors.ts'
import { addCompany } from './demo/companies.ts'
import { addFollowUps } from './demo/follow-ups.ts'
import { addHousehold } from './demo/household.ts'
import { addLists } from './demo/lists.ts'
import { type DemoBatch, newOutput } from './demo/output.ts'
import { addPersons } from './demo/persons.ts'
import { addProjects } from './demo/projects.ts'
import { type Random, seededRandom } from './demo/random.ts'
import { addSales } from './demo/sales.ts'
import { addSelections } from './demo/selections.ts'
import { market } from './demo/words.ts'
import { drawRates, recent, type World } from './demo/world.ts'

export type { DemoBatch } from './demo/output.ts'

export interface DemoOptions {
  /** 500 to 1,000,000 rows of all tables together; what comes is at most one company's records more. */
  readonly records: number
  readonly seed: number
  /** Users besides the administrator, 12 if absent: the first of them is `ee`. */
  readonly associates?: number
}

const FEWEST = 500
const MOST = 1_000_000
/** Rows that an average company brings along, itself included. */
const RECORDS_PER_COMPANY = 45

/**
 * @returns batches of at most 1,000 rows. Ids of a table count from 1 and ascend, so the last row of its last batch
 *          tells the highest one; a record may point at one that comes in a later batch
 * @throws {HomecomingError} USAGE if that is too few or too many
 */
export function* demoData(options: DemoOptions): Generator<DemoBatch, void, undefined> {
  const { records } = options
  if (!(records >= FEWEST && records <= MOST)) {
    throw new HomecomingError('USAGE', `demo data have ${FEWEST} to ${MOST} records, not ${records}`, {
      records,
    })
  }
  const world = newWorld(options)
  const { out } = world
  yield* out.rest()
  const sizes = companySizes(records, world.random)
  while (out.total < records) {
    addCompanyWithAll(world, sizes.next().value)
    yield* out.full()
  }
  yield* out.rest()
}

function newWorld({ records, seed, associates = 12 }: DemoOptions): World {
  const random = seededRandom(seed)
  const out = newOutput()
  const words = market(seed)
  addLists(out)
  const users = addHousehold(out, associates, words[0]!)
  addSelections(out, users)
  return {
    out,
    random,
    users,
    market: words,
    rates: drawRates(random, Math.min(1, (users.length * RECORDS_PER_COMPANY) / records)),
    companies: recent(200),
    persons: recent(1_000),
    projects: recent(50),
  }
}

function addCompanyWithAll(world: World, size: number): void {
  const company = addCompany(world, size)
  const persons = addPersons(world, company)
  addProjects(world, company)
  const sales = addSales(world, company, persons)
  addFollowUps(world, company, { persons, sales })
}

/** Ten sizes with mean 1. Dealt in shuffled tens, so that even a small world has the promised averages. */
const SIZES = [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.8, 3.2]
const LARGEST = 40

/** The largest company comes first; what it has too much, the others have too little. */
function* companySizes(records: number, random: Random): Generator<number, never, undefined> {
  const companies = Math.max(2, records / RECORDS_PER_COMPANY)
  const largest = Math.max(1, Math.min(LARGEST, companies / 15))
  const others = (companies - largest) / (companies - 1)
  yield largest
  while (true) {
    for (const size of random.shuffle(SIZES)) yield size * others
  }
}
