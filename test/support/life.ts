/**
 * One whole life of an installation, as steps that a person would run one after the other and, after a crash, again.
 * Role:  the same edits at the same times, so that two lives can be compared: one undisturbed, one with a death in it.
 * Shape: `runStep` opens what it needs by path and closes it again; nothing is kept in memory between two steps.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { sql } from 'kysely'
import { comeHome, exchange, goOnTravel } from '../../src/app/journey.ts'
import { createSatellite, retireSatellite } from '../../src/app/satellites.ts'
import { machine } from '../../src/app/wire.ts'
import { HomecomingError } from '../../src/core/errors.ts'
import { writeSetting } from '../../src/log/settings.ts'
import type { Site } from '../../src/log/site.ts'
import { linksAway } from '../../src/packet/link.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { activate, deactivate } from '../../src/travel/activate.ts'
import { createArea } from '../../src/travel/areas.ts'
import { createCentral } from '../../src/travel/create.ts'
import { growDictionary } from '../../src/travel/grow.ts'
import { openSite } from '../../src/travel/open.ts'
import { setTravelRight } from '../../src/travel/people.ts'
import { prune } from '../../src/travel/prune.ts'
import { finishRemoval, remove } from '../../src/travel/remove.ts'
import { upgrade } from '../../src/travel/upgrade.ts'
import type { UpgradeStep } from '../../src/travel/upgrade-steps.ts'
import { verify } from '../../src/travel/verify.ts'
import { writeOff } from '../../src/travel/write-off.ts'
import { notebook } from './notebook.ts'
import { fillNotebook } from './notebook-world.ts'
import { Desk, START, TestClock } from './office.ts'

/** In order. Those of `BETWEEN` are not killed: people at work, and the build that tidies up after a dead one. */
export const STEPS = [
  'create',
  'fill',
  'activate',
  'early',
  'prototype',
  'refresh',
  'lose',
  'go',
  'work',
  'grow',
  'exchange',
  'prune',
  'work more',
  'home',
  'write off',
  'define',
  'found',
  'branch',
  'close',
  'refresh again',
  'deactivate',
  'grow old',
  'upgrade',
  'look back',
  'remove',
] as const
export type Step = (typeof STEPS)[number]
export const BETWEEN: ReadonlySet<Step> = new Set<Step>([
  'fill',
  'early',
  'lose',
  'work',
  'work more',
  'refresh again',
  'grow old',
  'look back',
  'define',
  'branch',
])

const DAY = 86_400
const VERSION = 'schema-version'
/** Lies beside the life and is no part of it. */
const BOOK = 'looking-back.json'

const TO_FIRST: UpgradeStep = {
  to: 1,
  what: 'as it is',
  run: write => writeSetting(write, 'upgraded', 'once'),
}

/** The same model, where topics have got a field and there is a table more. */
const grown = {
  ...notebook,
  version: 2,
  tables: [
    ...notebook.tables.map(table =>
      table.name === 'topic'
        ? { ...table, fields: [...table.fields, { name: 'rank', type: 'int32', default: 0 }] }
        : table,
    ),
    {
      name: 'shelf',
      number: 105,
      fields: [
        { name: 'shelf_id', type: 'id' },
        { name: 'name', type: 'text', length: 50, default: '' },
      ],
      travels: { down: true, up: true, prototype: true, area: false },
    },
  ],
}

export async function runStep(folder: string, step: Step): Promise<void> {
  const clock = new TestClock()
  clock.seconds = START + STEPS.indexOf(step) * 2 * DAY
  await new Life(folder, clock).run(step)
}

class Life {
  readonly folder: string
  readonly clock: TestClock
  readonly path: string

  constructor(folder: string, clock: TestClock) {
    this.folder = folder
    this.clock = clock
    this.path = join(folder, 'central.db')
  }

