/** Which satellite: by its number or name, as people say it. A number means one for ever; a name the one at work that has it. */
import { HomecomingError } from '../core/errors.ts'
import { prefixOf } from '../core/ids.ts'
import { allLinks, isSatellite, type Link } from '../packet/link.ts'
import type { Reading } from '../storage/contract.ts'

export const isAtWork = ({ state }: Pick<Link, 'state'>): boolean => state === 'away' || state === 'broken'

/** Names that differ in case only are one: packets lie in folders of that name. */
export const isNamed = (link: Pick<Link, 'name'>, name: string | number): boolean =>
  link.name.toLowerCase() === String(name).toLowerCase()

/** Also one that is no more, where none at work is meant. @throws {HomecomingError} SATELLITE_UNKNOWN */
export async function anySatellite(read: Reading, which: string | number): Promise<Link> {
  const links = (await allLinks(read)).filter(isSatellite)
  const numbered = (link: Link) => String(prefixOf(link.travel_id)) === String(which)
  const named = (link: Link) => isNamed(link, which)
  const link =
    links.find(one => isAtWork(one) && named(one)) ?? links.findLast(numbered) ?? links.findLast(named)
  if (link) return link
  throw new HomecomingError('SATELLITE_UNKNOWN', `there is no satellite ${which}`, { satellite: which })
}

/** @throws {HomecomingError} SATELLITE_UNKNOWN, also for one that was retired or written off */
export async function findSatellite(read: Reading, which: string | number): Promise<Link> {
  const link = await anySatellite(read, which)
  if (isAtWork(link)) return link
  const ended = link.state === 'home' ? 'retired' : 'written off'
  throw new HomecomingError(
    'SATELLITE_UNKNOWN',
    `satellite ${prefixOf(link.travel_id)}, ${link.name}, was ${ended}`,
    { satellite: which },
  )
}
