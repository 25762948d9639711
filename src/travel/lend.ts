/**
 * Lend: from here on the person is away. Link, key and number series at the parent, and the child's end of it all.
 * Shape: one transaction of the parent; the copy gets its identity inside it, so that nobody is away without a copy
 *        that knows whose it is, and what is left of an attempt that did not commit is nobody's.
 */
import { sql } from 'kysely'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { readCounters } from '../log/counters.ts'
import type { Site } from '../log/site.ts'
import { STAMPED, stamps } from '../log/stamps.ts'
import { insertLink, type Link, nextLinkId } from '../packet/link.ts'
import { wrapKey } from '../platform/keys.ts'
import type { Database, Reading, Writing } from '../storage/contract.ts'
import { keepPass } from './applied.ts'
import { whereAway } from './away.ts'
import { giveIdentity } from './give-identity.ts'
import { requireOpen } from './home-state.ts'
import { type Departure, type Paths, requireStillOurs, type Trip } from './own-copy.ts'
import { passOf } from './pass.ts'
import type { Person } from './people.ts'
import { lendFromStock, lendSeries } from './series.ts'

export interface Loan extends Departure {
  readonly trip: Trip
  readonly paths: Paths
  readonly mode: 0 | 1 | 2
}

/** @param copy closed when it returns, whatever happens
 *  @throws {HomecomingError} ALREADY_AWAY, CHILD_CLOSED, DATABASE_BUSY where another process prepares a journey in the same folder */
export async function lend(site: Site, loan: Loan, copy: Database): Promise<Link> {
  try {
    const link = await site.db.change(async write => {
      await requireStillOurs(site, loan.paths, loan.trip)
      await requireOpen(site, write)
      await requireHome(write, loan.person)
      const link = await newLink(site, write, loan)
      await insertLink(write, link)
      await insertTraveller(site, write, link)
      const counters = (await readCounters(write)).filter(([name]) => name.endsWith(`-${link.series}`))
      await copy.change(child => giveIdentity(site, child, loan, link, counters))
      await copy.close()
      crashPoint('go-identified')
      crashPoint('go-lending')
      return link
    })
    await keepPass(site, link, passOf(site, link))
    return link
  } finally {
    await copy.close()
  }
}

type Leaver = Pick<Person, 'id' | 'name'>

/** @throws {HomecomingError} ALREADY_AWAY, from here or from an office that has said so */
export async function requireHome(read: Reading, { id, name }: Leaver): Promise<void> {
  const away = await whereAway(read, id)
  if (away) throw alreadyAway(name, away)
}

export const alreadyAway = (associate: string, away: string): HomecomingError =>
  new HomecomingError('ALREADY_AWAY', `${associate} is ${away} already`, { associate })

/** Packet numbers of a person go on from journey to journey. */
async function newLink(site: Site, write: Writing, loan: Loan): Promise<Link> {
  const { person, prototype, trip, mode } = loan
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
    series: await (site.identity.kind === 'satellite' ? lendFromStock : lendSeries)(write, id),
  }
}

/** The classic row of a child. */
export async function insertTraveller(site: Site, write: Writing, link: Link): Promise<void> {
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
        'last_recordtime',
        'last_recordnumber',
        'dbtag',
        ...STAMPED,
      ],
    },
    [
      [
        row?.id ?? 1,
        link.systemlevel,
        link.travel_id,
        link.area_id,
        link.born_time,
        site.storage.databaseType(),
        link.mode,
        link.prototype_time,
        await write.log.idAt(link.prototype_position),
        link.tag,
        ...stamps(link.born_time),
      ],
    ],
  )
}
