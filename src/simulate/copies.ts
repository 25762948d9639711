/**
 * Copies: backups of laptops that are put back, and disks that are cloned.
 * Role:   what was on a lost disk only, and in no packet that the parent has read, is owed to nobody; everything else is.
 *         Of copies that are all in use exactly one goes on, and the others are refused.
 */
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { CRASH_POINTS, type CrashPoint } from '../core/crash-points.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { linkById, linkByTag } from '../packet/link.ts'
import type { Mark } from './checks/audit.ts'
import { packet, together } from './journeys.ts'
import type { CopyId } from './lineage.ts'
import { isAtWork, type Place } from './place.ts'
import type { World } from './world.ts'

/** One packet of a copy, and the first edit that is in none up to it. */
interface Sealed {
  readonly packet: string
  readonly copy: CopyId
  readonly next: Mark
}

interface Backup {
  readonly folder: string
  readonly copy: CopyId
  /** The first edit that is not in it. */
  readonly next: Mark
}

type Working = Place & { site: Site }

/** What belongs to a travel database, but for the packets on their way: those lie elsewhere. */
const PACKETS = 'packets'

export class Copies {
  /** By the tag of the journey. */
  readonly #backups = new Map<string, Backup>()
  readonly #sealed = new Map<string, Sealed[]>()
  /** Second machines with the disk of a journey that is away. */
  readonly twins: Place[] = []
  #count = 0

  /** Call whenever a child may have sealed something. */
  async noteSealed({ site, copy }: Place, next: Mark): Promise<void> {
    const link = await site!.db.snapshot(read => linkById(read, PARENT_LINK))
    if (!link?.out_hash) return
    const { tag } = site!.identity
    const packet = named(link.out_number, link.out_hash)
    const all = this.#sealed.get(tag) ?? []
    this.#sealed.set(tag, all)
    if (!all.some(each => each.packet === packet)) all.push({ packet, copy, next })
  }

  backup(world: World, place: Working): void {
    const folder = this.#copyOf(place)
    this.#backups.set(place.site.identity.tag, { folder, copy: place.copy, next: world.audit.next })
  }

  /** @returns whether there was a copy of this journey to put back */
  async restore(world: World, place: Working, seed: number): Promise<boolean> {
    const { tag } = place.site.identity
    const backup = this.#backups.get(tag)
    if (backup === undefined) return false
    await world.restores.takeUp(world, place)
    await world.restores.alsoLost(world, place)
    place.copy = world.lineage.branch(backup.copy, backup.next)
    await this.#excuse(world, place, tag)
    note(world, place, tag)
    await world.close(place)
    for (const name of ['travel.db', 'travel.db-wal', 'travel.db-shm', 'travel.db.homecoming'])
      rmSync(join(place.folder, name), { recursive: true, force: true })
    cpSync(backup.folder, place.folder, { recursive: true })
    await world.open(place)
    await beginToFindBack(world, place, seed)
    return true
  }

  /** A second machine with the same disk works and exchanges. One that is there already may do so once more. */
  async clone(world: World, place: Working, seed: number): Promise<boolean> {
    const { tag } = place.site.identity
    if (!place.parent || !isAtWork(place.parent)) return false
    const there = this.#twinsOf(place)
    if (there.length > 0 && seed % 3 > 0) {
      await workOn(world, there[seed % there.length]!, seed)
      return false
    }
    await world.restores.takeUp(world, place)
    const twin = await this.#newTwin(world, place)
    this.twins.push(twin)
    note(world, place, tag)
    await workOn(world, twin, seed)
    return true
  }

  /**
   * All copies exchange in turn until it has come to rest.
   * @returns what is wrong
   */
  async decide(world: World, place: Place): Promise<string[]> {
    const copies = [place, ...this.#twinsOf(place)]
    let goOn: Place[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const before = goOn
      goOn = []
      for (const copy of copies) if (!(await together(world, copy))) goOn.push(copy)
      if (goOn.length === 1 && (copies.length === 1 || goOn[0] === before[0])) {
        await this.#goOnWith(world, place, goOn[0]!)
        return []
      }
    }
    if ((await this.#lastOf(goOn)).size === 1) {
      await this.#goOnWith(world, place, goOn[0]!)
      return []
    }
    return [`of ${copies.length} copies of ${place.name} ${goOn.length} go on`]
  }

  /** Copies that have written and read the same are one. */
  async #lastOf(copies: readonly Place[]): Promise<Set<string>> {
    const last = new Set<string>()
    for (const { site } of copies) {
      const link = (await site!.db.snapshot(read => linkById(read, PARENT_LINK)))!
      const { out_number, out_hash, in_number } = link
      last.add(`${named(out_number, out_hash ?? new Uint8Array())} ${in_number}`)
    }
    return last
  }

  /** This copy was closed to come home, and is refused: whoever sits here goes on with another. */
  async goOnAway(world: World, place: Place): Promise<void> {
    const [twin] = this.#twinsOf(place)
    if (!twin) return
    await this.#take(world, place, twin)
    place.state = 'away'
  }

  /** Whoever came home, or was written off, works with none of them any more. */
  async ended(world: World, place: Place): Promise<void> {
    if (this.#twinsOf(place).length === 0) return
    await this.#leave(world, place)
  }

  async #goOnWith(world: World, place: Place, one: Place): Promise<void> {
    if (one !== place) await this.#take(world, place, one)
    await this.#leave(world, place)
  }

  /** Whoever sits here goes on with that copy. What was kept of the other is of another machine. */
  async #take(world: World, place: Place, twin: Place): Promise<void> {
    this.twins.splice(this.twins.indexOf(twin), 1)
    this.#backups.delete(twin.trip!.tag)
    await world.close(place)
    const { process, folder, path, site, post, trip, copy } = twin
    Object.assign(place, { process, folder, path, site, post, trip, copy, gone: [] })
  }

