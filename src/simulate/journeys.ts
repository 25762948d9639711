/**
 * Journeys: going, exchanging, coming home and being written off, each end in its own process, so that either can die.
 * Shape:  every step may be left half done by a death or a full disk; the next one goes on there.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { linkByTag } from '../packet/link.ts'
import { exchangeBoth } from '../travel/exchange.ts'
import { goOnTravel } from '../travel/go.ts'
import { finishHome, release, sendLastUp } from '../travel/home.ts'
import { isClosed } from '../travel/home-state.ts'
import { type Received, receive } from '../travel/receive.ts'
import { isLost, type Sent, sendDwn, sendUp } from '../travel/send.ts'
import { writeOff } from '../travel/write-off.ts'
import { checkHome } from './checks/home.ts'
import { noteSealed } from './checks/ledger.ts'
import { isAtWork, type Place, type Trip } from './place.ts'
import type { PacketKind, TroubleAt } from './steps.ts'
import { carrierOf, way } from './ways.ts'
import type { World } from './world.ts'

/** What a changed byte may look like, depending on where it is. */
const DAMAGE: ReadonlySet<string> = new Set([
  'PACKET_DAMAGED',
  'PACKET_INVALID',
  'PACKET_FOREIGN',
  'PACKET_TOO_NEW',
  'KEY_WRONG',
])

export async function leave(world: World, place: Place, trouble?: TroubleAt): Promise<void> {
  if (place.kind !== 'traveller' || (place.state !== 'home' && place.state !== 'leaving')) return
  const parent = place.parent!
  if (!isAtWork(parent)) return
  if (place.state === 'home') begin(world, place)
  const going = await world.act(parent, 'go', trouble, () => go(world, place, parent.site))
  if (!going.done) return
  place.path = join(place.folder, 'travel.db')
  await world.open(place)
  place.trip ??= tripOf(place.site!)
  await noteSealed(world, place)
  place.state = 'away'
}

/** Of who died before the first packet. */
const tripOf = ({ identity: { name, tag } }: Site): Trip => ({ name, tag })

/** Who died when all was done has left, without having noticed. */
async function go(world: World, place: Place, parent: Site): Promise<void> {
  const { folder, people } = place
  try {
    await goOnTravel(parent, { associate: people[0]!, folder }, (packets, trip) =>
      carrierOf(world, place, parent, packets, trip),
    )
  } catch (error) {
    const away =
      error instanceof HomecomingError && (error.code === 'ALREADY_AWAY' || error.code === 'DATABASE_EXISTS')
    if (!away || !existsSync(join(folder, 'travel.db'))) throw error
  }
}

function begin(world: World, place: Place): void {
  place.trips += 1
  place.state = 'leaving'
  place.folder = join(world.folder, `${place.name.replace(' ', '-')}-${place.trips}`)
  place.gone = []
  place.post = undefined
  place.trip = undefined
  place.process = world.newProcess(place.clock, `${place.name} ${place.trips}`)
  place.clock.set(0)
  place.clock.wrong = false
}

/** @returns how much was sent or read */
export async function packet(
  world: World,
  place: Place,
  kind: PacketKind,
  trouble?: TroubleAt,
): Promise<number> {
  if (kind !== 'exchange') return onePacket(world, place, kind, trouble)
  let busy = 0
  // A death comes in one of the four.
  const deadly = whichOf(4, trouble)
  for (const [index, each] of (['sendUp', 'readUp', 'sendDwn', 'readDwn'] as const).entries())
    busy += await onePacket(world, place, each, deadly(index) ? trouble : undefined)
  return busy
}

/** @returns whether the trouble comes in this one of so many steps; at a point it comes where that is reached */
function whichOf(count: number, trouble: TroubleAt | undefined): (step: number) => boolean {
  if (!trouble || 'at' in trouble) return () => trouble !== undefined
  const which = ('dies' in trouble ? trouble.dies : trouble.room) % count
  return step => step === which
}

async function onePacket(
  world: World,
  place: Place,
  kind: Exclude<PacketKind, 'exchange'>,
  trouble: TroubleAt | undefined,
): Promise<number> {
  const parent = place.parent
  if (!isAtWork(place) || !parent || !isAtWork(parent)) return 0
  const child = place.site
  const tag = child.identity.tag
  if (await world.restores.takeUp(world, place)) return 1
  switch (kind) {
    case 'sendUp': {
      const sent = await world.act(place, kind, trouble, () => sendUp(child, way(world, place, child)))
      await noteSealed(world, place)
      return sent.done ? allSent(world, place, sent.value) : 0
    }
    case 'sendDwn': {
      const sent = await world.act(parent, kind, trouble, async () => {
        const link = (await parent.site.db.snapshot(read => linkByTag(read, tag)))!
        return sendDwn(parent.site, link.link_id, way(world, place, parent.site))
      })
      return sent.done ? allSent(world, place, sent.value) : 0
    }
    case 'readUp': {
      const read = await world.act(parent, kind, trouble, () =>
        receive(parent.site, way(world, place, parent.site)),
      )
      return read.done ? noBreak(world, place, read.value) : 0
    }
    case 'readDwn': {
      const read = await world.act(place, kind, trouble, () =>
        receive(child, way(world, place, child), undefined, 'parent'),
      )
      await noteSealed(world, place)
      return read.done ? noBreak(world, place, read.value) : 0
    }
    default:
      throw kind satisfies never
  }
}

