/**
 * Stranded: who must come home before an area may change (SPEC 7).
 *   moved:   assigned elsewhere than the area they left with; everyone else stays out
 *   emptied: the area would include nobody, and what is nobody's would be taken from them
 * Why: a child keeps the area it left with.
 */
import type { AreaDefinition } from '../areas/area-rows.ts'
import { EVERYTHING } from '../areas/membership.ts'
import { readBranch } from '../packet/branch.ts'
import { isSatellite, type Link, linksAway } from '../packet/link.ts'
import type { Reading } from '../storage/contract.ts'
import type { AreaChange } from './area-change.ts'

export interface Stranded {
  readonly name: string
  readonly why: 'moved' | 'emptied'
}

export async function stranded(read: Reading, change: AreaChange): Promise<Stranded[]> {
  const away = [...(await linksAway(read)), ...(await awayFromSatellites(read))]
  const moved = away.filter(link => isMoved(change, link))
  const emptied = away.filter(link => isEmptied(change, link) && !moved.includes(link))
  return [
    ...moved.map(({ name }) => ({ name, why: 'moved' as const })),
    ...emptied.map(({ name }) => ({ name, why: 'emptied' as const })),
  ]
}

/** Who is on the road from an office, as far as it has told: its area is what they would leave. */
async function awayFromSatellites(read: Reading): Promise<Link[]> {
  const away: Link[] = []
  for (const office of (await linksAway(read)).filter(isSatellite)) {
    const branch = await readBranch(read, office.travel_id)
    for (const link of branch?.links ?? [])
      if (link.state === 'away' || link.state === 'broken') away.push({ ...link, area_id: office.area_id })
  }
  return away
}

/** Only the people whom this change concerns: whoever stands elsewhere already is not its fault. */
function isMoved({ before, after }: AreaChange, { travel_id: who, area_id: left }: Link): boolean {
  const was = before?.assigned.includes(who) ?? false
  const is = after?.assigned.includes(who) ?? false
  return was !== is && left !== (is ? after?.id : EVERYTHING)
}

const isEmptied = ({ before, after }: AreaChange, link: Link): boolean =>
  link.area_id === before?.id && !includesAnything(after)

const includesAnything = (area: AreaDefinition | undefined): boolean =>
  area !== undefined && (area.allData || area.included.length > 0)