  async #leave(world: World, place: Place): Promise<void> {
    for (const twin of this.#twinsOf(place)) await world.restores.alsoLost(world, twin)
    for (const twin of this.#twinsOf(place)) {
      this.twins.splice(this.twins.indexOf(twin), 1)
      await world.close(twin)
    }
    await this.#excuse(world, place, place.trip!.tag)
  }

  #twinsOf({ trip }: Place): Place[] {
    return this.twins.filter(twin => twin.trip?.tag === trip?.tag)
  }

  /** What is on no disk that is there, and was not read of one that is not, is lost with it. */
  async #excuse(world: World, place: Place, tag: string): Promise<void> {
    const { lineage } = world
    const read = await this.#readOf(place.parent!.site!, tag)
    const copies = [place, ...this.#twinsOf(place)]
    const isThere = (mark: Mark): boolean =>
      copies.some(({ copy }) => lineage.has(copy, mark)) ||
      read.some(({ copy, next }) => mark < next && lineage.has(copy, mark))
    world.audit.excuseOnly(lineage.made(tag).filter(mark => !isThere(mark)))
  }

  async #readOf(parent: Site, tag: string): Promise<Sealed[]> {
    const rows = await parent.db.snapshot(async read => {
      const link = (await linkByTag(read, tag))!
      return read.rows(sql<{ number: number; hash: Uint8Array }>`select number, hash from hc_packet
        where link_id = ${link.link_id} and outgoing = 0 and bytes >= 0`)
    })
    const read = new Set(rows.map(({ number, hash }) => named(number, hash)))
    return (this.#sealed.get(tag) ?? []).filter(({ packet }) => read.has(packet))
  }

  #copyOf({ folder }: Place): string {
    this.#count += 1
    const to = `${folder}-copy-${this.#count}`
    const packets = join(folder, PACKETS)
    cpSync(folder, to, {
      recursive: true,
      filter: path => !path.startsWith(packets) && !path.endsWith('-shm'),
    })
    return to
  }

  async #newTwin(world: World, place: Working): Promise<Place> {
    const folder = this.#copyOf(place)
    const twin: Place = {
      ...place,
      name: `${place.name}, the twin`,
      process: world.newProcess(place.clock, folder.slice(world.folder.length)),
      folder,
      path: join(folder, 'travel.db'),
      copy: world.lineage.branch(place.copy, world.audit.next),
      site: undefined,
      post: undefined,
      gone: [],
    }
    await world.open(twin)
    return twin
  }
}

/** Until each copy has heard of the others. */
const ROUNDS = 8

const INSIDE = (Object.keys(CRASH_POINTS) as CrashPoint[]).filter(point => point.startsWith('rejoin-'))

/** Half of the restored exchange at once, and somebody dies inside that. */
async function beginToFindBack(world: World, place: Place, seed: number): Promise<void> {
  const at = INSIDE[seed % (2 * INSIDE.length)]
  if (at) for (const trouble of [{ at }, { at }]) await packet(world, place, 'exchange', trouble)
}

/** With both ends at hand. */
async function workOn(world: World, twin: Place, seed: number): Promise<void> {
  for (const kind of ['insert', 'update'] as const) await world.hands.edit(twin, kind, seed, seed + 1)
  await together(world, twin)
}

/** Of such a journey it is known in part only who made how many edits. */
function note({ book }: World, place: Place, tag: string): void {
  book.account(tag).unsent.clear()
  book.restored.add(tag)
  for (const who of place.people) book.restoredPeople.add(who)
  place.gone = []
}

const named = (number: number, hash: Uint8Array): string => `${number} ${Buffer.from(hash).toString('hex')}`
