/**
 * Own news: what one child alone is sent.
 * Shape:  tables with field-level replication · what others did to records that it created and that are not in its area
 *         · its answers · the log rows behind the records of the second kind.
 * @source SPEC 7 (a record that the child created counts as a member for that child), 9 (answers)
 */
import { sql } from 'kysely'
import { isMember, isPartOf } from '../areas/membership.ts'
import type { Table } from '../dictionary/model.ts'
import { type FieldVersion, readFieldVersions } from '../log/field-version.ts'
import { keyOf, PARENT_LINK } from '../log/version.ts'
import type { LogRow, Query } from '../storage/contract.ts'
import { byKind, deletionsFirst } from './blocks.ts'
import { type ChangedRecord, changedRecords, dwnOperation } from './changes.ts'
import type { Frame } from './container.ts'
import { encodeLog, FRAME, type Operation } from './content.ts'
import { changedMember, type DwnScope, everyField, memberBefore, tablesDown } from './dwn-scope.ts'
import { byField } from './field-operations.ts'
import type { Link } from './link.ts'
import { logRowsByLink } from './log-rows.ts'
import { movedRecords, operationsOn } from './moves.ts'
import { broughtSince } from './outbox.ts'
import { createdBy, runOwner } from './pairs.ts'

export async function* ownFrames(scope: DwnScope, link: Link): AsyncGenerator<Frame> {
  const created = await tablesCreatedIn(scope, link)
  const answered = await tablesAnswered(scope, link)
  const followed = new Set<number>()
  for (const table of tablesDown(scope)) {
    if (scope.byField.has(table.number)) yield* fieldFrames(scope, table)
    if (created.has(table.number) && isPartOf(scope.area, table))
      yield* createdFrames(scope, table, link, followed)
    if (answered.has(table.number)) yield* answerFrames(scope, table, link)
  }
  if (followed.size > 0) yield* historyOf(scope, followed)
}

/** Others changed what the child created outside its area, or fields that are told one by one. */
export async function hasOwnNews(scope: DwnScope, link: Link): Promise<boolean> {
  if (scope.cut >= scope.position) return false
  const created = await tablesCreatedIn(scope, link)
  for (const table of tablesDown(scope)) {
    if (await hasFieldsBeside(scope, table)) return true
    if (!scope.since.has(table)) continue
    const others = sql`v.position > ${scope.cut} and v.link <> ${scope.has}`
    const whiches = [
      ...(created.has(table.number) && isPartOf(scope.area, table)
        ? [sql`${others} and ${createdBy(link, table, sql.ref('v.record_id'))}`]
        : []),
      ...(scope.byField.has(table.number) ? [sql`${others} and ${changedMember(scope, table)}`] : []),
    ]
    for (const which of whiches)
      if (
        await scope.write.row(
          sql`select 1 from hc_version v where v.tablenumber = ${table.number} and ${which} limit 1`,
        )
      )
        return true
  }
  return false
}

async function tablesCreatedIn({ write }: DwnScope, link: Link): Promise<Set<number>> {
  const rows = await write.rows(
    sql<{
      t: number
    }>`select distinct table_number as t from travelidmapping where cdbname = ${runOwner(link.tag)}`,
  )
  return new Set(rows.map(row => row.t))
}

async function tablesAnswered({ write }: DwnScope, link: Link): Promise<Set<number>> {
  const rows = await write.rows(
    sql<{ t: number }>`select distinct tablenumber as t from hc_answer where link_id = ${link.link_id}`,
  )
  return new Set(rows.map(row => row.t))
}

/** Field by field it matters who brought what, so that these are not shared. */
async function* fieldFrames(scope: DwnScope, table: Table): AsyncGenerator<Frame> {
  for await (const batch of movedRecords(scope, table)) {
    const fields = await fieldsOf(scope, table, batch)
    yield* byKind(
      table.number,
      batch.map(operation => everyField(scope, table, operation, fields.get(operation.record))),
    )
  }
  if (await hasFieldsBeside(scope, table))
    yield* newFieldFrames(scope, table, fieldsBeside(scope, table), false)
  if (!scope.since.has(table)) return
  const changed = sql`${changedMember(scope, table)} and v.link <> ${scope.has}`
  yield* newFieldFrames(scope, table, changed, scope.since.few)
}

