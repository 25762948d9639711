/** Dwn scope: what the frames of a DWN have in common, for every child of one area who has got as far. */
import { sql } from 'kysely'
import type { AreaSlot } from '../areas/definitions.ts'
import { isMember, isPartOf } from '../areas/membership.ts'
import type { Table } from '../dictionary/model.ts'
import type { Databases } from '../log/databases.ts'
import type { FieldVersions } from '../log/field-version.ts'
import { NEVER_CHANGED, REST } from '../log/field-version.ts'
import type { Site } from '../log/site.ts'
import type { Query, Writing } from '../storage/contract.ts'
import type { Since } from './changes.ts'
import type { Operation } from './content.ts'
import { byField } from './field-operations.ts'
import type { Moved } from './moves.ts'

export interface DwnScope {
  readonly site: Site
  readonly write: Writing
  readonly databases: Databases
  readonly area: AreaSlot
  /** News are what lies behind it. */
  readonly cut: number
  /** Up to which the log has been read. */
  readonly position: number
  readonly byField: ReadonlySet<number>
  readonly since: Since
  readonly moved: Moved
  /** The link whose own changes are left out: its child has them. NOBODY_HAS: they are told as well. */
  readonly has: number
}

/** The number of no link. */
export const NOBODY_HAS = -2

/** Tables that go down, in the dictionary's order. */
export const tablesDown = ({ site }: DwnScope): Table[] =>
  site.dictionary.captured.filter(table => site.dictionary.goesDown(table))

/** A condition on `v`, a version: its record changed, is in the area, and did not just enter it. */
export function changedMember(scope: DwnScope, table: Table): Query {
  return sql`v.position > ${scope.cut} and ${memberBefore(scope, table)}`
}

/** The record is in the area, and did not just enter it. */
export function memberBefore(scope: DwnScope, table: Table): Query {
  const { area } = scope
  if (!isPartOf(area, table)) return sql`1 = 1${notEntered(scope, table)}`
  return sql`${isMember(area, table, sql.ref('v.record_id'))}${notEntered(scope, table)}`
}

/** An area of everything has moves only after it was one with rules. */
const notEntered = ({ area, cut }: DwnScope, table: Table): Query =>
  area.area_id === 0
    ? sql``
    : sql` and not exists (select 1 from hc_move w where w.area_id = ${area.area_id}
        and w.tablenumber = ${table.number} and w.record_id = v.record_id and w.position > ${cut} and w.entered = 1)`

/** What the receiver may lack, or must be told, goes with every field, also those that nobody has changed. */
export function everyField(
  scope: DwnScope,
  table: Table,
  operation: Operation,
  fields: FieldVersions | undefined,
): Operation {
  const all = fields && new Map([[REST, NEVER_CHANGED], ...fields])
  return byField(
    scope.databases,
    scope.site.dictionary.idFields(table),
    operation,
    all,
    () => true,
    version => version.time,
  )
}
