/**
 * Journey: the steps of `travel/` with this machine's adapters: paths in, folders as carriers.
 * A packets folder holds one sub-folder per journey; a child's lies beside its database, a parent's in its own folder.
 * A satellite is both: what it does for central and for its travellers is told apart by `Whose`.
 */

import type { Carrier } from '../carrier/contract.ts'
import { HomecomingError } from '../core/errors.ts'
import { readSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { allLinks, type Link, linksAway } from '../packet/link.ts'
import type { Progress } from '../prototype/build.ts'
import type { Reading } from '../storage/contract.ts'
import { requireChild, requireParent, requireTraveller } from '../travel/activate.ts'
import * as exchanging from '../travel/exchange.ts'
import { type GoOptions, type Journey, goOnTravel as leave } from '../travel/go.ts'
import * as homing from '../travel/home.ts'
import { meetAtHand } from '../travel/made-anew.ts'
import { PARENT_PATH, packetsFolder } from '../travel/paths.ts'
import { findPerson } from '../travel/people.ts'
import { pruneDaily } from '../travel/prune.ts'
import { type Received, receive, type Whose } from '../travel/receive.ts'
import { type Sent, sendDwn, sendUp } from '../travel/send.ts'
import { journeyCarrier } from './wire.ts'

/** Sends a person on travel into a folder of their own: database, key, packets. */
export const goOnTravel = (parent: Site, options: GoOptions): Promise<Journey> =>
  leave(parent, options, (packets, trip) => journeyCarrier(parent, packets, trip))

/** Where the parent was when this child left; somebody may have moved it since. */
export async function parentPath(child: Site): Promise<string | undefined> {
  requireChild(child)
  return child.db.snapshot(read => readSetting(read, PARENT_PATH))
}

export interface Packets {
  /** The folder with one sub-folder per journey. At a child by default `packets` beside the database. */
  readonly packets?: string
  /** Told before each step. It may throw to stop between two of them: the next run goes on there. */
  readonly progress?: Progress
}

/**
 * Where packets of a database go and come from where no folder is named.
 * @param whose a satellite has two such folders; by default that of its packets with central
 */
export const defaultPackets = (
  site: Site,
  whose: Whose = site.identity.kind === 'central' ? 'children' : 'parent',
): string => (whose === 'parent' ? packetsFolder(site) : site.platform.files.join(site.home, 'packets'))

/** The carrier of a child's own link. */
const childCarrier = (child: Site, packets: string | undefined): Carrier =>
  journeyCarrier(child, packets ?? defaultPackets(child, 'parent'), child.identity)

export interface Updates extends Packets {
  /** The children of this person or satellite only, and nothing for the parent. */
  readonly only?: string
}

/** A child writes its UP; a parent a DWN for each child who is away, or for one; a satellite both. */
export async function writeUpdates(site: Site, options: Updates = {}): Promise<Sent[]> {
  const sent = speaksUp(site, options) ? await sendUp(site, childCarrier(site, options.packets)) : []
  if (site.identity.kind === 'traveller') return sent
  for await (const { link, carrier } of eachTrip(site, options, 'writing for'))
    sent.push(...(await orSay(link, () => sendDwn(site, link.link_id, carrier))))
  return sent
}

const speaksUp = ({ identity }: Site, { only }: Updates): boolean =>
  identity.kind === 'traveller' || (identity.kind === 'satellite' && only === undefined)

/** An area that is gone or includes nobody stops its own people only. */
async function orSay(link: Link, send: () => Promise<Sent[]>): Promise<Sent[]> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof HomecomingError) || !STOPS_ONE.has(error.code)) throw error
    const { code, message } = error
    return [{ number: 0, name: link.name, bytes: 0, fresh: false, code, message }]
  }
}

const STOPS_ONE: ReadonlySet<string> = new Set(['AREA_EMPTY', 'AREA_UNKNOWN'])

