/**
 * Restores: central or a satellite is put back from an older copy, as an administrator does it.
 * Shape:  stop -> the older file -> `homecoming restored` before anyone works -> whom it calls away, and is not, is written off.
 * Role:   what was done there since the copy was made, and has reached nobody, is lost with the disk; everything else is owed.
 */
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { type Link, linkByTag, linksAway } from '../packet/link.ts'
import { buildPrototype, prototypePath } from '../prototype/build.ts'
import { exchangeBoth } from '../travel/exchange.ts'
import { restored } from '../travel/restored.ts'
import { writeOff } from '../travel/write-off.ts'
import { noteSealed } from './checks/ledger.ts'
import { noBreak } from './journeys.ts'
import { isAtWork, type Place } from './place.ts'
import type { TroubleAt } from './steps.ts'
import { way } from './ways.ts'
import type { World } from './world.ts'

/** The files of a database that is at rest. The folder beside it is on another disk. */
const PARTS = ['', '-wal'] as const

interface Backup {
  /** A file, or the name of a copy on a server. */
  readonly copy: string
  /** The first mark that is not in it, and how many edits had been made. */
  readonly next: number
  readonly made: number
}

type Working = Place & { site: Site }

export class Restores {
  readonly #backups = new Map<Place, Backup>()
  /** The first edit that is in no copy put back since everything was settled; later ones come back only from whoever has them. */
  #since: number | undefined
  /** The same of satellites, by tag: what others have made is with central, or in the packets that the satellite reads again. */
  readonly #sinceOf = new Map<string, number>()
  /** Journeys that had ended: what they had sent is read again at once. */
  readonly #readAgain = new Set<string>()
  #count = 0

  settled(): void {
    this.#since = undefined
    this.#sinceOf.clear()
    this.#readAgain.clear()
  }

