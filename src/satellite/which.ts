/** Which satellite: by its number or name, as people say it. */
import { HomecomingError } from '../core/errors.ts'
import { isSatellite, type Link, linksAway } from '../packet/link.ts'
import type { Reading } from '../storage/contract.ts'

/** @throws {HomecomingError} SATELLITE_UNKNOWN, also for one that is retired */
export async function findSatellite(read: Reading, which: string | number): Promise<Link> {
  const links = (await linksAway(read)).filter(isSatellite)
  const named = (link: Link) => link.name.toLowerCase() === String(which).toLowerCase()
  const numbered = (link: Link) => String(link.travel_id >>> 24) === String(which)
  const link = links.find(named) ?? links.find(numbered)
  if (link) return link
  throw new HomecomingError('SATELLITE_UNKNOWN', `there is no satellite ${which}`, { satellite: which })
}