function allSent(world: World, place: Place, sent: readonly Sent[]): number {
  for (const one of sent.filter(isLost))
    world.wrong.push(`${place.name}: ${one.name}: ${one.code} ${one.message}`)
  return sent.length
}

/** A damaged packet is put aside. Nothing that happens to packets is a reason to break a link. */
export function noBreak(world: World, place: Place, received: readonly Received[]): number {
  for (const one of received)
    if (one.what === 'quarantined' && !DAMAGE.has(one.code!) && !isOfAFormerLife(world, place, one))
      world.wrong.push(`${place.name}: ${one.name}: ${one.code} ${one.message}`)
  return received.filter(one => one.what !== 'waiting').length
}

/** What a disk that was lost or cloned had sent is put aside. */
const isOfAFormerLife = (world: World, place: Place, { code }: Received): boolean =>
  (code === 'LINK_REJOINING' || code === 'LINK_TWIN') &&
  (world.book.restored.has(place.trip?.tag ?? '') || world.book.toldAgain.has(place.trip?.tag ?? ''))

/**
 * Both ends at hand: only so an older copy is noticed where neither has anything to say.
 * @returns whether this copy is refused, because another one goes on
 */
export async function together(world: World, place: Place): Promise<boolean> {
  const { parent } = place
  if (!isAtWork(place) || !parent || !isAtWork(parent)) return false
  const { refused } = await exchangeBoth(parent.site, place.site, way(world, place, place.site))
  noBreak(world, place, refused)
  await noteSealed(world, place)
  return refused.some(({ code }) => code === 'LINK_TWIN')
}

/** As far as it goes: what is in the way today is tried again with the next step. */
export async function comeHome(world: World, place: Place, trouble?: TroubleAt): Promise<void> {
  const parent = place.parent
  if (place.kind !== 'traveller' || !parent || !isAtWork(parent)) return
  const deadly = whichOf(3, trouble)
  const at = (step: number) => (deadly(step) ? trouble : undefined)
  await world.restores.takeUp(world, place)
  // Also when it is sealed already: the last UP may have been lost.
  if (place.site && (place.state === 'away' || place.state === 'closing')) {
    const child = place.site
    const sealed = await world.act(place, 'seal', at(0), () => sendLastUp(child, way(world, place, child)))
    await noteSealed(world, place)
    if (!sealed.done && place.site && !(await sealedForGood(place))) return
    place.state = 'closing'
  }
  if (place.state !== 'closing') return
  const { site } = place
  if (site) {
    const released = await world.act(parent, 'release', at(1), () =>
      release(parent.site, site.identity.tag, way(world, place, parent.site)),
    )
    if (!released.done) return
    noBreak(world, place, released.value.received)
  }
  await finish(world, place, parent, at(2))
}

const sealedForGood = (place: Place): Promise<boolean> => place.site!.db.snapshot(isClosed)

async function finish(
  world: World,
  place: Place,
  parent: Place,
  trouble: TroubleAt | undefined,
): Promise<void> {
  const { site } = place
  if (site) {
    try {
      const finished = await world.act(place, 'finish', trouble, () =>
        finishHome(site, way(world, place, site)),
      )
      if (!finished.done && existsSync(join(place.folder, 'travel.key')) && place.site) return
      if (finished.done) await noBreak(world, place, finished.value.received)
    } catch (error) {
      if (error instanceof HomecomingError && error.code === 'RELEASE_MISSING') return
      throw error
    }
  }
  // Who is home has no database any more that could be looked at.
  await world.close(place)
  await world.copies.ended(world, place)
  await checkHome(world, place, parent)
  noteLeft(world, place, parent)
  place.state = 'home'
}

function noteLeft({ adapters, left }: World, { name, folder, post, trip }: Place, parent: Place): void {
  if (!post || !trip) return
  const packets = join(folder, 'packets')
  const read = (site: Site) => receive(site, post.wrap(adapters.carrierAt(site, packets, trip)))
  left.push({ name, tag: trip.tag, folder, post, parent, read })
}

/** The laptop is lost; later somebody finds it, and it sends what it has. Nothing of that is applied. */
export async function lose(world: World, place: Place, trouble?: TroubleAt): Promise<void> {
  const parent = place.parent
  if (place.kind !== 'traveller' || !isAtWork(place) || !parent || !isAtWork(parent)) return
  const { tag } = place.site.identity
  await world.restores.takeUp(world, place)
  await world.act(parent, 'write off', trouble, () => writeOff(parent.site, place.people[0]!))
  const link = await parent.site!.db.snapshot(read => linkByTag(read, tag))
  if (link?.state !== 'written-off') return
  await world.restores.alsoLost(world, place)
  await world.copies.ended(world, place)
  world.audit.excuse(tag)
  world.book.lost.add(tag)
  await foundAgain(world, place, parent)
  await world.close(place)
  place.state = 'home'
}

async function foundAgain(world: World, place: Place & { site: Site }, parent: Place): Promise<void> {
  await sendUp(place.site, way(world, place, place.site))
  const received = await receive(parent.site!, way(world, place, parent.site!))
  for (const one of received)
    if (one.what !== 'quarantined')
      world.wrong.push(`${place.name} was written off, and ${one.name} was ${one.what}`)
}
