/**
 * The scene of the area benchmarks: a large office whose records are shared out among twenty areas, one a user.
 */

import { keepMembership } from '../src/areas/upkeep.ts'
import { createArea, type HomecomingDatabase, type sql } from '../src/index.ts'
import { readLog } from '../src/log/reader.ts'
import { type OpenOffice, openOffice, type Place } from './place.ts'

export const AREAS = 20
/** The first of the demo's users. */
const FIRST_USER = 2

export interface Scene extends OpenOffice {
  /** Ids of the areas, in the order of their users. */
  readonly areas: readonly number[]
  /** Milliseconds that it took to work out all members from nothing. */
  readonly built: number
}

export const userOf = (area: number): number => FIRST_USER + area

export async function openScene(place: Place): Promise<Scene> {
  const office = await place.office(place.sizes.large)
  const areas: number[] = []
  for (let area = 0; area < AREAS; area++) {
    const edit = { name: `Area ${area + 1}`, include: [userOf(area)], assign: [userOf(area)] }
    areas.push((await createArea(office.parent, edit)).id)
  }
  const start = performance.now()
  await keepUp(office.parent)
  return { ...office, areas, built: performance.now() - start }
}

/** The same database in a process that remembers nothing. */
export const openAgain = ({ folder }: Scene): Promise<OpenOffice> => openOffice(folder)

export const keepUp = ({ db, ...site }: HomecomingDatabase): Promise<void> =>
  db.change(async write => keepMembership(site, write, await readLog(write)))

export async function one<T>(site: HomecomingDatabase, query: ReturnType<typeof sql<T>>): Promise<T> {
  return (await site.db.snapshot(read => read.row<T>(query)))!
}