  async run(step: Step): Promise<void> {
    switch (step) {
      case 'create':
        return this.#create()
      case 'fill':
        return this.#office(async office => {
          await fillNotebook(office)
          for (const who of ['ee', 'jo'])
            await office.db.change(write => setTravelRight(office, write, who, true))
        })
      case 'activate':
        return this.#office(activate)
      case 'prototype':
      case 'refresh':
      case 'refresh again':
        return this.#office(async office => void (await buildPrototype(office, 0)))
      case 'lose':
        return this.#office(async office => {
          await this.#leave(office, 'jo')
          await new Desk(office, this.clock).update(
            'book',
            2,
            { title: 'Stars, newer than the prototype' },
            3,
          )
        })
      case 'go':
        return this.#office(office => this.#leave(office, 'ee'))
      case 'work':
        await dropRubbish(join(this.#trip('ee'), 'packets'))
        return this.#both(work(this.clock))
      case 'work more':
        return this.#both(workMore(this.clock))
      case 'exchange':
        return this.#both(async (office, laptop) => {
          await exchange(office, laptop)
          const found = await verify(office, laptop)
          if (!found.same) throw new Error(`not the same: ${JSON.stringify(found.differences)}`)
        })
      case 'home':
        return this.#home()
      case 'write off':
        return this.#office(async office => void (await writeOff(office, 'jo')))
      case 'define':
        return this.#office(office => createArea(office, { name: 'Branch', allData: true }))
      case 'found':
        return this.#office(office =>
          createSatellite(office, { area: 'Branch', folder: join(this.folder, 'branch') }),
        )
      case 'branch':
        return this.#branch(async (office, branch) => {
          await new Desk(branch, this.clock).update('book', 2, { title: 'Stars, at the branch' }, 3)
          await exchange(office, branch)
        })
      case 'close':
        return this.#branch(retireSatellite)
      case 'early':
        return this.#office(office => new Desk(office, this.clock).insert('topic', { title: 'sky' }, 3))
      case 'grow':
        return this.#office(office => growDictionary(office, grown))
      case 'prune':
        return this.#office(office => prune(office, 0))
      case 'deactivate':
        return this.#office(deactivate)
      case 'grow old':
        return this.#office(office => office.db.change(write => writeSetting(write, VERSION, '0')))
      case 'upgrade':
        return void (await upgrade(machine({ clock: this.clock }), { path: this.path }, [TO_FIRST]))
      case 'look back':
        return this.#lookBack()
      case 'remove':
        return this.#remove()
      default:
        throw step satisfies never
    }
  }

  async #create(): Promise<void> {
    await createCentral(machine({ clock: this.clock }), {
      path: this.path,
      dictionary: notebook,
      defaultAssociate: 1,
    })
  }

  async #leave(office: Site, associate: string): Promise<void> {
    await goOnTravel(office, { associate, folder: this.#trip(associate) })
  }

  async #branch(work: (office: Site, branch: Site) => Promise<unknown>): Promise<void> {
    await this.#office(async office => {
      const branch = await openSite(machine({ clock: this.clock }), {
        path: join(this.folder, 'branch', 'satellite.db'),
      })
      try {
        await work(office, branch)
      } finally {
        await branch.db.close()
      }
    })
  }

  /** A key that is gone, or was being overwritten, is the end of the journey: the office knows it. */
  async #home(): Promise<void> {
    try {
      await this.#both(async (office, laptop) => void (await comeHome(office, laptop)))
    } catch (error) {
      const gone = error instanceof HomecomingError && error.code === 'CHILD_CLOSED'
      if (!gone || (await this.#isAway('ee'))) throw error
    }
  }

  async #isAway(name: string): Promise<boolean> {
    let away = false
    await this.#office(async office => {
      away = (await office.db.snapshot(linksAway)).some(link => link.name === name)
    })
    return away
  }

  /** What a life has come to is written down before everything of ours goes. */
  async #lookBack(): Promise<void> {
    await writeFile(join(this.folder, BOOK), JSON.stringify(await lookBack(this.folder)))
  }

  async #remove(): Promise<void> {
    try {
      await this.#office(remove)
    } catch (error) {
      const done = error instanceof HomecomingError && error.code === 'DATABASE_INVALID'
      if (!done || !(await finishRemoval(machine(), this.path))) throw error
    }
  }

  #trip(associate: string): string {
    return join(this.folder, `trip-${associate}`)
  }

  async #office(work: (office: Site) => Promise<unknown>): Promise<void> {
    const office = await openSite(machine({ clock: this.clock }), { path: this.path })
    try {
      await work(office)
    } finally {
      await office.db.close()
    }
  }

  async #both(work: (office: Site, laptop: Site) => Promise<unknown>): Promise<void> {
    await this.#office(async office => {
      const path = join(this.#trip('ee'), 'travel.db')
      const laptop = await openSite(machine({ clock: this.clock }), { path })
      try {
        await work(office, laptop)
      } finally {
        await laptop.db.close()
      }
    })
  }
}

/** A file that only looks like a packet: it has to end in quarantine, and nothing else may stop. */
async function dropRubbish(packets: string): Promise<void> {
  const [trip] = await readdir(packets)
  await writeFile(join(packets, trip!, 'zz0001.up'), 'no packet at all')
}

