/**
 * Stage: the office, the three laptops, and the office in another city, on real files below one folder.
 * Shape:  central.db · <name>/travel.db with key and packets · bergen/satellite.db · before-homecoming/, a copy of all of it
 */
import { cp, mkdir, readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Random } from '../crm/demo/random.ts'
import { closeDatabase, goOnTravel, type HomecomingDatabase, openDatabase, sql } from '../index.ts'
import type { Branch } from './branch.ts'
import { Desk, type Work } from './desk.ts'
import { Post } from './post.ts'
import type { Region } from './regions.ts'
import type { StoryClock } from './story-clock.ts'

export interface Person {
  readonly id: number
  readonly login: string
  readonly name: string
}

export interface Traveller {
  readonly person: Person
  /** Absent: they took everything along. */
  readonly region: Region | undefined
  readonly folder: string
  readonly paths: { readonly database: string; readonly key: string; readonly packets: string }
  readonly tag: string
  readonly post: Post
  readonly left: {
    readonly records: number
    readonly bytes: number
    readonly seconds: number
    readonly series: string
  }
  desk: Desk
}

export const BEFORE = 'before-homecoming'

export class Stage {
  readonly folder: string
  readonly clock: StoryClock
  readonly random: Random
  readonly people: Person[] = []
  readonly leaving: Person[] = []
  /** Who works in another city. */
  readonly inAnotherCity: Person[] = []
  readonly regions: Region[] = []
  readonly travellers: Traveller[] = []
  readonly #officeWork: Work = { created: 0, changed: 0, deleted: 0 }
  #office: Desk | undefined
  #branch: Branch | undefined

  constructor(folder: string, clock: StoryClock, random: Random) {
    this.folder = folder
    this.clock = clock
    this.random = random
  }

  get central(): string {
    return join(this.folder, 'central.db')
  }

  get office(): Desk {
    if (!this.#office) throw new Error('the office is closed')
    return this.#office
  }

  get branch(): Branch {
    if (!this.#branch) throw new Error('there is no office in another city yet')
    return this.#branch
  }

  set branch(branch: Branch) {
    this.#branch = branch
  }

  async openOffice(): Promise<HomecomingDatabase> {
    const database = await this.open(this.central)
    this.#office = new Desk(database, this.clock, this.#officeWork)
    return database
  }

  /** A person leaves, into a folder of their own. */
  async leave(person: Person): Promise<Traveller> {
    const traveller = await this.departure(person, this.office)
    this.travellers.push(traveller)
    return traveller
  }

  /** @param from an office, or a satellite */
  async departure(person: Person, from: Desk): Promise<Traveller> {
    const began = performance.now()
    const folder = join(this.folder, person.login)
    const journey = await goOnTravel(from.database, { associate: person.login, folder })
    const seconds = (performance.now() - began) / 1000
    const desk = new Desk(await this.open(journey.database, journey.key), this.clock)
    return {
      person,
      region: this.regions.find(({ traveller: of }) => of === person),
      folder,
      paths: journey,
      tag: journey.tag,
      post: new Post(join(journey.packets, `${person.login}-${journey.tag.slice(0, 8)}`)),
      left: { ...(await this.#luggage(desk, journey.database)), seconds },
      desk,
    }
  }

  async #luggage(desk: Desk, path: string) {
    const records = await countRecords(desk.database)
    const setting = await desk.database.db.snapshot(read =>
      read.row(sql<{ value: string }>`select value from hc_setting where name = 'series'`),
    )
    return { records, bytes: (await stat(path)).size, series: setting?.value ?? '' }
  }

  /** All databases as they are now, with their keys, beside the living ones. Nobody works meanwhile. */
  async keepCopy(): Promise<void> {
    await this.close()
    const kept = join(this.folder, BEFORE)
    await mkdir(kept)
    for (const name of await readdir(this.folder)) {
      if (name !== BEFORE) await cp(join(this.folder, name), join(kept, name), { recursive: true })
    }
    await this.openOffice()
    const { branch } = this
    branch.desk = new Desk(await this.open(branch.database), this.clock, branch.desk.work)
    for (const one of [...this.travellers, branch.far])
      one.desk = new Desk(await this.open(one.paths.database, one.paths.key), this.clock, one.desk.work)
  }

  /** Where a file of a traveller lies in the copy. */
  kept(path: string): string {
    return join(this.folder, BEFORE, relative(this.folder, path))
  }

  async close(): Promise<void> {
    const children = this.#branch ? [this.#branch.far, this.#branch] : []
    for (const { desk } of [...this.travellers, ...children]) await closeDatabase(desk.database)
    if (this.#office) await closeDatabase(this.#office.database)
    this.#office = undefined
  }

  open(path: string, keyFile?: string): Promise<HomecomingDatabase> {
    const options = { platform: { clock: this.clock } }
    return openDatabase(path, keyFile === undefined ? options : { ...options, keyFile })
  }
}

export async function countRecords(database: HomecomingDatabase): Promise<number> {
  let records = 0
  for (const { name } of database.dictionary.prototyped) records += await countRows(database, name)
  return records
}

export async function countRows(database: HomecomingDatabase, table: string): Promise<number> {
  const row = await database.db.snapshot(read =>
    read.row(sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`),
  )
  return row?.n ?? 0
}