/**
 * At a satellite a record stays at the position of an edit that is on its way to central, or of its bringer's, while what
 * central says of other fields is written beside it.
 */
const fieldsBeside = (scope: DwnScope, table: Table): Query =>
  sql`v.deleted = 0 and (v.position <= ${scope.cut} or v.link = ${scope.has})
    and ${memberBefore(scope, table)} and v.record_id in (select f.record_id from hc_field_version f
      where f.tablenumber = ${table.number} and f.position > ${scope.cut} and f.link = ${PARENT_LINK})`

async function hasFieldsBeside(scope: DwnScope, table: Table): Promise<boolean> {
  if (scope.site.identity.kind !== 'satellite' || !scope.byField.has(table.number)) return false
  const some = sql`select 1 from hc_version v where v.tablenumber = ${table.number} and ${fieldsBeside(scope, table)} limit 1`
  return (await scope.write.row(some)) !== undefined
}

async function* newFieldFrames(
  scope: DwnScope,
  table: Table,
  changed: Query,
  few: boolean,
): AsyncGenerator<Frame> {
  for (const which of deletionsFirst(changed)) {
    for await (const batch of changedRecords(scope.write, table, which, false, few))
      yield* byKind(table.number, await operationsOf(scope, table, batch))
  }
}

async function operationsOf(
  scope: DwnScope,
  table: Table,
  batch: readonly ChangedRecord[],
): Promise<Operation[]> {
  const whole = batch.map(record => dwnOperation(scope.databases, table, record))
  if (!scope.byField.has(table.number)) return whole
  const fields = await fieldsOf(scope, table, whole)
  const news = (version: FieldVersion) => version.position > scope.cut && version.link !== scope.has
  return whole.map(operation => {
    const known = fields.get(operation.record)
    // Only the record has another name: each field is told under its own, or the child would take that for the name of all.
    if (known && ![...known.values()].some(news)) return everyField(scope, table, operation, known)
    const { idFields } = scope.site.dictionary
    return byField(scope.databases, idFields(table), operation, known, news, version => version.time)
  })
}

const fieldsOf = (scope: DwnScope, table: Table, operations: readonly Operation[]) =>
  readFieldVersions(
    scope.write,
    table.number,
    operations.map(operation => operation.record),
  )

/** Changes by others reach what the child created, wherever it belongs. @param followed is added what was found */
async function* createdFrames(
  scope: DwnScope,
  table: Table,
  link: Link,
  followed: Set<number>,
): AsyncGenerator<Frame> {
  const record = sql.ref('v.record_id')
  const which = sql`v.position > ${scope.cut} and v.link <> ${scope.has}
    and ${createdBy(link, table, record)} and not ${isMember(scope.area, table, record)}`
  for await (const batch of changedRecords(scope.write, table, which, false, true)) {
    for (const changed of batch) followed.add(keyOf(table.number, changed.record))
    yield* byKind(table.number, await operationsOf(scope, table, batch))
  }
}

/** The parent's state of each record that the child must be told of, whatever the positions say. */
async function* answerFrames(scope: DwnScope, table: Table, link: Link): AsyncGenerator<Frame> {
  const record = sql.ref('a.record_id')
  const keys = sql`select a.record_id as id,
    case when ${isMember(scope.area, table, record)} or ${createdBy(link, table, record)} then 1 else 0 end as here
    from hc_answer a where a.link_id = ${link.link_id} and a.tablenumber = ${table.number}`
  for await (const batch of operationsOn(scope, table, keys)) {
    const whole = scope.byField.has(table.number)
    const fields = whole ? await fieldsOf(scope, table, batch) : new Map()
    yield* byKind(
      table.number,
      batch.map(operation => everyField(scope, table, operation, fields.get(operation.record))),
    )
  }
}

async function* historyOf(scope: DwnScope, followed: ReadonlySet<number>): AsyncGenerator<Frame> {
  const range = {
    from: scope.cut,
    to: scope.position,
    tables: new Set(tablesDown(scope).map(table => table.number)),
    visible: async (rows: readonly LogRow[]) =>
      rows.filter(row => followed.has(keyOf(row.table, row.record))),
    brought: await broughtSince(scope.write, scope.cut),
  }
  for await (const { from, rows } of logRowsByLink(scope.write, range))
    if (from !== scope.has) yield { kind: FRAME.log, body: encodeLog(rows) }
}
