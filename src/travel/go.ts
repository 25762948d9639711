/**
 * Going on travel (local update): a person leaves with an encrypted copy of their part (SPEC 5).
 * Shape: check -> copy the prototype -> give it its own key and identity -> lend a link -> first DWN -> ready.
 * Every step can be repeated: an interrupted `go` into the same folder goes on where it stopped.
 */
import { sql } from 'kysely'
import type { Carrier } from '../carrier/contract.ts'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { mergeCounters, readCounters } from '../log/counters.ts'
import { writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { readKeyFile } from '../packet/key-file.ts'
import { installationPackets } from '../packet/keys-of-links.ts'
import { insertLink, type Link, linkOfPerson, nextLinkId } from '../packet/link.ts'
import { deriveKey, wrapKey } from '../platform/keys.ts'
import { findPrototype, type Progress } from '../prototype/build.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { requireActive, requireParent } from './activate.ts'
import { type Exchanged, exchangeBoth } from './exchange.ts'
import { writeIdentity } from './identity.ts'
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
  requireStillOurs,
  type Trip,
  tagIn,
} from './own-copy.ts'
import { PARENT_PATH } from './paths.ts'
import { findPerson, mayTravel } from './people.ts'
import { lendSeries } from './series.ts'

export interface GoOptions {
  /** Id or login name. */
  readonly associate: string | number
  /** Where the travel database, its key and the packets are put. */
  readonly folder: string
  /** 0 none, 1 the installation's key, 2 the child's own key. */
  readonly mode?: 0 | 1 | 2
  readonly progress?: Progress
}

/** The carrier of a new journey, from its packets folder. */
export type CarrierOf = (child: Site, packets: string) => Carrier

export interface Journey {
  readonly person: { readonly id: number; readonly name: string }
  readonly database: string
  readonly key: string
  readonly packets: string
  readonly tag: string
  readonly exchanged: Exchanged
}

/** @throws {HomecomingError} TRAVEL_INACTIVE, ASSOCIATE_UNKNOWN, NO_TRAVEL_RIGHT, ALREADY_AWAY, PROTOTYPE_MISSING, DISK_FULL */
export async function goOnTravel(site: Site, options: GoOptions, carrierOf: CarrierOf): Promise<Journey> {
  requireParent(site)
  const leaving = await site.db.snapshot(read => check(site, read, options))
  await site.platform.files.makeFolder(options.folder)
  const paths = pathsIn(site, options.folder)
  const { trip, link } = leaving.away
    ? await resume(site, leaving.away, paths)
    : await begin(site, leaving, paths, options)
  await finishCopy(site, leaving, trip, link, paths)
  const exchanged = await firstExchange(site, paths, carrierOf)
  return {
    person: leaving.person,
    database: paths.database,
    key: paths.key,
    packets: paths.packets,
    tag: trip.tag,
    exchanged,
  }
}

async function resume(site: Site, link: Link, paths: Paths): Promise<{ trip: Trip; link: Link }> {
  return { trip: { tag: link.tag, key: await readKeyFile(site.platform.files, paths.key) }, link }
}

/** Until the link is lent nobody is away: whatever fails before leaves nothing behind. */
async function begin(
  site: Site,
  leaving: Leaving,
  paths: Paths,
  options: GoOptions,
): Promise<{ trip: Trip; link: Link }> {
  await requireRoom(site, paths)
  const trip = newTrip(site)
  try {
    await ownCopy(site, leaving, paths, trip, options.progress ?? (() => {}))
    const link = await lend(site, leaving, trip, paths, options)
    crashPoint('go-lent')
    return { trip, link }
  } catch (error) {
    await discardCopy(site, paths, trip.tag)
    throw error
  }
}

/** The parent's write lock keeps a second process out that goes on with the same journey. */
async function finishCopy(site: Site, leaving: Leaving, trip: Trip, link: Link, paths: Paths): Promise<void> {
  const building = buildingOf(paths, trip.tag)
  await site.db.change(async () => {
    if (!(await site.platform.files.exists(building))) return
    await giveIdentity(site, leaving, trip, link, building)
    crashPoint('go-identified')
    await site.platform.files.move(building, paths.database)
    crashPoint('go-named')
  })
}

interface Leaving extends Departure {
  readonly away: Link | undefined
}

async function check(site: Site, read: Reading, options: GoOptions): Promise<Leaving> {
  await requireActive(read)
  const person = await findPerson(site, read, options.associate)
  if (!(await mayTravel(read, person.id))) {
    throw new HomecomingError('NO_TRAVEL_RIGHT', `${person.name} may not travel`, { associate: person.name })
  }
  const away = await linkOfPerson(read, person.id)
  if (away && !(await isInterrupted(site, away, options))) {
    throw new HomecomingError('ALREADY_AWAY', `${person.name} is away already`, { associate: person.name })
  }
  const prototype = await findPrototype(read, 0)
  if (!prototype) throw new HomecomingError('PROTOTYPE_MISSING', 'there is no prototype to leave with')
  return { person, prototype, away }
}

/** The same journey, begun before in the same folder. Its note lies there until the first exchange is done. */
async function isInterrupted(site: Site, away: Link, options: GoOptions): Promise<boolean> {
  return (await tagIn(site, pathsIn(site, options.folder))) === away.tag
}

