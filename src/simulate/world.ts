/**
 * World: the places of one seed, their clocks, and what is known of them; every action in it goes through `act`.
 * Shape:  build -> steps -> settle and check, again and again -> remove.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import type { Platform } from '../platform/contract.ts'
import { buildPrototype } from '../prototype/build.ts'
import { activate } from '../travel/activate.ts'
import { createCentral, type Machine } from '../travel/create.ts'
import { switchFieldLevel } from '../travel/field-level.ts'
import { openSite } from '../travel/open.ts'
import { setTravelRight } from '../travel/people.ts'
import { fillAreas } from './areas.ts'
import { Audit } from './checks/audit.ts'
import { OwnClock, WorldClock } from './clock.ts'
import { Copies } from './copies.ts'
import { type Dice, randomFrom } from './dice.ts'
import { EditBook } from './edit-book.ts'
import { found } from './founding.ts'
import { Hands } from './hands.ts'
import { Lineage } from './lineage.ts'
import { Memory } from './memory.ts'
import type { Place } from './place.ts'
import type { CarrierAt, Post } from './post.ts'
import { Process } from './process.ts'
import { Restores } from './restores.ts'
import type { Shape } from './shape.ts'
import type { TroubleAt } from './steps.ts'
import type { WorldKind } from './worlds/world-kind.ts'

/** What the simulator is handed: it names no adapter itself. */
export interface Adapters {
  machine(parts: Partial<Platform>): Machine
  readonly carrierAt: CarrierAt
  /** Where the folders of worlds are made; absent: where there is room in memory. */
  readonly folder?: string
  /** Where central and satellites have their databases; absent: files in the folders of the world. */
  readonly offices?: Offices
}

/** Databases that are no files. */
export interface Offices {
  /** The address of a new one; what lies beside it is put into the folder. */
  at(folder: string): Promise<string>
  /** Of one that nobody has open. @returns the name of the copy */
  copy(address: string): Promise<string>
  /** In place of what is there, which nobody has open. */
  putBack(address: string, copy: string): Promise<void>
  /** All of them, and all copies. */
  remove(): Promise<void>
}

/** A journey that ended at home. */
export interface Left {
  readonly name: string
  readonly tag: string
  readonly folder: string
  readonly post: Post
  readonly parent: Place
  /** Reads at its parent what still waits there. */
  read(parent: Site): Promise<unknown>
}

export interface Faults {
  lost: number
  repeated: number
  reordered: number
  cut: number
  crashed: number
  restored: number
  cloned: number
  /** Disks that were full. */
  full: number
}

export const noFaults = (): Faults => ({
  lost: 0,
  repeated: 0,
  reordered: 0,
  cut: 0,
  crashed: 0,
  restored: 0,
  cloned: 0,
  full: 0,
})

/** What an action came to, if its process did not die and its disk was not full. */
export type Acted<T> = { readonly done: true; readonly value: T } | { readonly done: false }

export class World {
  readonly kind: WorldKind
  readonly shape: Shape
  readonly folder: string
  readonly dice: Dice
  readonly clock = new WorldClock()
  readonly places: Place[] = []
  readonly audit: Audit
  readonly book = new EditBook()
  readonly hands: Hands
  readonly lineage = new Lineage()
  readonly copies = new Copies()
  readonly restores = new Restores()
  readonly memory = new Memory()
  readonly faults = noFaults()
  /** Folders and ways of journeys that ended at home. */
  readonly left: Left[] = []
  /** How often everything was settled. */
  settled = 0
  /** What was seen to be wrong on the way. */
  readonly wrong: string[] = []
  /** Crash points and moments at which somebody died, by name. */
  readonly deaths = new Map<string, number>()
  readonly adapters: Adapters

  constructor(kind: WorldKind, shape: Shape, folder: string, dice: Dice, adapters: Adapters) {
    this.kind = kind
    this.shape = shape
    this.folder = folder
    this.dice = dice
    this.adapters = adapters
    this.audit = new Audit(kind)
    this.hands = new Hands(this)
  }

  async build(): Promise<void> {
    const central = this.#place('central', 'central', undefined, [1, 2, 3])
    central.path = (await this.adapters.offices?.at(this.folder)) ?? join(this.folder, 'central.db')
    central.state = 'away'
    await createCentral(central.process.machine, {
      path: central.path,
      dictionary: this.kind.dictionary,
      defaultAssociate: 1,
    })
    await this.open(central)
    for (const [index, office] of this.shape.satellites.entries())
      this.#place(`satellite ${index + 1}`, 'satellite', central, [office.associate])
    for (const [index, { associate, from }] of this.shape.travellers.entries()) {
      const parent = this.places[from]!
      this.#place(`traveller ${index + 1}`, 'traveller', parent, [associate])
    }
    await this.#fill(central.site!)
    for (const place of this.children) if (place.kind === 'satellite') await found(this, place)
  }

