/**
 * The log rows of one record's change, as statements of a trigger: what SPEC section 2 says of each.
 * Shape:  the values before are OLD; those after are NEW, or a row that the statement joins.
 */
import { firstId, lastId, TRAVEL_PREFIX } from '../../core/ids.ts'
import type { Field, Table } from '../../dictionary/model.ts'
import { FIELDS_IN_PART, LOG } from '../../log/types.ts'
import type { CapturedTable, CapturePlan } from '../contract.ts'
import { leftAreaRow, otherLink } from './capture-areas.ts'
import { baseOf, keyOf, logRow, quoted, refuse } from './capture-sql.ts'

export function insertRow(plan: CapturePlan, table: Table, where: string): string {
  const previous = zeroUnlessForeign(plan, table)
  return logRow({ table, type: LOG.insert, previous, record: `NEW.${keyOf(table)}`, where })
}

/** A child gives ids of its own range only, except to a record that it had: a version of it tells, or, where its deletion
 *  has not been read yet, its agreed values. */
function zeroUnlessForeign(plan: CapturePlan, table: Table): string {
  if (!plan.child) return '0'
  const prefix = prefixOfTable(plan, table)
  const key = `NEW.${keyOf(table)}`
  const own = `${key} BETWEEN ${firstId(prefix)} AND ${lastId(prefix)}`
  const known = `EXISTS (SELECT 1 FROM ${baseOf(table)} b WHERE b.${keyOf(table)} = ${key})
    OR EXISTS (SELECT 1 FROM hc_version v WHERE v.tablenumber = ${table.number} AND v.record_id = ${key})`
  if (madeAtCentral(plan, table))
    return `CASE WHEN s.capture = 2 OR ${known} THEN ${zeroUnlessClosed(plan, table)} ELSE ${MADE_AT_CENTRAL(table)} END`
  const refusal = refuse('ID_OUT_OF_RANGE', `${table.name}: the id is not of this database's own range`)
  return `CASE WHEN s.capture = 2 OR ${own} OR ${known} THEN ${zeroUnlessClosed(plan, table)} ELSE ${refusal} END`
}

/** Users come and go in one place (SPEC 8); what is known of one may be changed anywhere. */
const madeAtCentral = (plan: CapturePlan, table: Table): boolean =>
  table.name === plan.dictionary.parts.associate.table

const MADE_AT_CENTRAL = (table: Table): string =>
  refuse('CENTRAL_ONLY', `${table.name}: users are made at central, and reach every database from there`)

const DELETED_AT_CENTRAL = (table: Table): string =>
  refuse('CENTRAL_ONLY', `${table.name}: users are deleted at central, and go from every database then`)

function zeroUnlessKept(plan: CapturePlan, table: Table): string {
  const previous = zeroUnlessClosed(plan, table)
  if (!plan.child || !madeAtCentral(plan, table)) return previous
  return `CASE WHEN s.capture = 2 THEN ${previous} ELSE ${DELETED_AT_CENTRAL(table)} END`
}

export function prefixOfTable(plan: CapturePlan, table: Table): number {
  return plan.prefix ?? table.travelPrefix ?? plan.dictionary.travelPrefix ?? TRAVEL_PREFIX
}

/** undefined: the table has no field whose change is worth a row */
export function anyDiffers(table: Table, before: string, after: string): string | undefined {
  const all = comparedFields(table).map(({ field }) => differs(field, before, after))
  return all.length === 0 ? undefined : all.join(' OR ')
}

/** Where the new values are: in the trigger's NEW, or in a row that `from` joins. */
export interface After {
  readonly after: string
  readonly from?: string
  readonly where?: string
}

/** Field parts ascending, the Update, then owner, contact and project: the order of one save. */
export function updateRows(plan: CapturePlan, captured: CapturedTable, after: After): string[] {
  const { table } = captured
  const record = `OLD.${keyOf(table)}`
  const update = { table, type: LOG.update, previous: zeroUnlessClosed(plan, table), record }
  return [
    ...(captured.fieldLevel ? fieldPartRows(table, record, after) : []),
    logRow({ ...update, ...placeOf(after) }),
    ...roleRows(table, 'owner', LOG.updateOwner, after),
    ...roleRows(table, 'contact', LOG.updateContact, after),
    ...roleRows(table, 'project', LOG.updateProject, after),
    ...leftAreaRow(table, placeOf(after, otherLink(after.after))),
  ]
}