  async backup(world: World, place: Working): Promise<void> {
    this.#count += 1
    this.#backups.set(place, {
      copy: await copyOf(world, place, `backup-${this.#count}`),
      next: world.audit.next,
      made: world.book.edits.length,
    })
  }

  /** Whether there is a copy of it to put back. */
  has(place: Place): boolean {
    return this.#backups.has(place)
  }

  /** Logs were made shorter, and what was kept of those who are home is gone: a copy that is older is too old. */
  forget(pruned: Place): void {
    for (const place of [...this.#backups.keys()])
      if (place === pruned || place.parent === pruned || pruned.parent === place) this.#backups.delete(place)
  }

  /** @returns whether there was a copy to put back */
  async restore(world: World, place: Working, trouble: TroubleAt | undefined): Promise<boolean> {
    const backup = this.#backups.get(place)
    if (!backup) return false
    this.#noteSince(place, backup)
    for (const tag of cameHome(world, place)) this.#readAgain.add(tag)
    await world.audit.excuseJournaled(place.site)
    const away = await place.site.db.snapshot(linksAway)
    await putBack(world, place, backup)
    await noteBeyond(world, place, away)
    await this.alsoLost(world, place)
    note(world, place, backup)
    await administer(world, place, trouble)
    return true
  }

  /** A database goes: what it alone had, of what a restored parent has forgotten, goes with it. */
  async alsoLost(world: World, gone: Place): Promise<void> {
    if (this.#since === undefined && this.#sinceOf.size === 0) return
    const others = [...world.places, ...world.copies.twins].filter(place => place !== gone)
    const sites = others.flatMap(({ site }) => site ?? [])
    const { audit, book } = world
    if (this.#since !== undefined)
      await audit.excuseAllSince(this.#since, sites, [...this.#readAgain], book.beyond)
    for (const [tag, since] of this.#sinceOf) await audit.excuseAllSince(since, sites, [], book.beyond, tag)
  }

  #noteSince({ kind, site }: Working, { next }: Backup): void {
    const { tag } = site.identity
    if (kind === 'central') this.#since = Math.min(next, this.#since ?? next)
    else this.#sinceOf.set(tag, Math.min(next, this.#sinceOf.get(tag) ?? next))
  }

  /** Who left after the copy was made is known again when both ends are at hand. @returns whether that was so */
  async takeUp(world: World, place: Place): Promise<boolean> {
    const { parent, site } = place
    if (!site || !parent || !isAtWork(parent)) return false
    const known = await parent.site.db.snapshot(read => linkByTag(read, site.identity.tag))
    if (known) return false
    const { refused } = await exchangeBoth(parent.site, site, way(world, place, site))
    noBreak(world, place, refused)
    await noteSealed(world, place)
    return true
  }
}

const cameHome = ({ left }: World, place: Working): string[] =>
  left.filter(({ parent }) => parent === place).map(({ tag }) => tag)

async function noteBeyond({ book }: World, { site }: Working, away: readonly Link[]): Promise<void> {
  const position = await site.db.change(readLog)
  for (const { tag, prototype_position } of away) if (prototype_position > position) book.beyond.add(tag)
}

function note(world: World, place: Place, { made }: Backup): void {
  const { book, memory, children } = world
  const { tag } = place.site!.identity
  const away = children.filter(({ parent, trip }) => parent === place && trip).map(({ trip }) => trip!.tag)
  for (const each of away) book.toldAgain.add(each)
  memory.forget(`${tag} ${place.copy} log id`)
  place.gone = []
  for (const who of place.people) book.setBack.add(who)
  if (place.kind === 'satellite') {
    book.restored.add(tag)
    return
  }
  book.putBack.add(tag)
  for (const edit of book.edits.slice(made)) book.retold.add(edit)
}

/** A server copies only what nobody has open. */
async function copyOf(world: World, place: Working, name: string): Promise<string> {
  const { offices } = world.adapters
  if (!offices) return copyFiles(place.path, join(world.folder, name))
  await world.close(place)
  const copy = await offices.copy(place.path)
  await world.open(place)
  return copy
}

async function putBack(world: World, place: Place, { copy }: Backup): Promise<void> {
  const { offices } = world.adapters
  await world.close(place)
  if (offices) await offices.putBack(place.path, copy)
  else {
    for (const part of [...PARTS, '-shm']) rmSync(place.path + part, { force: true })
    copyFiles(copy, place.path)
  }
  await world.open(place)
}

function copyFiles(from: string, to: string): string {
  for (const part of PARTS) if (existsSync(from + part)) cpSync(from + part, to + part)
  return to
}

/** What an administrator is told to do, until it is done. */
async function administer(world: World, place: Working, trouble: TroubleAt | undefined): Promise<void> {
  const told = await world.act(place, 'restored', trouble, () => restored(place.site))
  if (!told.done) await restored(place.site)
  await writeOffAgain(world, place)
  await buildAgain(place.site)
}

/** Who is here, and not away: of that journey nothing comes any more. */
async function writeOffAgain(world: World, { site }: Working): Promise<void> {
  const away = world.children.filter(({ state }) => state !== 'home')
  const tags: (string | undefined)[] = []
  for (const child of away) tags.push(await tagOf(world, child))
  for (const link of await site.db.snapshot(linksAway))
    if (!tags.includes(link.tag)) await writeOff(site, link.travel_id)
}

/** Of who is about to leave it stands in the travel database, where that is made already. */
async function tagOf(world: World, child: Place): Promise<string | undefined> {
  const known = child.site?.identity.tag ?? child.trip?.tag
  const path = join(child.folder, 'travel.db')
  if (known !== undefined || child.state !== 'leaving' || !existsSync(path)) return known
  const opened = { ...child, path }
  await world.open(opened)
  const { tag } = opened.site!.identity
  await world.close(opened)
  return tag
}

/** Files of prototypes that it offers may have gone when newer ones were built. */
export async function buildAgain(site: Site): Promise<void> {
  const offered = await site.db.snapshot(read =>
    read.rows(sql<{ area: number; name: string }>`select area_id as area, name from hc_prototype`),
  )
  for (const { area, name } of offered)
    if (!existsSync(prototypePath(site, { name }))) await buildPrototype(site, area)
}
