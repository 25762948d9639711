/**
 * List: the satellites that central has or had, each with its area, its people and where its link stands.
 * Never: asks a satellite; what is said here central knows.
 */
import { sql } from 'kysely'
import { areaNames } from '../areas/area-rows.ts'
import { prefixOf } from '../core/ids.ts'
import type { Site } from '../log/site.ts'
import { allLinks, isSatellite, type Link, type LinkState } from '../packet/link.ts'
import type { Reading } from '../storage/contract.ts'
import { requireCentral } from '../travel/activate.ts'
import { findPerson } from '../travel/people.ts'
import { anySatellite, isAtWork } from './which.ts'

export interface Satellite {
  readonly number: number
  /** Of its packets, and of the office in lists. */
  readonly name: string
  readonly area: string
  /** Id of the company that owns it; 0: none is named. */
  readonly company: number
  readonly tag: string
  /** As of any link; `home` and `written-off`: it is no more. */
  readonly state: LinkState
  /** Who logs in there; nobody where it is no more. */
  readonly people: readonly { readonly id: number; readonly name: string }[]
  /** UTC seconds; 0: never. */
  readonly since: number
  readonly lastHeard: number
}

/** By number. A number stands once, as its newest generation. @throws {HomecomingError} CENTRAL_ONLY, NOT_A_PARENT */
export async function listSatellites(site: Site): Promise<Satellite[]> {
  requireCentral(site, 'listing satellites')
  return site.db.snapshot(async read => {
    const newest = new Map<number, Link>()
    for (const link of await allLinks(read)) if (isSatellite(link)) newest.set(link.travel_id, link)
    const links = [...newest.values()].sort((a, b) => a.travel_id - b.travel_id)
    return Promise.all(links.map(link => shown(site, read, link)))
  })
}

/** @param which its number or its name. @throws {HomecomingError} SATELLITE_UNKNOWN, CENTRAL_ONLY, NOT_A_PARENT */
export async function showSatellite(site: Site, which: string | number): Promise<Satellite> {
  requireCentral(site, 'showing a satellite')
  return site.db.snapshot(async read => shown(site, read, await anySatellite(read, which)))
}

async function shown(site: Site, read: Reading, link: Link): Promise<Satellite> {
  const number = prefixOf(link.travel_id)
  const row = await read.row(
    sql<{ company: number }>`select contact_id as company from satellite where satellite_id = ${number}`,
  )
  const { name, tag, state } = link
  return {
    number,
    name,
    area: (await areaNames(read))(link.area_id),
    company: row?.company ?? 0,
    tag,
    state,
    people: isAtWork(link) ? await peopleOf(site, read, link.area_id) : [],
    since: link.born_time,
    lastHeard: link.heard_time,
  }
}

async function peopleOf(site: Site, read: Reading, area: number): Promise<Satellite['people']> {
  const rows = await read.rows(
    sql<{ id: number }>`select associate_id as id from areauserassignment where area_id = ${area} order by 1`,
  )
  return Promise.all(rows.map(({ id }) => findPerson(site, read, id)))
}