function placeOf(after: After, where?: string): { from?: string; where?: string } {
  const conditions = [after.where, where].filter(condition => condition !== undefined)
  return {
    ...(after.from === undefined ? {} : { from: after.from }),
    ...(conditions.length === 0 ? {} : { where: conditions.join(' AND ') }),
  }
}

/** The mask goes from 0 to 2^32-1; a part without a changed field is not written. */
function fieldPartRows(table: Table, record: string, after: After): string[] {
  const bits = new Map<number, string[]>()
  for (const { field, index } of comparedFields(table)) {
    const part = Math.floor(index / FIELDS_IN_PART)
    const bit = `((${differs(field, 'OLD', after.after)}) << ${index % FIELDS_IN_PART})`
    bits.set(part, [...(bits.get(part) ?? []), bit])
  }
  return [...bits].map(([part, terms]) => {
    const mask = terms.join(' | ')
    const place = placeOf(after, `(${mask}) <> 0`)
    return logRow({ table, type: LOG.fieldPart + part, previous: mask, record, ...place })
  })
}

/** One row per changed field of this role; `flags` names the field from the second on. */
function roleRows(table: Table, role: NonNullable<Field['role']>, type: number, after: After): string[] {
  const fields = comparedFields(table).filter(({ field }) => field.role === role)
  return fields.map(({ field, index }, nth) =>
    logRow({
      table,
      type,
      previous: `coalesce(OLD.${quoted(field.name)}, 0)`,
      record: `OLD.${keyOf(table)}`,
      flags: nth === 0 ? 0 : index,
      ...placeOf(after, differs(field, 'OLD', after.after)),
    }),
  )
}

export function deleteRows(plan: CapturePlan, table: Table, where?: string): string[] {
  const record = `OLD.${keyOf(table)}`
  const previous = zeroUnlessKept(plan, table)
  const place = where === undefined ? {} : { where }
  return [logRow({ table, type: LOG.delete, previous, record, ...place }), ...leftAreaRow(table, place)]
}

/** 0, for a column that is 0 anyway: so the check costs no statement of its own. */
export function zeroUnlessClosed(plan: CapturePlan, table: Table): string {
  if (!plan.child) return '0'
  const refusal = refuse('CHILD_CLOSED', `${table.name}: this travel database has been sealed for homecoming`)
  return `CASE WHEN s.closed AND s.capture = 1 THEN ${refusal} ELSE 0 END`
}

/** Fields whose change is worth a log row: not the key (that is another record), not what is derived here. */
export function comparedFields(table: Table): { readonly field: Field; readonly index: number }[] {
  return table.fields
    .map((field, index) => ({ field, index }))
    .filter(({ field, index }) => index > 0 && !field.derived)
}

/** True where the value differs to the byte: a column that ignores case or spaces must not hide a change. */
export function differs(field: Field, before: string, after: string): string {
  const name = quoted(field.name)
  return `${before}.${name}${isText(field) ? ' COLLATE BINARY' : ''} IS NOT ${after}.${name}`
}

const NUMBERS: ReadonlySet<Field['type']> = new Set(['id', 'int16', 'int32', 'int64', 'double', 'boolean'])
const isText = (field: Field): boolean => !NUMBERS.has(field.type)

/** Keeps the agreed values of a record from its first change on. Not `OR IGNORE`: an outer `OR REPLACE` overrides it. */
export function keepBase(captured: CapturedTable, where?: string): string {
  const { table } = captured
  const names = table.fields.map(field => quoted(field.name))
  const values = names.map(name => `OLD.${name}`)
  const known = `SELECT 1 FROM ${baseOf(table)} b WHERE b.${keyOf(table)} = OLD.${keyOf(table)}`
  return `INSERT INTO ${baseOf(table)} (${names.join(', ')}) SELECT ${values.join(', ')} FROM hc_session s
    WHERE s.capture${where === undefined ? '' : ` AND ${where}`} AND NOT EXISTS (${known})`
}
