/**
 * Place: where the benchmarks run: a folder of their own that goes in the end, how much they do, and who hears of it.
 * Offices are built once for each size and copied for whoever wants to change one.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  activate,
  buildPrototype,
  closeDatabase,
  createCrm,
  goOnTravel,
  grantTravel,
  type HomecomingDatabase,
  openDatabase,
} from '../src/index.ts'

/** What `--size` stands for if it is absent: records of an ordinary office. */
export const DEFAULT_SIZE = 200_000
const MOST_RECORDS = 1_000_000
const FEWEST_RECORDS = 500
/** Associates besides the administrator: enough for one to leave in each round. */
const ASSOCIATES = 20

export interface Sizes {
  readonly small: number
  readonly ordinary: number
  readonly large: number
}

/** By default 10,000, 200,000 and 1,000,000 records. */
export function sizesOf(size: number): Sizes {
  const between = (records: number): number =>
    Math.round(Math.min(Math.max(records, FEWEST_RECORDS), MOST_RECORDS))
  return { small: between(size / 20), ordinary: between(size), large: between(size * 5) }
}

export interface OpenOffice extends AsyncDisposable {
  readonly folder: string
  readonly parent: HomecomingDatabase
}

export interface Trip extends OpenOffice {
  readonly child: HomecomingDatabase
}

export class Place implements AsyncDisposable {
  readonly folder: string
  readonly sizes: Sizes
  readonly rounds: number
  readonly say: (what: string) => void
  readonly #built = new Map<number, string>()
  #count = 0

  private constructor(folder: string, size: number, rounds: number, say: (what: string) => void) {
    this.folder = folder
    this.sizes = sizesOf(size)
    this.rounds = rounds
    this.say = say
  }

  static async open(size: number, rounds: number, say: (what: string) => void): Promise<Place> {
    return new Place(await mkdtemp(join(tmpdir(), 'homecoming-bench-')), size, rounds, say)
  }

  /** A path that nobody has used. */
  path(name: string): string {
    this.#count += 1
    return join(this.folder, `${this.#count}-${name}`)
  }

  /** An office with the CRM, travel active, everybody with the right to leave, and a prototype of everything. */
  async office(records: number): Promise<OpenOffice> {
    const folder = this.path('office')
    await cp(await this.#original(records), folder, { recursive: true })
    return openOffice(folder)
  }

  /** The same with one person away, both databases open. */
  async trip(records: number): Promise<Trip> {
    const office = await this.office(records)
    await goOnTravel(office.parent, { associate: TRAVELLER, folder: tripFolder(office.folder) })
    return { ...office, ...(await withChild(office)) }
  }

  async #original(records: number): Promise<string> {
    const known = this.#built.get(records)
    if (known !== undefined) return known
    this.say(`an office of ${records} records is built`)
    const folder = this.path('original')
    await buildOffice(folder, records)
    this.#built.set(records, folder)
    return folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** The first of the demo's users; the administrator is 1. */
export const TRAVELLER = 2
/** A file in the folder, or a database on a server, for a process that measures there. */
export const centralPath = (folder: string): string =>
  process.env.HOMECOMING_BENCH_CENTRAL ?? join(folder, 'central.db')
export const tripFolder = (folder: string): string => join(folder, 'trip')
export const travelPath = (folder: string): string => join(tripFolder(folder), 'travel.db')

async function buildOffice(folder: string, records: number): Promise<void> {
  await createOffice(folder, records)
  await using office = await openOffice(folder)
  await activate(office.parent)
  for (let associate = TRAVELLER; associate <= ASSOCIATES; associate++)
    await grantTravel(office.parent, associate)
  await buildPrototype(office.parent)
}

export async function createOffice(folder: string, records: number): Promise<void> {
  const { mkdir } = await import('node:fs/promises')
  await mkdir(folder, { recursive: true })
  await createCrm({ path: centralPath(folder), records, seed: 1, associates: ASSOCIATES })
}

export async function openOffice(folder: string): Promise<OpenOffice> {
  const parent = await openDatabase(centralPath(folder))
  return { folder, parent, [Symbol.asyncDispose]: () => closeDatabase(parent) }
}

export async function openTrip(folder: string): Promise<Trip> {
  const office = await openOffice(folder)
  return { ...office, ...(await withChild(office)) }
}

async function withChild({ folder, parent }: OpenOffice) {
  const child = await openDatabase(travelPath(folder))
  const close = async () => {
    await closeDatabase(child)
    await closeDatabase(parent)
  }
  return { child, [Symbol.asyncDispose]: close }
}
