/**
 * Areas: made, changed and removed at central, while nobody who is away loses what they left with.
 * Shape:  find -> check everything -> refuse, or write; one transaction, so that a refusal changes nothing.
 * Never:  moves a record: membership follows the rows of the area, and the next packets follow membership.
 */
import { sql } from 'kysely'
import { type AreaDefinition, type AreaSettings, findArea, readAreas } from '../areas/area-rows.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { linksAway } from '../packet/link.ts'
import { findPrototype, prototypePath, withdraw } from '../prototype/build.ts'
import type { Reading } from '../storage/contract.ts'
import { requireCentral } from './activate.ts'
import { type AreaChange, type AreaEdit, changeBy, save } from './area-change.ts'
import { listPeople, type Person } from './people.ts'
import { stranded } from './stranded.ts'

export interface AreaView extends AreaSettings {
  readonly id: number
  readonly included: readonly AreaPerson[]
  readonly assigned: readonly AreaPerson[]
  /** Who left with this area and is not home yet. */
  readonly away: readonly string[]
  /** The copy that people leave with; absent where none is offered. */
  readonly prototype?: { readonly time: number; readonly records: number; readonly bytes: number }
}

export interface AreaPerson {
  readonly id: number
  readonly name: string
  readonly away: boolean
}

export const listAreas = (site: Site): Promise<AreaView[]> =>
  site.db.snapshot(async read => {
    const views: AreaView[] = []
    for (const area of await readAreas(read)) views.push(await viewOf(site, read, area))
    return views
  })

/** @param which name or id. @throws {HomecomingError} AREA_UNKNOWN */
export const showArea = (site: Site, which: string | number): Promise<AreaView> =>
  site.db.snapshot(async read => viewOf(site, read, await findArea(read, which)))

async function viewOf(site: Site, read: Reading, area: AreaDefinition): Promise<AreaView> {
  const people = new Map((await listPeople(site, read)).map(person => [person.id, person]))
  const away = (await linksAway(read)).filter(link => link.area_id === area.id)
  const prototype = await findPrototype(read, area.id)
  return {
    ...area,
    included: area.included.map(id => asPerson(id, people.get(id))),
    assigned: area.assigned.map(id => asPerson(id, people.get(id))),
    away: away.map(link => link.name),
    ...(prototype && {
      prototype: { time: prototype.time, records: prototype.records, bytes: prototype.bytes },
    }),
  }
}

/** Whoever is no longer among the associates has only a number. */
const asPerson = (id: number, person: Person | undefined): AreaPerson => ({
  id,
  name: person?.name ?? String(id),
  away: person?.away ?? false,
})

/**
 * @param actor who does it
 * @throws {HomecomingError} AREA_INVALID, ASSOCIATE_UNKNOWN, AREA_PERSON_TAKEN, AREA_PERSON_AWAY
 */
export async function createArea(
  site: Site,
  area: AreaEdit & { readonly name: string },
  actor?: number,
): Promise<AreaView> {
  requireCentral(site, 'changing areas')
  return site.db.change(async write => {
    const change = await changeBy(site, write, undefined, area)
    await refuseStranding(write, change)
    const id = await save(site, write, change, actor)
    return viewOf(site, write, await findArea(write, id))
  })
}

/**
 * Everybody away with the area gets the difference with their next packet; settings count for the next prototype.
 * @throws {HomecomingError} AREA_UNKNOWN, AREA_INVALID, ASSOCIATE_UNKNOWN, AREA_PERSON_TAKEN, AREA_PERSON_AWAY
 */
export async function editArea(
  site: Site,
  which: string | number,
  edit: AreaEdit,
  actor?: number,
): Promise<AreaView> {
  requireCentral(site, 'changing areas')
  return site.db.change(async write => {
    const change = await changeBy(site, write, await findArea(write, which), edit)
    await refuseStranding(write, change)
    const id = await save(site, write, change, actor)
    return viewOf(site, write, await findArea(write, id))
  })
}

/** Its prototype goes with it. @throws {HomecomingError} AREA_UNKNOWN, AREA_IN_USE with who or what uses it */
export async function removeArea(site: Site, which: string | number, actor?: number): Promise<void> {
  requireCentral(site, 'changing areas')
  const withdrawn = await site.db.change(async write => {
    const before = await findArea(write, which)
    await refuseInUse(write, await viewOf(site, write, before))
    await save(site, write, { before, after: undefined }, actor)
    return withdraw(write, before.id)
  })
  for (const prototype of withdrawn) await site.platform.files.remove(prototypePath(site, prototype))
}

async function refuseStranding(read: Reading, change: AreaChange): Promise<void> {
  const [first, ...more] = await stranded(read, change)
  if (!first) return
  const people = [first, ...more].map(({ name }) => name)
  const fact =
    first.why === 'moved'
      ? 'would change area'
      : `would be away with area ${change.before?.name}, which includes nobody`
  throw new HomecomingError('AREA_PERSON_AWAY', `${people.join(', ')} ${fact}`, { away: people })
}

async function refuseInUse(read: Reading, area: AreaView): Promise<void> {
  const uses = [
    ...area.away.map(name => `${name} is away with it`),
    ...area.assigned
      .filter(({ name }) => !area.away.includes(name))
      .map(({ name }) => `${name} is assigned to it`),
    ...(await otherUses(read, area.id)),
  ]
  if (uses.length === 0) return
  throw new HomecomingError('AREA_IN_USE', `area ${area.name} is in use: ${uses.join(', ')}`, {
    area: area.name,
    uses,
  })
}

/** A prototype that is offered is used by nobody; one that is being built, or downloaded, is. */
async function otherUses(read: Reading, area: number): Promise<string[]> {
  const counts: readonly (readonly [string, ReturnType<typeof sql<{ n: number }>>])[] = [
    [
      'a prototype of it is being built or downloaded',
      sql`select count(*) as n from travelgenerateddatabase where area_id = ${area} and state <> 0`,
    ],
    ['a satellite has it', sql`select count(*) as n from satellite where area_id = ${area}`],
    ['another area lies in it', sql`select count(*) as n from area where parent_area_id = ${area}`],
  ]
  const uses: string[] = []
  for (const [what, count] of counts) if (((await read.row(count))?.n ?? 0) > 0) uses.push(what)
  return uses
}
