/** Prototypes: built and listed at an open parent. */
import { findArea } from '../areas/area-rows.ts'
import { EVERYTHING } from '../areas/membership.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { buildPrototype as build, type Progress, type Prototype } from '../prototype/build.ts'
import { requireActive, requireParent } from '../travel/activate.ts'
import { listAreas } from '../travel/areas.ts'
import { requireOpen } from '../travel/home-state.ts'
import { listPeople } from '../travel/people.ts'
import { readStatus, type Status } from '../travel/status.ts'

/** What may be shown of a prototype: not its key. */
export type BuiltPrototype = Omit<Prototype, 'wrapped_key'>

/**
 * @param area name or id; 0: everything
 * @param progress may throw to stop the build at a safe point; nothing is left behind then
 * @throws {HomecomingError} TRAVEL_INACTIVE, NOT_A_PARENT, AREA_UNKNOWN, AREA_EMPTY, DISK_FULL, USAGE at a satellite, CHILD_CLOSED
 */
export async function buildPrototype(
  site: Site,
  area: string | number = EVERYTHING,
  progress?: Progress,
): Promise<BuiltPrototype> {
  requireParent(site)
  requireWhole(site, area)
  await site.db.snapshot(requireActive)
  await site.db.snapshot(read => requireOpen(site, read))
  const id = area === EVERYTHING ? EVERYTHING : (await site.db.snapshot(read => findArea(read, area))).id
  const { wrapped_key: _secret, ...shown } = await build(site, id, progress)
  return shown
}

/** Areas are kept at central: whoever leaves from a satellite takes all that it has. */
function requireWhole({ identity, path }: Site, area: string | number): void {
  if (identity.kind === 'central' || area === EVERYTHING) return
  throw new HomecomingError(
    'USAGE',
    `whoever leaves from a satellite takes all that it has: leave out the area`,
    {
      path,
      area,
    },
  )
}

/** The areas that somebody can leave with: those that include anything, and everything where somebody who may travel has none. */
export async function areasToBuild(site: Site): Promise<number[]> {
  if (site.identity.kind === 'satellite') return [EVERYTHING]
  const areas = await listAreas(site)
  const assigned = new Set(areas.flatMap(area => area.assigned.map(person => person.id)))
  const people = await site.db.snapshot(read => listPeople(site, read))
  const free = people.some(person => person.mayTravel && !assigned.has(person.id))
  const ready = areas.filter(area => area.allData || area.included.length > 0)
  return [...(free ? [EVERYTHING] : []), ...ready.map(area => area.id)]
}

export const prototypes = async (site: Site): Promise<Status['prototypes']> =>
  (await readStatus(site)).prototypes
