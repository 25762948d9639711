/**
 * The log rows of one record's change: what SPEC section 2 says of each.
 * Shape:  `o` is the record before, `n` the one after; where there is none, its key is null.
 */
import { firstId, lastId, TRAVEL_PREFIX } from '../../core/ids.ts'
import type { Field, Table } from '../../dictionary/model.ts'
import { AREA_ASSIGNMENT_TABLE, AREA_INCLUSION_TABLE } from '../../dictionary/travel-tables.ts'
import { FIELDS_IN_PART, LOG } from '../../log/types.ts'
import type { CapturedTable, CapturePlan } from '../contract.ts'
import { keyOf, MODE, type Names } from './capture-sql.ts'
import { quoted } from './sql-text.ts'

/** A log row of a record: written where `previous` is not null. */
export interface PossibleRow {
  readonly type: number
  readonly previous: string
  readonly flags?: number
  /** Where it is not the changed record itself. */
  readonly record?: string
}

export interface SaveRow extends PossibleRow {
  /** A column that holds `previous`. */
  readonly name: string
}

export interface IndexedField {
  readonly field: Field
  readonly index: number
}

/** Fields whose change is worth a log row: not the key (that is another record), not what is derived here. */
export const comparedFields = (table: Table): IndexedField[] =>
  table.fields
    .map((field, index) => ({ field, index }))
    .filter(({ field, index }) => index > 0 && !field.derived)

/** Compared as they are, whatever the column's own idea of equality. */
const EXACT: ReadonlySet<Field['type']> = new Set([
  ...(['id', 'int16', 'int32', 'int64', 'boolean', 'date', 'datetime', 'uuid', 'bytes'] as const),
])

/** True where the value differs to the byte: a column that ignores case or trailing zeros must not hide a change. */
export function differs(field: Field): string {
  const [before, after] = [`o.${quoted(field.name)}`, `n.${quoted(field.name)}`]
  if (EXACT.has(field.type)) return `${before} is distinct from ${after}`
  if (field.type === 'text')
    return `${before}::text collate pg_catalog."C" is distinct from ${after}::text collate pg_catalog."C"`
  return `pg_catalog.record_image_ne(row(${before}), row(${after}))`
}

/** True where a record is new, gone, or differs in what is worth a row. */
export function changed(table: Table): string {
  const key = keyOf(table)
  const fields = comparedFields(table).map(({ field }) => differs(field))
  return [`o.${key} is null`, `n.${key} is null`, ...fields].join('\n    or ')
}

/** Before the Update. */
export function fieldPartRows({ table, fieldLevel }: CapturedTable): SaveRow[] {
  return fieldLevel ? fieldParts(table) : []
}

/** After the Update: owner, contact, project, and who left an area. */
export function explainingRows(table: Table): SaveRow[] {
  return [
    ...roleRows(table, 'owner', LOG.updateOwner),
    ...roleRows(table, 'contact', LOG.updateContact),
    ...roleRows(table, 'project', LOG.updateProject),
    ...leftArea(table, `n.${keyOf(table)} is null or ${OTHER_LINK}`),
  ]
}

export function deleteRows(names: Names, plan: CapturePlan, table: Table): PossibleRow[] {
  return [{ type: LOG.delete, previous: zeroUnlessKept(names, plan, table) }, ...leftArea(table)]
}

/** A child gives ids of its own range only, except to a record that it had: a version of it tells, or, where its deletion
 *  has not been read yet, its agreed values. */
export function previousOfInsert(names: Names, plan: CapturePlan, table: Table): string {
  if (!plan.child) return '0'
  const key = `n.${keyOf(table)}`
  const allowed = [
    ...(isMadeAtCentral(plan, table) ? [] : [inRange(plan, table, key)]),
    `${MODE} = 'applying'`,
    `exists (select from ${names.base(table)} b where b.${keyOf(table)} = ${key})`,
    `exists (select from ${names.of('hc_version')} v where v.tablenumber = ${table.number} and v.record_id = ${key})`,
  ]
  const refusal = isMadeAtCentral(plan, table)
    ? names.refuse(
        'CENTRAL_ONLY',
        `${table.name}: users are made at central, and reach every database from there`,
      )
    : names.refuse('ID_OUT_OF_RANGE', `${table.name}: the id is not of this database's own range`)
  return `case when ${allowed.join(' or ')} then ${zeroUnlessClosed(names, plan, table)} else ${refusal} end`
}