  get central(): Place {
    return this.places[0]!
  }

  /** Places that have a parent, whether anybody is away there or not. */
  get children(): Place[] {
    return this.places.filter(place => place.parent)
  }

  /**
   * Lets one process do something that may kill it, or fill its disk. A dead one is started again at once.
   * @throws whatever else went wrong: that is a defect, or expected by the caller
   */
  async act<T>(
    place: Place,
    what: string,
    trouble: TroubleAt | undefined,
    work: () => Promise<T>,
  ): Promise<Acted<T>> {
    // What the engine does besides, as an edit made there, is logged by the clock of the triggers.
    await place.site?.db.change(write => write.run(sql`update hc_session set now = ${place.clock.now()}`))
    const before = place.moments.get(what) ?? 20
    const { value, error, died } = await place.process.act(
      trouble === undefined ? {} : 'dies' in trouble ? { dies: 1 + (trouble.dies % before) } : trouble,
      work,
    )
    if (died) {
      this.faults.crashed += 1
      const where = place.process.diedAt
      this.deaths.set(where, (this.deaths.get(where) ?? 0) + 1)
      await this.restart(place)
      return { done: false }
    }
    place.moments.set(what, Math.max(place.process.moments, 1))
    if (error === undefined) return { done: true, value: value as T }
    if (trouble && 'room' in trouble && isFull(error)) {
      this.faults.full += 1
      return { done: false }
    }
    throw error
  }

  /** The next process on that machine. */
  async restart(place: Place): Promise<void> {
    const wasOpen = place.site !== undefined
    place.site = undefined
    await place.process.restart()
    if (wasOpen) await this.open(place)
  }

  /** A travel database whose key is destroyed does not open any more. */
  async open(place: Place): Promise<void> {
    const keyFile = place.kind === 'traveller' ? { keyFile: join(place.folder, 'travel.key') } : {}
    try {
      place.site = await openSite(place.process.machine, { path: place.path, ...keyFile })
    } catch (error) {
      if (!(error instanceof HomecomingError) || place.state !== 'closing') throw error
      if (error.code !== 'CHILD_CLOSED') throw error
    }
  }

  async close(place: Place): Promise<void> {
    place.site = undefined
    await place.process.restart()
  }

  async remove(): Promise<void> {
    for (const place of [...this.places, ...this.copies.twins]) await place.process.restart()
    await this.adapters.offices?.remove()
    rmSync(this.folder, { recursive: true, force: true })
  }

  newProcess(clock: OwnClock, name: string): Process {
    const random = randomFrom(this.dice.for(name))
    return new Process(this.adapters.machine({}), { clock, random })
  }

  #place(name: string, kind: Place['kind'], parent: Place | undefined, people: readonly number[]): Place {
    const clock = new OwnClock(this.clock)
    const place: Place = {
      name,
      kind,
      parent,
      people,
      clock,
      process: this.newProcess(clock, name),
      state: 'home',
      folder: this.folder,
      path: '',
      site: undefined,
      post: undefined,
      trip: undefined,
      trips: 0,
      copy: 0,
      gone: [],
      moments: new Map(),
    }
    this.places.push(place)
    return place
  }

  async #fill(site: Site): Promise<void> {
    await site.db.change(async write => {
      await this.kind.fill(write, this.shape.people)
      await fillAreas(write, this.shape.areas)
    })
    await activate(site)
    for (const table of this.kind.fieldLevel) await switchFieldLevel(site, table, true)
    await buildPrototype(site, 0)
    for (const [index] of this.shape.areas.entries()) await buildPrototype(site, index + 1)
    await this.grant(this.central)
  }

  /** Whoever travels from there may. */
  async grant({ site }: Place): Promise<void> {
    const travellers = this.places.filter(place => place.kind === 'traveller' && place.parent?.site === site)
    await site!.db.change(async write => {
      for (const { people } of travellers) await setTravelRight(site!, write, people[0]!, true)
    })
  }
}

const isFull = (error: unknown): boolean => error instanceof HomecomingError && error.code === 'DISK_FULL'
