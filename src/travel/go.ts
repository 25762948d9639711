import { areaNames, type Encryption, encryptionOf } from '../areas/area-rows.ts'
import type { Carrier } from '../carrier/contract.ts'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { freshenDictionary } from '../log/fresh-dictionary.ts'
import type { Site } from '../log/site.ts'
import { type Link, linkOfPerson } from '../packet/link.ts'
import { requireRestored } from '../packet/restored-at.ts'
import { findPrototype, type Progress } from '../prototype/build.ts'
import type { Reading } from '../storage/contract.ts'
import { requireActive, requireParent } from './activate.ts'
import { keepPass } from './applied.ts'
import { type Exchanged, exchangeBoth } from './exchange.ts'
import { requireOpen } from './home-state.ts'
import { alreadyAway, lend, requireHome } from './lend.ts'
import { departingWith, requireOwnOffice } from './office.ts'
import { openSite } from './open.ts'
import {
  buildingOf,
  type Departure,
  discardCopy,
  newTrip,
  ownCopy,
  type Paths,
  pathsIn,
  requireRoom,
  tagIn,
} from './own-copy.ts'
import { passOf } from './pass.ts'
import { findPerson, mayTravel } from './people.ts'
import { sendDwn } from './send.ts'

export interface GoOptions {
  /** Id or login name. */
  readonly associate: string | number
  /** Where the travel database, its key and the packets are put. */
  readonly folder: string
  /** 0 none, 1 the installation's key, 2 the child's own key. Absent: as the area says. */
  readonly mode?: 0 | 1 | 2
  readonly progress?: Progress
}

/** The carrier of a new journey, from its packets folder. */
export type CarrierOf = (packets: string, trip: { readonly name: string; readonly tag: string }) => Carrier

export interface Journey {
  readonly person: { readonly id: number; readonly name: string }
  readonly database: string
  readonly key: string
  readonly packets: string
  readonly tag: string
  readonly exchanged: Exchanged
}

/** @throws {HomecomingError} TRAVEL_INACTIVE, ASSOCIATE_UNKNOWN, PERSON_ELSEWHERE, NO_TRAVEL_RIGHT, ALREADY_AWAY, CHILD_CLOSED, PROTOTYPE_MISSING, DISK_FULL */
export async function goOnTravel(site: Site, options: GoOptions, carrierOf: CarrierOf): Promise<Journey> {
  requireParent(site)
  await site.db.snapshot(read => freshenDictionary(site, read))
  await site.db.snapshot(requireRestored)
  const leaving = await site.db.snapshot(read => check(site, read, options))
  await site.platform.files.makeFolder(options.folder)
  const paths = pathsIn(site, options.folder)
  const { person, away } = leaving
  const link = away ?? (await begin(site, leaving, paths, options))
  // Who died right after the journey had begun may have kept no pass of it.
  if (away?.out_number === 0) await keepPass(site, away, passOf(site, away))
  await nameCopy(site, paths, link)
  const exchanged = await firstExchange(site, paths, link, away === undefined, carrierOf)
  return {
    person,
    database: paths.database,
    key: paths.key,
    packets: paths.packets,
    tag: link.tag,
    exchanged,
  }
}

/** Until the link is lent nobody is away: whatever fails before leaves nothing behind. */
async function begin(site: Site, leaving: Leaving, paths: Paths, options: GoOptions): Promise<Link> {
  await requireRoom(site, paths)
  const trip = newTrip(site)
  try {
    const copy = await ownCopy(site, leaving, paths, trip, options.progress ?? (() => {}))
    const link = await lend(site, { ...leaving, trip, paths }, copy)
    crashPoint('go-lent')
    return link
  } catch (error) {
    await discardCopy(site, paths, trip.tag)
    throw error
  }
}

/** The parent's write lock keeps a second process out that goes on with the same journey. */
async function nameCopy({ db, platform: { files } }: Site, paths: Paths, link: Link): Promise<void> {
  const building = buildingOf(paths, link.tag)
  await db.change(async () => {
    if (!(await files.exists(building))) return
    await files.move(building, paths.database)
    crashPoint('go-named')
  })
}

interface Leaving extends Departure {
  readonly away: Link | undefined
  readonly mode: Encryption
}

async function check(site: Site, read: Reading, options: GoOptions): Promise<Leaving> {
  await requireActive(read)
  await requireOpen(site, read)
  const person = await findPerson(site, read, options.associate)
  await requireOwnOffice(site, read, person)
  if (!(await mayTravel(read, person.id))) {
    throw new HomecomingError('NO_TRAVEL_RIGHT', `${person.name} may not travel`, { associate: person.name })
  }
  const away = await linkOfPerson(read, person.id)
  if (away && !(await isInterrupted(site, away, options))) {
    throw alreadyAway(person.name, 'away')
  }
  if (!away) await requireHome(read, person)
  const area = await departingWith(site, read, person.id)
  const prototype = await findPrototype(read, area)
  if (!prototype) {
    const name = (await areaNames(read))(area)
    throw new HomecomingError('PROTOTYPE_MISSING', `there is no prototype of ${name} to leave with`, {
      area: name,
    })
  }
  return { person, prototype, away, mode: options.mode ?? (await encryptionOf(read, area)) }
}

/** The same journey, begun before in the same folder. Its note lies there until the first exchange is done. */
async function isInterrupted(site: Site, away: Link, options: GoOptions): Promise<boolean> {
  return (await tagIn(site, pathsIn(site, options.folder))) === away.tag
}

/**
 * What changed since the prototype was built arrives before the person leaves.
 * @param fresh a child that has just been made has nothing to say: where the parent has not either, it stays closed
 */
async function firstExchange(
  site: Site,
  paths: Paths,
  link: Link,
  fresh: boolean,
  carrierOf: CarrierOf,
): Promise<Exchanged> {
  const carrier = carrierOf(paths.packets, link)
  try {
    const said = !fresh || (await sendDwn(site, link.link_id, carrier)).length > 0
    return said ? await openAndExchange(site, paths, carrier) : NOTHING_SAID
  } finally {
    crashPoint('go-exchanged')
    await site.platform.files.remove(paths.note)
  }
}

const NOTHING_SAID: Exchanged = { sent: [], received: [], refused: [], rejoined: false, older: [] }

async function openAndExchange(site: Site, paths: Paths, carrier: Carrier): Promise<Exchanged> {
  const child = await openSite(site, { path: paths.database, keyFile: paths.key })
  try {
    return await exchangeBoth(site, child, carrier)
  } finally {
    await child.db.close()
  }
}