/** Each kind of edit on both sides, one conflict among them. */
const work = (clock: TestClock) => async (office: Site, laptop: Site) => {
  const [desk, road] = [new Desk(office, clock), new Desk(laptop, clock)]
  await desk.update('book', 1, { title: 'Ships, at the office' }, 3)
  await desk.insert('note', { book_id: 2, text: 'comet' }, 3)
  clock.pass(60)
  await road.update('book', 1, { title: 'Ships, on the road' })
  await road.update('note', 2, { text: 'orbit, seen' })
  const book = await road.insert('book', { title: 'Rivers', owner_id: 2 })
  await road.insert('note', { book_id: book, text: 'delta' })
  await road.delete('note', await road.insert('note', { book_id: book, text: 'never mind' }))
  clock.pass(60)
  await desk.update('note', 2, { text: 'orbit, corrected' }, 3)
}

const workMore = (clock: TestClock) => async (office: Site, laptop: Site) => {
  const [desk, road] = [new Desk(office, clock), new Desk(laptop, clock)]
  await road.insert('topic', { title: 'land' })
  await road.delete('note', 3)
  await road.update('book', 2, { owner_id: 2 })
  await desk.update('topic', 1, { title: 'the sea' }, 3)
}

const TABLES = ['person', 'topic', 'book', 'note', 'shelf']

interface Looked extends Record<string, unknown> {
  readonly files: readonly string[]
}

/** What stood in our books before everything of ours went, and what was left. */
export type Outcome = Looked & { readonly after: Looked }

/** What a life has come to: two lives with the same edits come to the same. */
export async function outcome(folder: string): Promise<Outcome> {
  const before = JSON.parse(await readFile(join(folder, BOOK), 'utf8')) as Looked
  const db = await machine().storage.open(join(folder, 'central.db'))
  try {
    const schema = await db.snapshot(read =>
      read.rows(sql`select type, name, sql from sqlite_schema order by 1, 2`),
    )
    const books = await db.snapshot(read => read.rows(sql`select * from book order by 1`))
    return { ...before, after: { schema, books, files: await filesIn(folder) } }
  } finally {
    await db.close()
  }
}

async function lookBack(folder: string): Promise<Looked> {
  const path = join(folder, 'central.db')
  const office = await openSite(machine(), { path })
  try {
    const tables: Record<string, unknown> = {}
    await office.db.snapshot(async read => {
      for (const table of TABLES)
        tables[table] = await read.rows(sql`select * from ${sql.table(table)} order by 1`)
      for (const [name, query] of Object.entries(BOOKS)) tables[name] = await read.rows(query)
    })
    return { ...tables, files: await filesIn(folder) }
  } finally {
    await office.db.close()
  }
}

const BOOKS = {
  log: sql`select type, tablenumber, record_id, prev_record_id, associate_id, ttime, flags from traveltransactionlog
    where type <> 0 order by ttime, tablenumber, record_id, type`,
  links: sql`select name, state, series, travel_id, area_id from hc_link where link_id > 0 order by name`,
  ledger: sql`select l.name, sum(made) as made, sum(created) as created, sum(applied) as applied, sum(merged) as merged,
    sum(overruled) as overruled, sum(rejected) as rejected, sum(held) as held
    from hc_ledger g join hc_link l on l.link_id = g.link_id group by l.name order by l.name`,
  conflicts: sql`select tablenumber, record_id, verdict, mine, theirs from hc_conflict order by tablenumber, record_id`,
  series: sql`select start, link_id from hc_series order by start`,
  travellers: sql`select travel_id from traveller order by travel_id`,
  prototypes: sql`select area_id, state from travelgenerateddatabase order by 1, 2`,
  offered: sql`select area_id, records from hc_prototype order by 1, 2`,
  pairs: sql`select local_id, parent_id, counter from travelidmapping order by 1, 2, 3`,
  rights: sql`select associate_id from hc_right order by 1`,
}

/** Everything that lies about, but packets that were read, and how they were judged: an interrupted exchange may need one more to say the same. */
async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter(name => name !== BOOK && !/(outbox|done)$/.test(dirname(name)) && !isRead(name))
    .map(name => name.replace(/[0-9a-f]{8}(?=\.db|\/|$)/g, 'TAG'))
    .sort()
}

const isRead = (name: string): boolean =>
  /\.(up(\.heard)?|dwn)$/.test(name) &&
  /\/((outbox|applied)\/[^/]+|done)$/.test(dirname(name)) &&
  !basename(name).startsWith('zz')
