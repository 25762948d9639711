/**
 * Area change: what somebody wants an area to be, checked, and who would be stranded by it.
 * Role:   words of a person in (names, ids, settings), an area as it is and as it would be out.
 * Never:  writes before everything is checked, or decides whether the stranded may be.
 */
import {
  type AreaDefinition,
  type AreaSettings,
  addPeople,
  deleteArea,
  insertArea,
  NEW_AREA,
  readAreas,
  removePeople,
  sameName,
  updateArea,
} from '../areas/area-rows.ts'
import { HomecomingError } from '../core/errors.ts'
import { AREA_ASSIGNMENT_TABLE, AREA_INCLUSION_TABLE, AREA_TABLE } from '../dictionary/travel-tables.ts'
import type { Site } from '../log/site.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { actAs, raiseSequence } from './activate.ts'
import { findPerson } from './people.ts'

type Who = string | number

/** People by login name or id. What is left out stays as it is. */
export interface AreaEdit extends Partial<AreaSettings> {
  /** Whose data the area includes. */
  readonly include?: readonly Who[]
  readonly exclude?: readonly Who[]
  /** Who logs in there, and leaves with its data. */
  readonly assign?: readonly Who[]
  readonly unassign?: readonly Who[]
}

/** `before` is absent for a new area, `after` for one that goes. */
export interface AreaChange {
  readonly before: AreaDefinition | undefined
  readonly after: AreaDefinition | undefined
}

/**
 * @param before absent: a new area
 * @throws {HomecomingError} AREA_INVALID, ASSOCIATE_UNKNOWN, AREA_PERSON_TAKEN
 */
export async function changeBy(
  site: Site,
  read: Reading,
  before: AreaDefinition | undefined,
  edit: AreaEdit,
): Promise<AreaChange> {
  const others = (await readAreas(read)).filter(area => area.id !== before?.id)
  const from = before ?? NEW_AREA
  const after: AreaDefinition = {
    id: from.id,
    name: (edit.name ?? from.name).trim(),
    allData: edit.allData ?? from.allData,
    maxDataAge: edit.maxDataAge ?? from.maxDataAge,
    encryption: edit.encryption ?? from.encryption,
    freeText: edit.freeText ?? from.freeText,
    included: await people(site, read, from.included, edit.include, edit.exclude, 'included'),
    assigned: await people(site, read, from.assigned, edit.assign, edit.unassign, 'assigned'),
  }
  checkSettings(after, others)
  await checkTaken(site, read, without(after.assigned, from.assigned), others)
  return { before, after }
}

/** Numbers are left to ids, and these words to the commands. */
const RESERVED = /^(\d+|all|everything)$/i
const LONGEST_NAME = 49
/** `area.maxdataage` has 16 bits. */
const OLDEST = 32_767

function checkSettings({ id: _, ...area }: AreaDefinition, others: readonly AreaDefinition[]): void {
  const named = { name: area.name }
  if (area.name === '') throw invalid('an area needs a name', named)
  if ([...area.name].length > LONGEST_NAME)
    throw invalid(`the name '${area.name}' has more than ${LONGEST_NAME} characters`, named)
  if (RESERVED.test(area.name)) throw invalid(`'${area.name}' cannot be the name of an area`, named)
  const same = others.find(other => sameName(other.name, area.name))
  if (same) throw invalid(`there is an area ${same.name} already`, { ...named, area: same.id })
  if (!Number.isInteger(area.maxDataAge) || area.maxDataAge < 0 || area.maxDataAge > OLDEST)
    throw invalid(
      `the oldest data of ${area.name} cannot be ${area.maxDataAge} days old: expected 0 to ${OLDEST}`,
      {
        ...named,
        maxDataAge: area.maxDataAge,
      },
    )
  if (![0, 1, 2].includes(area.encryption))
    throw invalid(`there is no encryption ${area.encryption}: expected 0, 1 or 2`, {
      ...named,
      encryption: area.encryption,
    })
}

const invalid = (fact: string, values: Record<string, unknown>): HomecomingError =>
  new HomecomingError('AREA_INVALID', fact, values)

/** @returns who is there afterwards, by id */
async function people(
  site: Site,
  read: Reading,
  there: readonly number[],
  come: readonly Who[] = [],
  go: readonly Who[] = [],
  what: 'included' | 'assigned',
): Promise<number[]> {
  const coming = new Set<number>()
  for (const who of come) coming.add((await findPerson(site, read, who)).id)
  const going = new Set<number>()
  for (const who of go) going.add(await whoIsThere(site, read, there, who, what))
  const both = [...going].find(id => coming.has(id))
  if (both !== undefined)
    throw invalid(`associate ${both} cannot be ${what} and taken out at once`, { associate: both })
  return [...new Set([...there, ...coming])].filter(id => !going.has(id)).sort((a, b) => a - b)
}

/** Somebody whose record is gone can still be taken out, by id. */
async function whoIsThere(
  site: Site,
  read: Reading,
  there: readonly number[],
  who: Who,
  what: string,
): Promise<number> {
  const known = there.find(id => String(id) === String(who))
  if (known !== undefined) return known
  const { id, name } = await findPerson(site, read, who)
  if (there.includes(id)) return id
  throw invalid(`${name} is not ${what} in this area`, { associate: name })
}

async function checkTaken(
  site: Site,
  read: Reading,
  newcomers: readonly number[],
  others: readonly AreaDefinition[],
): Promise<void> {
  for (const who of newcomers) {
    const other = others.find(area => area.assigned.includes(who))
    if (!other) continue
    const { name } = await findPerson(site, read, who)
    throw new HomecomingError('AREA_PERSON_TAKEN', `${name} is assigned to area ${other.name} already`, {
      associate: name,
      area: other.name,
    })
  }
}

/** Writes only what differs, as one person's edit. @returns the area's id */
export async function save(
  site: Site,
  write: Writing,
  { before, after }: AreaChange,
  actor: number | undefined,
): Promise<number> {
  await actAs(site, write, actor ?? null)
  for (const table of [AREA_TABLE, AREA_INCLUSION_TABLE, AREA_ASSIGNMENT_TABLE])
    await raiseSequence(site, write, site.dictionary.table(table))
  if (!after) {
    await deleteArea(write, before!.id)
    return before!.id
  }
  const id = before ? before.id : await insertArea(site, write, after)
  if (before && settingsDiffer(before, after)) await updateArea(site, write, id, after)
  for (const [link, were, are] of [
    [AREA_INCLUSION_TABLE, before?.included ?? [], after.included],
    [AREA_ASSIGNMENT_TABLE, before?.assigned ?? [], after.assigned],
  ] as const) {
    await removePeople(write, link, id, without(were, are))
    await addPeople(site, write, link, id, without(are, were))
  }
  return id
}

const SETTINGS = ['name', 'allData', 'maxDataAge', 'encryption', 'freeText'] as const

const settingsDiffer = (before: AreaDefinition, after: AreaDefinition): boolean =>
  SETTINGS.some(name => before[name] !== after[name])

const without = (all: readonly number[], gone: readonly number[]): number[] =>
  all.filter(each => !gone.includes(each))
