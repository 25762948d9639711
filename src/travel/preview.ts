/**
 * Preview: what a change of an area, or of a record's owner, would mean, before anybody makes it (SPEC 7).
 * Role:   a change out of people's words in; what each area gains and loses, whom it concerns, who must come home first.
 * Never:  changes anything.
 */
import { sql } from 'kysely'
import { type Amount, type TableAmount, totalOf } from '../areas/amount.ts'
import { type AreaDefinition, findArea, readAreas } from '../areas/area-rows.ts'
import { type Moved, rehearse } from '../areas/rehearse.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import type { Site } from '../log/site.ts'
import { linksAway } from '../packet/link.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { requireActive, requireCentral } from './activate.ts'
import { type AreaChange, type AreaEdit, changeBy, save } from './area-change.ts'
import { findPerson, namesOf } from './people.ts'
import { stranded } from './stranded.ts'

export interface AreaPreview {
  readonly id: number
  readonly name: string
  readonly gained: Amount
  readonly lost: Amount
  readonly tables: readonly {
    readonly table: string
    readonly gained: Amount
    readonly lost: Amount
  }[]
}

export interface AffectedPerson {
  readonly name: string
  /** The area they work in. */
  readonly area: string
  /** They get the difference with their next packet; the others with their next journey. */
  readonly away: boolean
}

export interface Preview {
  /** Areas in which something would move. */
  readonly areas: readonly AreaPreview[]
  /** Those away first. */
  readonly people: readonly AffectedPerson[]
  /** Until they are home, the change is refused. */
  readonly mustComeHome: readonly string[]
}

/**
 * @param which name or id; absent: a new area
 * @throws {HomecomingError} AREA_UNKNOWN, AREA_INVALID, ASSOCIATE_UNKNOWN, AREA_PERSON_TAKEN, TRAVEL_INACTIVE
 */
export async function previewArea(
  site: Site,
  which: string | number | undefined,
  edit: AreaEdit,
): Promise<Preview> {
  requireCentral(site, 'previewing a change of areas')
  await site.db.snapshot(requireActive)
  const { moved, result } = await rehearse(site, async write => {
    const before = which === undefined ? undefined : await findArea(write, which)
    const change = await changeBy(site, write, before, edit)
    const mustComeHome = (await stranded(write, change)).map(({ name }) => name)
    const id = await save(site, write, change, undefined)
    return { mustComeHome, ...(await around(site, write)), concerned: concernedBy(change, id) }
  })
  const ids = new Set([...moved.map(({ area }) => area), ...result.concerned])
  return { ...shown(moved, result), people: affected(result, ids), mustComeHome: result.mustComeHome }
}

/** Whoever comes or goes is concerned, also where nothing moves. */
const concernedBy = ({ before, after }: AreaChange, id: number): number[] =>
  String(before?.assigned ?? []) === String(after?.assigned ?? []) ? [] : [id]

/**
 * Other values in some fields of one record: another owner, contact or project.
 * @throws {HomecomingError} TABLE_UNKNOWN, FIELD_UNKNOWN, RECORD_UNKNOWN, VALUE_REFUSED, TRAVEL_INACTIVE
 */
export async function previewRecord(
  site: Site,
  table: string,
  record: number,
  fields: Readonly<Record<string, Value>>,
): Promise<Preview> {
  requireCentral(site, 'previewing a change of areas')
  await site.db.snapshot(requireActive)
  const of = site.dictionary.table(table)
  const { moved, result } = await rehearse(site, async write => {
    await setFields(site.dictionary, write, of, record, fields)
    return around(site, write)
  })
  return {
    ...shown(moved, result),
    people: affected(result, new Set(moved.map(({ area }) => area))),
    mustComeHome: [],
  }
}

/** The same for a new owner by name. @throws {HomecomingError} ASSOCIATE_UNKNOWN, FIELD_UNKNOWN where nobody owns such records */
export async function previewOwner(
  site: Site,
  table: string,
  record: number,
  owner: string | number,
): Promise<Preview> {
  const of = site.dictionary.table(table)
  const [field] = site.dictionary.ownerFields(of)
  if (field === undefined)
    throw new HomecomingError('FIELD_UNKNOWN', `records of table ${table} have no owner of their own`, {
      table,
    })
  const { id } = await site.db.snapshot(read => findPerson(site, read, owner))
  return previewRecord(site, table, record, { [of.fields[field]!.name]: id })
}

async function setFields(
  dictionary: LoadedDictionary,
  write: Writing,
  table: Table,
  record: number,
  fields: Readonly<Record<string, Value>>,
): Promise<void> {
  const sets = Object.entries(fields).map(
    ([name, value]) => sql`${sql.ref(table.fields[dictionary.fieldIndex(table, name)]!.name)} = ${value}`,
  )
  let found = 0
  const refused = await write.attempt(async () => {
    const key = sql.ref(table.fields[0]!.name)
    found = await write.run(
      sql`update ${sql.table(table.name)} set ${sql.join(sets)} where ${key} = ${record}`,
    )
  })
  if (refused) throw new HomecomingError('VALUE_REFUSED', refused.message, { table: table.name, record })
  if (found > 0) return
  throw new HomecomingError('RECORD_UNKNOWN', `there is no ${table.name} ${record}`, {
    table: table.name,
    record,
  })
}

/** What there is to be said of areas and people while the change stands. */
interface Around {
  readonly areas: readonly AreaDefinition[]
  readonly people: ReadonlyMap<number, string>
  /** Person and area of everybody away. */
  readonly away: ReadonlyMap<number, number>
}

async function around(site: Site, read: Reading): Promise<Around> {
  return {
    areas: await readAreas(read),
    people: await namesOf(site, read),
    away: new Map((await linksAway(read)).map(link => [link.travel_id, link.area_id])),
  }
}

const nameOf = ({ areas }: Around, id: number): string =>
  areas.find(area => area.id === id)?.name ?? String(id)

function shown(moved: readonly Moved[], about: Around): { readonly areas: readonly AreaPreview[] } {
  return {
    areas: moved.map(({ area, gained, lost }) => ({
      id: area,
      name: nameOf(about, area),
      gained: totalOf(gained),
      lost: totalOf(lost),
      tables: byTable(gained, lost),
    })),
  }
}

function byTable(gained: readonly TableAmount[], lost: readonly TableAmount[]): AreaPreview['tables'] {
  const names = [...new Set([...gained, ...lost].map(({ table }) => table))]
  const of = (amounts: readonly TableAmount[], table: string) =>
    totalOf(amounts.filter(each => each.table === table))
  return names.map(table => ({ table, gained: of(gained, table), lost: of(lost, table) }))
}

/** Assigned to one of the areas, or away with it. */
function affected(about: Around, areas: ReadonlySet<number>): AffectedPerson[] {
  const people = new Map<number, AffectedPerson>()
  const add = (who: number, area: number, away: boolean) =>
    people.set(who, { name: about.people.get(who) ?? String(who), area: nameOf(about, area), away })
  for (const [who, area] of about.away) if (areas.has(area)) add(who, area, true)
  for (const { id, assigned } of about.areas)
    for (const who of assigned) if (areas.has(id) && !people.has(who)) add(who, id, about.away.has(who))
  return [...people.values()].sort((a, b) => Number(b.away) - Number(a.away) || a.name.localeCompare(b.name))
}
