/**
 * Copies: backups that are put back, and disks that are cloned.
 * Role:   what was on the lost disk, and in no packet that the parent has read, is owed to nobody; everything else is.
 */
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { linkById, linkByTag } from '../packet/link.ts'
import { exchangeBoth } from '../travel/exchange.ts'
import type { Received } from '../travel/receive.ts'
import { lose } from './journeys.ts'
import { isAtWork, type Place } from './place.ts'
import { carrierOf } from './ways.ts'
import type { World } from './world.ts'

/** One packet of a child, and the first edit that is in none up to it. */
interface Sealed {
  readonly packet: string
  readonly next: number
}

/** What belongs to a travel database, but for the packets on their way: those lie elsewhere. */
const PACKETS = 'packets'

export class Copies {
  /** By the tag of the journey. */
  readonly #backups = new Map<string, string>()
  readonly #sealed = new Map<string, Sealed[]>()
  /** Put back, or cloned, since everything was settled. */
  readonly #unsettled = new Set<string>()
  readonly twins: Twin[] = []
  /** Journeys whose disk was cloned at some time. */
  readonly cloned = new Set<string>()
  #count = 0

  settled(): void {
    this.#unsettled.clear()
  }

  /** Call whenever a child may have sealed something. */
  async noteSealed(site: Site, next: number): Promise<void> {
    const link = await site.db.snapshot(read => linkById(read, PARENT_LINK))
    if (!link?.out_hash) return
    const packet = named(link.out_number, link.out_hash)
    const all = this.#sealed.get(site.identity.tag) ?? []
    this.#sealed.set(site.identity.tag, all)
    if (!all.some(each => each.packet === packet)) all.push({ packet, next })
  }

  backup(world: World, place: Place & { site: Site }): void {
    if (!this.#mayBeCopied(world, place)) return
    this.#backups.set(place.site.identity.tag, this.#copyOf(place))
  }

  /** See available.ts. */
  #mayBeCopied({ book }: World, { site }: Place & { site: Site }): boolean {
    const { tag } = site.identity
    return !this.#unsettled.has(tag) && book.account(tag).unsent.size === 0
  }

  /** @returns whether there was a copy of this journey to put back */
  async restore(world: World, place: Place & { site: Site }): Promise<boolean> {
    const { tag } = place.site.identity
    const backup = this.#backups.get(tag)
    if (backup === undefined) return false
    await this.#forget(world, place, tag)
    await world.close(place)
    for (const name of ['travel.db', 'travel.db-wal', 'travel.db-shm', 'travel.db.homecoming'])
      rmSync(join(place.folder, name), { recursive: true, force: true })
    cpSync(backup, place.folder, { recursive: true })
    await world.open(place)
    return true
  }

  /** A second machine with the same disk, which works and exchanges before the first does again. */
  async clone(world: World, place: Place & { site: Site }, seed: number): Promise<boolean> {
    const parent = place.parent
    if (!parent || !isAtWork(parent) || !this.#mayBeCopied(world, place)) return false
    this.cloned.add(place.site.identity.tag)
    this.#backups.delete(place.site.identity.tag)
    const twin = await this.#twinOf(world, place)
    const first = world.audit.next
    const { made } = world.hands
    for (const kind of ['insert', 'update'] as const) await world.hands.edit(twin, kind, seed, seed + 1)
    const refused = await twin.exchange(world)
    // Two that have done the same are one.
    if (refused.length > 0 || world.hands.made === made) await this.#giveUp(world, twin, first)
    else {
      await this.noteSealed(twin.site!, world.audit.next)
      this.twins.push(twin)
    }
    await this.#forget(world, place, place.site.identity.tag)
    return true
  }

  /**
   * Of two copies one goes on. Where it is the other, whoever sits here goes on with that.
   * @returns what is wrong
   */
  async decide(world: World, place: Place, refused: boolean): Promise<string[]> {
    const twin = this.twins.findLast(each => each.trip?.tag === place.trip?.tag)
    if (!twin && refused && this.cloned.has(place.trip?.tag ?? '')) {
      // A backup from before the two were told apart cannot be told from the one that was given up.
      await lose(world, place)
      return []
    }
    if (!twin) return refused ? [`${place.name} is refused as a twin, and is none`] : []
    this.twins.splice(this.twins.indexOf(twin), 1)
    if (refused) return this.#goOnWith(world, place, twin)
    await world.close(twin)
    return []
  }

  async #goOnWith(world: World, place: Place, twin: Twin): Promise<string[]> {
    await world.close(place)
    const { process, folder, path, site, post, trip } = twin
    Object.assign(place, { process, folder, path, site, post, trip })
    await this.#forget(world, place as Place & { site: Site }, trip!.tag)
    return []
  }

  /** Nobody works there any more, and what was made there last is owed to nobody. */
  async #giveUp(world: World, twin: Twin, first: number): Promise<void> {
    world.audit.excuseSince(twin.site!.identity.tag, first)
    await world.close(twin)
  }

  /** What is on this disk only is lost with it, and what was read of it is not. */
  async #forget(world: World, place: Place & { site: Site }, tag: string): Promise<void> {
    const { book } = world
    this.#unsettled.add(tag)
    world.audit.excuseSince(tag, await this.#firstUnread(place.parent!.site!, tag))
    book.account(tag).unsent.clear()
    book.restored.add(tag)
    for (const who of place.people) book.restoredPeople.add(who)
    world.hands.newLife(tag)
    place.gone = []
  }

  async #firstUnread(parent: Site, tag: string): Promise<number> {
    const rows = await parent.db.snapshot(async read => {
      const link = (await linkByTag(read, tag))!
      return read.rows(sql<{ number: number; hash: Uint8Array }>`select number, hash from hc_packet
        where link_id = ${link.link_id} and outgoing = 0`)
    })
    const read = new Set(rows.map(({ number, hash }) => named(number, hash)))
    const known = (this.#sealed.get(tag) ?? []).filter(({ packet }) => read.has(packet))
    return Math.max(0, ...known.map(({ next }) => next))
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

  async #twinOf(world: World, place: Place & { site: Site }): Promise<Twin> {
    const folder = this.#copyOf(place)
    const process = world.newProcess(place.clock, folder.slice(world.folder.length))
    const twin: Twin = {
      ...place,
      name: `${place.name}, the twin`,
      process,
      folder,
      path: join(folder, 'travel.db'),
      site: undefined,
      post: undefined,
      gone: [],
      exchange: each => exchangeOf(each, twin),
    }
    await world.open(twin)
    return twin
  }
}

export interface Twin extends Place {
  /** With both ends at hand. @returns what was refused at the parent */
  exchange(world: World): Promise<readonly Received[]>
}

async function exchangeOf(world: World, twin: Twin): Promise<readonly Received[]> {
  const { site, parent } = twin
  const packets = carrierOf(world, twin, site!, join(twin.folder, PACKETS), site!.identity)
  return (await exchangeBoth(parent!.site!, site!, packets)).refused
}

const named = (number: number, hash: Uint8Array): string => `${number} ${Buffer.from(hash).toString('hex')}`