/** From here on the person is away: link, key and number series are lent in one transaction. */
async function lend(
  site: Site,
  leaving: Leaving,
  trip: Trip,
  paths: Paths,
  options: GoOptions,
): Promise<Link> {
  return site.db.change(async write => {
    await requireStillOurs(site, paths, trip)
    if (await linkOfPerson(write, leaving.person.id)) {
      throw new HomecomingError('ALREADY_AWAY', `${leaving.person.name} is away already`, {
        associate: leaving.person.name,
      })
    }
    const link = await newLink(site, write, leaving, trip, options.mode ?? 2)
    await insertLink(write, link)
    await insertTraveller(site, write, link)
    crashPoint('go-lending')
    return link
  })
}

/** Packet numbers of a person go on from journey to journey. */
async function newLink(
  site: Site,
  write: Writing,
  leaving: Leaving,
  trip: Trip,
  mode: 0 | 1 | 2,
): Promise<Link> {
  const { person, prototype } = leaving
  const last = await write.row(
    sql<{
      out: number | null
      inn: number | null
    }>`select max(out_number) as "out", max(in_number) as inn from hc_link
      where travel_id = ${person.id} and link_id > 0`,
  )
  const id = await nextLinkId(write)
  return {
    link_id: id,
    travel_id: person.id,
    name: person.name,
    tag: trip.tag,
    state: 'away',
    systemlevel: site.identity.level - 1,
    area_id: prototype.area_id,
    wrapped_key: wrapKey(site.platform, site.key, trip.key),
    mode,
    prototype_position: prototype.position,
    prototype_time: prototype.time,
    cut_position: prototype.position,
    out_number: last?.out ?? 0,
    out_hash: null,
    out_acked: last?.out ?? 0,
    in_number: last?.inn ?? 0,
    in_hash: null,
    owes_ack: 0,
    born_time: site.platform.clock.now(),
    heard_time: 0,
    closed_time: 0,
    pairs_told: 0,
    dictionary_version: prototype.dictionary_version,
    series: await lendSeries(write, id),
  }
}

async function insertTraveller(site: Site, write: Writing, link: Link): Promise<void> {
  const row = await write.row(
    sql<{ id: number }>`select coalesce(max(traveller_id), 0) + 1 as id from traveller`,
  )
  await write.insert(
    {
      table: 'traveller',
      key: ['traveller_id'],
      columns: [
        'systemlevel',
        'travel_id',
        'area_id',
        'generatedtime',
        'databasetype',
        'encryptedcomm',
        'dbtag',
      ],
    },
    [
      [
        row?.id ?? 1,
        link.systemlevel,
        link.travel_id,
        link.area_id,
        link.born_time,
        site.storage.databaseType,
        link.mode,
        link.tag,
      ],
    ],
  )
}

/** The child's end of the link: the parent's numbers, seen from the other side. */
async function giveIdentity(
  site: Site,
  leaving: Leaving,
  trip: Trip,
  link: Link,
  building: string,
): Promise<void> {
  const counters = (await site.db.snapshot(readCounters)).filter(([name]) => name.endsWith(`-${link.series}`))
  const db = await site.storage.open(building, { key: deriveKey(site.platform, trip.key, 'database') })
  try {
    await db.change(async write => {
      await writeIdentity(write, {
        tag: trip.tag,
        parentTag: site.identity.tag,
        centralTag: site.identity.centralTag,
        level: link.systemlevel,
        kind: 'traveller',
        associate: leaving.person.id,
        name: leaving.person.name,
        currentId: leaving.person.id,
        area: link.area_id,
        mode: link.mode,
        databaseType: site.storage.databaseType,
        generated: link.born_time,
      })
      await writeSetting(write, 'series', link.series)
      await writeSetting(write, PARENT_PATH, site.path)
      await mergeCounters(write, counters)
      await write.run(sql`update hc_session set default_associate = ${leaving.person.id}`)
      await writeSetting(write, 'default-associate', String(leaving.person.id))
      await write.run(sql`delete from hc_link`)
      await insertLink(write, parentLink(site, trip, link))
    })
  } finally {
    await db.close()
  }
}

const parentLink = (site: Site, trip: Trip, link: Link): Link => ({
  ...link,
  link_id: PARENT_LINK,
  tag: site.identity.tag,
  wrapped_key: link.mode === 1 ? wrapKey(site.platform, trip.key, installationPackets(site)) : null,
  prototype_position: 0,
  cut_position: 0,
  out_number: link.in_number,
  out_acked: link.in_number,
  in_number: link.out_acked,
  in_hash: null,
  out_hash: null,
  pairs_told: 0,
})

/** What changed since the prototype was built arrives before the person leaves. */
async function firstExchange(site: Site, paths: Paths, carrierOf: CarrierOf): Promise<Exchanged> {
  const child = await openSite(site, { path: paths.database, keyFile: paths.key })
  try {
    return await exchangeBoth(site, child, carrierOf(child, paths.packets))
  } finally {
    await child.db.close()
    crashPoint('go-exchanged')
    await site.platform.files.remove(paths.note)
  }
}
