/**
 * An office and its travellers on real files: the stage on which the journey tests play.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { comeHome, exchange, goOnTravel } from '../../src/app/journey.ts'
import { machine } from '../../src/app/wire.ts'
import { wholeRow } from '../../src/apply/rows.ts'
import type { Row, Value } from '../../src/core/values.ts'
import { takeIds } from '../../src/log/sequence.ts'
import type { Site } from '../../src/log/site.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { activate } from '../../src/travel/activate.ts'
import { createCentral, type Machine } from '../../src/travel/create.ts'
import { switchFieldLevel } from '../../src/travel/field-level.ts'
import type { GoOptions } from '../../src/travel/go.ts'
import { openSite } from '../../src/travel/open.ts'
import { setTravelRight } from '../../src/travel/people.ts'
import { sqlAt } from './application.ts'
import { centralAt, dropCentral } from './central.ts'
import { twice } from './twice.ts'

export const START = Date.UTC(2026, 0, 5, 8) / 1000

/** One clock for a whole test; nobody waits for it. */
export class TestClock {
  seconds = START
  now = (): number => this.seconds
  pass(seconds: number): void {
    this.seconds += seconds
  }
}

/** Edits and looks at one database as an application would, by SQL. */
export class Desk {
  /** Another one after a restore. */
  site: Site
  readonly #clock: TestClock
  skew = 0

  constructor(site: Site, clock: TestClock) {
    this.site = site
    this.#clock = clock
  }

  async get(table: string, id: number): Promise<Record<string, Value> | undefined> {
    const target = wholeRow(this.site.dictionary.table(table))
    const [row] = await this.site.db.snapshot(read => read.lookup(target, [[id]]))
    return row && Object.fromEntries(target.columns.map((name, index) => [name, row[index] ?? null]))
  }

  /** @returns the new record's id, taken the documented way */
  async insert(table: string, values: Record<string, Value>, associate?: number): Promise<number> {
    const id = await this.site.db.change(write => takeIds(write, this.site.dictionary.table(table).number, 1))
    await this.insertAs(table, id, values, associate)
    return id
  }

  /** Under an id that is known, as where a deletion is taken back. */
  async insertAs(
    table: string,
    id: number,
    values: Record<string, Value>,
    associate?: number,
  ): Promise<void> {
    const names = [this.site.dictionary.table(table).fields[0]!.name, ...Object.keys(values)]
    await this.#save(associate, write =>
      write.run(
        sql`insert into ${sql.table(table)} (${sql.join(names.map(name => sql.ref(name)))})
          values (${sql.join([id, ...Object.values(values)])})`,
      ),
    )
  }

  async update(table: string, id: number, values: Record<string, Value>, associate?: number): Promise<void> {
    const key = this.site.dictionary.table(table).fields[0]!.name
    const sets = Object.entries(values).map(([name, value]) => sql`${sql.ref(name)} = ${value}`)
    await this.#save(associate, write =>
      write.run(sql`update ${sql.table(table)} set ${sql.join(sets)} where ${sql.ref(key)} = ${id}`),
    )
  }

  async delete(table: string, id: number, associate?: number): Promise<void> {
    const key = this.site.dictionary.table(table).fields[0]!.name
    await this.#save(associate, write =>
      write.run(sql`delete from ${sql.table(table)} where ${sql.ref(key)} = ${id}`),
    )
  }

  async #save<T>(
    associate: number | undefined,
    work: (write: Parameters<Parameters<Site['db']['change']>[0]>[0]) => Promise<T>,
  ): Promise<T> {
    return this.site.db.change(async write => {
      await write.run(sql`update hc_session set now = ${this.#clock.seconds + this.skew}`)
      if (associate !== undefined) await write.actAs(associate)
      return work(write)
    })
  }

  async rows<R>(query: ReturnType<typeof sql<R>>): Promise<R[]> {
    return this.site.db.snapshot(read => read.rows<R>(query))
  }
}

export interface OfficeOptions {
  readonly dictionary: unknown
  /** Fills the new database before travel is activated. */
  readonly fill?: (site: Site) => Promise<void>
  /** Tables with field-level replication. */
  readonly fieldLevel?: readonly string[]
  /** Where its database is; absent: where the run says. */
  readonly at?: (folder: string) => Promise<string>
}

/** With HOMECOMING_TEST_TWICE every change of the office is done twice. */
function toolsOf(clock: TestClock): Machine {
  const tools = machine({ clock })
  return process.env.HOMECOMING_TEST_TWICE
    ? { ...tools, storage: twice(tools.storage, path => path.includes('central.db')) }
    : tools
}

/** Creates a central database, activates travel, builds a prototype. */
export async function openOffice(options: OfficeOptions): Promise<Office> {
  const folder = await mkdtemp(join(tmpdir(), 'homecoming-test-'))
  const clock = new TestClock()
  const tools = toolsOf(clock)
  const path = await (options.at ?? centralAt)(folder)
  await createCentral(tools, { path, dictionary: options.dictionary, defaultAssociate: 1 })
  const site = await openSite(tools, { path })
  await options.fill?.(site)
  await activate(site)
  for (const table of options.fieldLevel ?? []) await switchFieldLevel(site, table, true)
  await buildPrototype(site, 0)
  return new Office(folder, clock, site)
}

export class Office implements AsyncDisposable {
  readonly folder: string
  readonly clock: TestClock
  readonly desk: Desk
  readonly laptops: Laptop[] = []

  constructor(folder: string, clock: TestClock, site: Site) {
    this.folder = folder
    this.clock = clock
    this.desk = new Desk(site, clock)
  }

  get site(): Site {
    return this.desk.site
  }

  /** A statement of the application or its administrator, at the office. */
  async sql(text: string): Promise<void> {
    await sqlAt(this.site, text)
  }

  /** Sends a person on travel, into a folder of their own. */
  async leave(associate: string | number, options: Partial<GoOptions> = {}): Promise<Laptop> {
    await this.site.db.change(write => setTravelRight(this.site, write, associate, true))
    const folder = options.folder ?? join(this.folder, `trip-${associate}-${this.laptops.length}`)
    const journey = await goOnTravel(this.site, { ...options, associate, folder })
    const site = await openSite(machine({ clock: this.clock }), {
      path: journey.database,
      keyFile: journey.key,
    })
    const laptop = new Laptop(this, new Desk(site, this.clock), folder)
    this.laptops.push(laptop)
    return laptop
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const laptop of this.laptops) await laptop.close()
    await this.site.db.close()
    await dropCentral(this.site.path)
    await rm(this.folder, { recursive: true, force: true })
  }
}

export class Laptop {
  readonly office: Office
  readonly desk: Desk
  readonly folder: string
  #open = true

  constructor(office: Office, desk: Desk, folder: string) {
    this.office = office
    this.desk = desk
    this.folder = folder
  }

  get site(): Site {
    return this.desk.site
  }

  exchange() {
    return exchange(this.office.site, this.site)
  }

  async comeHome() {
    const home = await comeHome(this.office.site, this.site)
    this.#open = false
    return home
  }

  async close(): Promise<void> {
    if (this.#open) await this.site.db.close()
    this.#open = false
  }
}

export type { Row }
