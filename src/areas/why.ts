/**
 * Why: why a record is, or is not, in an area: the rules and the path to where each begins, since when, by which change.
 * Shape:  rules from the record itself (reasons.ts) -> the log row behind it (since.ts) -> one sentence (sentence.ts).
 * Never:  believes the journal: where hc_member says otherwise, that is part of the answer.
 */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import type { Writing } from '../storage/contract.ts'
import { tooOld } from './age.ts'
import { type AreaDefinition, findArea } from './area-rows.ts'
import { oldestIn } from './contents.ts'
import type { AreaSlot } from './definitions.ts'
import { EVERYTHING, isMember, isPartOf, slotOf } from './membership.ts'
import { isIn, type Membership, Reasons } from './reasons.ts'
import { keyName } from './rules.ts'
import { sentenceOf } from './sentence.ts'
import { type Since, sinceWhen } from './since.ts'

export interface Why {
  readonly area: { readonly id: number; readonly name: string }
  readonly table: string
  readonly record: number
  readonly member: boolean
  /** Which rules hold, or why none does, record by record. */
  readonly membership: Membership
  /** Absent where it is older than the log, or never was otherwise. */
  readonly since?: Since
  /** Away with the area: they made the record on this journey, and keep it. */
  readonly madeBy: readonly string[]
  /** A new copy leaves the record out, for its age. */
  readonly tooOld: boolean
  /** False: the journal of areas (hc_member) says otherwise; see `homecoming verify --areas`. */
  readonly journalAgrees: boolean
  readonly sentence: string
}

export interface Question {
  /** Name or id; 0 is the area of everything. */
  readonly area: string | number
  readonly table: string
  readonly record: number
  /** UTC seconds. */
  readonly now: number
}

/**
 * @param write membership is up to date in its transaction (upkeep.ts)
 * @param madeBy who of the area's people made a record themselves, on a journey that goes on
 * @throws {HomecomingError} AREA_UNKNOWN, TABLE_UNKNOWN
 */
export async function explain(
  dictionary: LoadedDictionary,
  write: Writing,
  question: Question,
  madeBy: (area: number, table: Table) => Promise<readonly string[]>,
): Promise<Why> {
  const area = await areaAsked(write, question.area)
  const table = dictionary.table(question.table)
  const reasons = new Reasons(dictionary, write, area)
  const membership = await reasons.of(table, question.record)
  const member = isIn(membership)
  const since = await sinceWhen({ dictionary, write, area, reasons }, membership)
  const slot = await slotOf(write, area.id)
  const answer = {
    madeBy: membership.exists ? await madeBy(area.id, table) : [],
    journalAgrees: (await journalHas(write, slot, table, membership)) === member,
    tooOld: member && (await isTooOld(write, slot, table, question)),
  }
  const told = { area: area.name, maxDataAge: area.maxDataAge, membership, since, ...answer }
  return {
    area: { id: area.id, name: area.name },
    table: table.name,
    record: question.record,
    member,
    membership,
    ...(since && { since }),
    ...answer,
    sentence: sentenceOf(dictionary, told),
  }
}

const ALL: AreaDefinition = {
  ...{ id: EVERYTHING, name: 'everything', allData: true, maxDataAge: 0, encryption: 2, freeText: false },
  included: [],
  assigned: [],
}

const areaAsked = async (write: Writing, which: string | number): Promise<AreaDefinition> =>
  String(which) === String(EVERYTHING) ? ALL : findArea(write, which)

/** A table of which every area has all records has no journal, nor has one that stays here. */
async function journalHas(
  write: Writing,
  slot: AreaSlot | undefined,
  table: Table,
  { exists, but, record }: Membership,
): Promise<boolean> {
  if (!slot || but.some(({ rule }) => rule === 'stays')) return false
  if (!isPartOf(slot, table)) return exists
  return (await write.row(sql`select 1 where ${isMember(slot, table, sql`${record}`)}`)) !== undefined
}

async function isTooOld(
  write: Writing,
  slot: AreaSlot | undefined,
  table: Table,
  { record, now }: Question,
): Promise<boolean> {
  const before = slot && (await oldestIn(write, slot, now))
  const old = before === undefined ? undefined : tooOld(table, before)
  if (!old) return false
  const key = sql.ref(`${table.name}.${keyName(table)}`)
  const row = await write.row(sql`select 1 from ${sql.table(table.name)} where ${key} = ${record} and ${old}`)
  return row !== undefined
}
