/**
 * Stranded: who must come home before an area may change (SPEC 7).
 *   moved:   assigned elsewhere than the area they left with; everyone else stays out
 *   emptied: the area would include nobody, and what is nobody's would be taken from them
 * Why: a child keeps the area it left with.
 */
import type { AreaDefinition } from '../areas/area-rows.ts'
import { EVERYTHING } from '../areas/membership.ts'
import { type Link, linksAway } from '../packet/link.ts'
import type { Reading } from '../storage/contract.ts'
import type { AreaChange } from './area-change.ts'
import { awayFromSatellites } from './away.ts'

export interface Stranded {
  readonly name: string
  readonly why: 'moved' | 'emptied'
}

export async function stranded(read: Reading, change: AreaChange): Promise<Stranded[]> {
  const below = await awayFromSatellites(read)
  // What they would leave is the area of their office.
  const away = [
    ...(await linksAway(read)),
    ...below.map(({ link, office }) => ({ ...link, area_id: office.area_id })),
  ]
  const moved = away.filter(link => isMoved(change, link))
  const emptied = away.filter(link => isEmptied(change, link) && !moved.includes(link))
  return [
    ...moved.map(({ name }) => ({ name, why: 'moved' as const })),
    ...emptied.map(({ name }) => ({ name, why: 'emptied' as const })),
  ]
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
