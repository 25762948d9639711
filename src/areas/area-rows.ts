/**
 * Area rows: what an area is, as its classic rows say: settings, whose data it includes, who is assigned.
 * Role:   reads and writes the rows of `area`, `areauserinclusion`, `areauserassignment` and our `hc_area`.
 * Never:  asks whether a change may be made: who is away is not known here (travel/areas.ts).
 */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import { AREA_ASSIGNMENT_TABLE, AREA_INCLUSION_TABLE, AREA_TABLE } from '../dictionary/travel-tables.ts'
import { takeIds } from '../log/sequence.ts'
import type { Site } from '../log/site.ts'
import { STAMPED, stamps, touched } from '../log/stamps.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { EVERYTHING } from './membership.ts'

/** Of packets: 0 none, 1 the key of the installation, 2 the child's own key. */
export type Encryption = 0 | 1 | 2

export interface AreaSettings {
  readonly name: string
  /** Everything, whoever owns it. */
  readonly allData: boolean
  /** Days; follow-ups older than that are left out of prototypes. 0: none are. */
  readonly maxDataAge: number
  readonly encryption: Encryption
  /** Whether the search index travels. */
  readonly freeText: boolean
}

export interface AreaDefinition extends AreaSettings {
  readonly id: number
  /** Associates whose data it includes, and those who log in there. */
  readonly included: readonly number[]
  readonly assigned: readonly number[]
}

/** What an area is where nobody says otherwise. */
export const NEW_AREA: AreaDefinition = {
  id: 0,
  name: '',
  allData: false,
  maxDataAge: 0,
  encryption: 2,
  freeText: false,
  included: [],
  assigned: [],
}

interface AreaRow {
  readonly area_id: number
  readonly name: string | null
  readonly alldata: number
  readonly maxdataage: number
  readonly encryptedcomm: Encryption
  readonly freetext: number | null
}

const ROWS = sql<AreaRow>`select a.area_id, a.name, a.alldata, a.maxdataage, a.encryptedcomm, s.freetext
  from area a left join hc_area s on s.area_id = a.area_id order by a.area_id`

/** All areas, by id. There are few. */
export async function readAreas(read: Reading): Promise<AreaDefinition[]> {
  const [rows, included, assigned] = [
    await read.rows(ROWS),
    await linksOf(read, AREA_INCLUSION_TABLE),
    await linksOf(read, AREA_ASSIGNMENT_TABLE),
  ]
  return rows.map(row => ({
    id: row.area_id,
    name: row.name ?? '',
    allData: row.alldata !== 0,
    maxDataAge: row.maxdataage,
    encryption: row.encryptedcomm,
    freeText: row.freetext === 1,
    included: included.get(row.area_id) ?? [],
    assigned: assigned.get(row.area_id) ?? [],
  }))
}

async function linksOf(read: Reading, table: string): Promise<Map<number, number[]>> {
  const links = new Map<number, number[]>()
  const rows = await read.rows(
    sql<{ area: number; who: number }>`select distinct area_id as area, associate_id as who
      from ${sql.table(table)} order by area_id, associate_id`,
  )
  for (const { area, who } of rows) links.set(area, [...(links.get(area) ?? []), who])
  return links
}

/** @param which name or id; a name goes before an id. @throws {HomecomingError} AREA_UNKNOWN */
export async function findArea(read: Reading, which: string | number): Promise<AreaDefinition> {
  const areas = await readAreas(read)
  const found =
    areas.find(area => sameName(area.name, String(which))) ??
    areas.find(area => String(area.id) === String(which))
  if (found) return found
  throw new HomecomingError('AREA_UNKNOWN', `there is no area ${which}`, { area: which })
}

/** What people call areas: "everything" for 0, the number of one that is gone. */
export async function areaNames(read: Reading): Promise<(area: number) => string> {
  const rows = await read.rows(sql<{ id: number; name: string | null }>`select area_id as id, name from area`)
  const names = new Map(rows.map(({ id, name }) => [id, name ?? String(id)]))
  return area => (area === EVERYTHING ? 'everything' : (names.get(area) ?? String(area)))
}

/** Of the packets of people who leave with an area; of everything as safe as can be. */
export async function encryptionOf(read: Reading, area: number): Promise<Encryption> {
  const row = await read.row(
    sql<{ mode: Encryption }>`select encryptedcomm as mode from area where area_id = ${area}`,
  )
  return row?.mode ?? NEW_AREA.encryption
}

export const sameName = (a: string, b: string): boolean =>
  a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0

const AREA = { table: AREA_TABLE, key: ['area_id'] } as const
const COLUMNS = ['name', 'alldata', 'maxdataage', 'encryptedcomm'] as const
const valuesOf = (area: AreaSettings) => [area.name, area.allData ? 1 : 0, area.maxDataAge, area.encryption]

export async function insertArea(site: Site, write: Writing, area: AreaSettings): Promise<number> {
  const id = await takeIds(write, site.dictionary.table(AREA_TABLE).number, 1)
  const now = site.platform.clock.now()
  await write.insert({ ...AREA, columns: [...COLUMNS, ...STAMPED] }, [
    [id, ...valuesOf(area), ...stamps(now)],
  ])
  await writeOwnSettings(write, id, area)
  return id
}

export async function updateArea(site: Site, write: Writing, id: number, area: AreaSettings): Promise<void> {
  const sets = valuesOf(area).map((value, index) => sql`${sql.ref(COLUMNS[index]!)} = ${value}`)
  const now = touched(site.platform.clock.now())
  await write.run(sql`update area set ${sql.join(sets)}, ${now} where area_id = ${id}`)
  await writeOwnSettings(write, id, area)
}

const writeOwnSettings = (write: Writing, id: number, { freeText }: AreaSettings): Promise<void> =>
  write.upsert({ table: 'hc_area', key: ['area_id'], columns: ['freetext'] }, [[id, freeText ? 1 : 0]])

export async function deleteArea(write: Writing, id: number): Promise<void> {
  for (const table of [AREA_INCLUSION_TABLE, AREA_ASSIGNMENT_TABLE, AREA_TABLE, 'hc_area'])
    await write.run(sql`delete from ${sql.table(table)} where area_id = ${id}`)
}

export type Link = typeof AREA_INCLUSION_TABLE | typeof AREA_ASSIGNMENT_TABLE

/** Who is there already stays as they are. */
export async function addPeople(
  site: Site,
  write: Writing,
  link: Link,
  area: number,
  people: readonly number[],
): Promise<void> {
  if (people.length === 0) return
  const table = site.dictionary.table(link)
  const first = await takeIds(write, table.number, people.length)
  const now = stamps(site.platform.clock.now())
  await write.insert(
    { table: link, key: [table.fields[0]!.name], columns: ['area_id', 'associate_id', ...STAMPED] },
    people.map((who, index) => [first + index, area, who, ...now]),
  )
}

export async function removePeople(
  write: Writing,
  link: Link,
  area: number,
  people: readonly number[],
): Promise<void> {
  for (const who of people)
    await write.run(sql`delete from ${sql.table(link)} where area_id = ${area} and associate_id = ${who}`)
}