/** Reads what waits: at a child its DWNs, at a parent the UPs of all children, or of one; at a satellite both. */
export async function readUpdates(site: Site, options: Updates = {}): Promise<Received[]> {
  const received: Received[] = []
  // What travellers have brought is in the UP that is sealed before the parent's packets are read.
  if (site.identity.kind !== 'traveller')
    for (const { link, carrier } of await trips(site, options, allLinks))
      received.push(...(await receive(site, carrier, link.tag)))
  if (speaksUp(site, options))
    received.push(...(await receive(site, childCarrier(site, options.packets), undefined, 'parent')))
  if (site.identity.kind !== 'traveller') await pruneDaily(site)
  return received
}

async function* eachTrip(
  site: Site,
  options: Updates,
  what: string,
): AsyncGenerator<{ link: Link; carrier: Carrier }> {
  const found = await trips(site, options, linksAway)
  for (const [index, trip] of found.entries()) {
    options.progress?.(`${what} ${trip.link.name}`, index, found.length)
    yield trip
  }
}

/**
 * @param which those who are away get packets; what waits may also come late, from somebody home or written off
 * @throws {HomecomingError} ASSOCIATE_UNKNOWN where `only` is nobody at all; whoever is known may have nothing to say
 */
async function trips(
  site: Site,
  options: Updates,
  which: typeof linksAway,
): Promise<{ link: Link; carrier: Carrier }[]> {
  requireParent(site)
  const folder = options.packets ?? defaultPackets(site, 'children')
  const links = await site.db.snapshot(async read => {
    const found = await which(read)
    return options.only === undefined ? found : linksOf(site, read, found, options.only)
  })
  return links.map(link => ({ link, carrier: journeyCarrier(site, folder, link) }))
}

async function linksOf(site: Site, read: Reading, among: readonly Link[], who: string): Promise<Link[]> {
  const named = (await allLinks(read)).some(link => link.name === who)
  const { name } = named ? { name: who } : await findPerson(site, read, who)
  return among.filter(link => link.name === name)
}

/** One whole exchange with both databases at hand. */
export async function exchange(
  parent: Site,
  child: Site,
  options: Packets = {},
): Promise<exchanging.Exchanged> {
  requireParent(parent)
  requireChild(child)
  const exchanged = await exchanging.exchangeBoth(
    parent,
    child,
    childCarrier(child, options.packets),
    options.progress,
  )
  await pruneDaily(parent)
  if (child.identity.kind === 'satellite') await pruneDaily(child)
  return exchanged
}

/** Step 1 of coming home, at the child: the last UP. The child refuses edits from here on. */
export async function sealForHome(child: Site, options: Packets = {}): Promise<Sent[]> {
  requireTraveller(child)
  return homing.sendLastUp(child, childCarrier(child, options.packets))
}

/** Step 2, at the parent: reads the last UP, retires the link, writes the release. Repeated: "you are home". */
export const releaseHome = (parent: Site, trip: { name: string; tag: string }, packets: string) =>
  homing.release(parent, trip.tag, journeyCarrier(parent, packets, trip))

/** Step 3, at the child: checks the release and destroys the key. The database is closed. */
export async function finishHome(
  child: Site,
  options: Packets & { readonly keyFile?: string } = {},
): Promise<homing.Homecoming> {
  requireTraveller(child)
  return homing.finishHome(child, childCarrier(child, options.packets), options.keyFile)
}

/** All three steps, with both databases at hand. The child is closed and its key destroyed. */
export async function comeHome(
  parent: Site,
  child: Site,
  options: Packets & { readonly keyFile?: string } = {},
): Promise<homing.Homecoming> {
  requireParent(parent)
  requireTraveller(child)
  // Before the child is sealed for good.
  await exchanging.linkOf(parent, child)
  await meetAtHand(parent, child)
  await exchanging.welcomedLink(parent, child)
  return homing.comeHome(parent, child, childCarrier(child, options.packets), options.keyFile)
}