/** Users come and go in one place (SPEC 8); what is known of one may be changed anywhere. */
const isMadeAtCentral = (plan: CapturePlan, table: Table): boolean =>
  table.name === plan.dictionary.parts.associate.table

function zeroUnlessKept(names: Names, plan: CapturePlan, table: Table): string {
  const previous = zeroUnlessClosed(names, plan, table)
  if (!plan.child || !isMadeAtCentral(plan, table)) return previous
  const refusal = names.refuse(
    'CENTRAL_ONLY',
    `${table.name}: users are deleted at central, and go from every database then`,
  )
  return `case when ${MODE} = 'applying' then ${previous} else ${refusal} end`
}

function inRange(plan: CapturePlan, table: Table, key: string): string {
  const prefix = prefixOfTable(plan, table)
  return `${key} between ${firstId(prefix)} and ${lastId(prefix)}`
}

export function prefixOfTable(plan: CapturePlan, table: Table): number {
  return plan.prefix ?? table.travelPrefix ?? plan.dictionary.travelPrefix ?? TRAVEL_PREFIX
}

/** 0, for a column that is 0 anyway: so the check costs no statement of its own. */
export function zeroUnlessClosed(names: Names, plan: CapturePlan, table: Table): string {
  if (!plan.child) return '0'
  const refusal = names.refuse(
    'CHILD_CLOSED',
    `${table.name}: this travel database has been sealed for homecoming`,
  )
  const closed = `(select s.closed = 1 and ${MODE} is distinct from 'applying' from ${names.session} s)`
  return `case when ${closed} then ${refusal} else 0 end`
}

/** The mask goes from 0 to 2^32-1; a part without a changed field is not written. */
function fieldParts(table: Table): SaveRow[] {
  const parts = Map.groupBy(comparedFields(table), ({ index }) => Math.floor(index / FIELDS_IN_PART))
  return [...parts].map(([part, fields]) => {
    const bits = fields.map(
      ({ field, index }) =>
        `case when ${differs(field)} then ${2 ** (index % FIELDS_IN_PART)}::bigint else 0 end`,
    )
    return {
      name: `part_${part}`,
      type: LOG.fieldPart + part,
      previous: onlyIf(both(table), `nullif(${bits.join(' + ')}, 0)`),
    }
  })
}

/** One row per changed field of this role; `flags` names the field from the second on. */
function roleRows(table: Table, role: NonNullable<Field['role']>, type: number): SaveRow[] {
  return comparedFields(table)
    .filter(({ field }) => field.role === role)
    .map(({ field, index }, nth) => ({
      name: `role_${index}`,
      type,
      previous: onlyIf(`${both(table)} and ${differs(field)}`, `coalesce(o.${quoted(field.name)}, 0)`),
      flags: nth === 0 ? 0 : index,
    }))
}

const LEFT: Readonly<Record<string, number>> = {
  [AREA_INCLUSION_TABLE]: LOG.deleteAreaUserInclusion,
  [AREA_ASSIGNMENT_TABLE]: LOG.deleteAreaUserAssignment,
}
/** The link is another one now, whatever else of the row changed. */
const OTHER_LINK = '(o.area_id is distinct from n.area_id or o.associate_id is distinct from n.associate_id)'

/** Who leaves an area: 5888 and 6144, whose record is the area. */
function leftArea(table: Table, when = 'true'): SaveRow[] {
  const type = LEFT[table.name]
  if (type === undefined) return []
  return [
    { name: 'left_area', type, record: 'o.area_id', previous: onlyIf(when, 'coalesce(o.associate_id, 0)') },
  ]
}

const both = (table: Table): string => `o.${keyOf(table)} is not null and n.${keyOf(table)} is not null`
const onlyIf = (condition: string, value: string): string => `case when ${condition} then ${value} end`
