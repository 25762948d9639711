/** Up operations: what an UP says of the records of one table: unsent edits, and what the parent asked for. */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import type { Databases } from '../log/databases.ts'
import { type FieldVersion, type FieldVersions, readFieldVersions } from '../log/field-version.ts'
import type { Site } from '../log/site.ts'
import { keyOf, MADE_HERE, PARENT_LINK } from '../log/version.ts'
import type { Writing } from '../storage/contract.ts'
import { byKind, deletionsFirst } from './blocks.ts'
import type { Ceiling } from './ceiling.ts'
import { changedRecords, type Since, type UnsentRecord, upOperation } from './changes.ts'
import type { Frame } from './container.ts'
import type { Operation } from './content.ts'
import { byField } from './field-operations.ts'
import type { Link } from './link.ts'

/** What the frames of one UP share. */
export interface UpScope {
  readonly site: Site
  readonly write: Writing
  readonly databases: Databases
  readonly link: Link
  readonly ceiling: Ceiling
  readonly cancelled: Set<number>
  readonly byField: ReadonlySet<number>
  readonly since: Since
  readonly wanted: ReadonlyMap<number, ReadonlySet<number>>
}

export async function* tableFrames(scope: UpScope, table: Table): AsyncGenerator<Frame> {
  const { write, link, since } = scope
  const unsent = sql`v.position > ${link.cut_position} and v.link <> ${PARENT_LINK}`
  for (const which of since.has(table) ? deletionsFirst(unsent) : []) {
    for await (const batch of changedRecords(write, table, which, true, since.few)) {
      yield* byKind(table.number, await operationsOf(scope, table, batch))
    }
  }
  yield* wantedFrames(scope, table)
}

async function operationsOf(
  scope: UpScope,
  table: Table,
  batch: readonly UnsentRecord[],
): Promise<Operation[]> {
  const fields = scope.byField.has(table.number)
    ? await readFieldVersions(
        scope.write,
        table.number,
        batch.map(changed => changed.record),
      )
    : undefined
  const operations: Operation[] = []
  for (const changed of batch) {
    if (isNoMore(changed)) scope.cancelled.add(keyOf(table.number, changed.record))
    else operations.push(operationOf(scope, table, changed, fields?.get(changed.record)))
  }
  return operations
}

/**
 * Created and deleted meanwhile; or merged into another record since, which is told by itself: no row is left of it, and nobody
 * has deleted it. A deletion in its name would be one of the record that stands.
 */
const isNoMore = ({ version, values }: UnsentRecord): boolean => !values && (version.born || !version.deleted)

function operationOf(
  scope: UpScope,
  table: Table,
  changed: UnsentRecord,
  fields: FieldVersions | undefined,
): Operation {
  const time = (version: { time: number; position: number; link: number }) =>
    version.link === MADE_HERE ? Math.min(version.time, scope.ceiling.at(version.position)) : version.time
  const whole = upOperation(scope.databases, table, changed, time(changed.version))
  if (scope.wanted.get(table.number)?.has(changed.record)) return { ...whole, wanted: true }
  const unsent = (version: FieldVersion) =>
    version.position > scope.link.cut_position && version.link !== PARENT_LINK
  return byField(scope.databases, scope.site.dictionary.idFields(table), whole, fields, unsent, time)
}

/** Records that the parent lacks values of, in full. They are no edits of their own. */
async function* wantedFrames(scope: UpScope, table: Table): AsyncGenerator<Frame> {
  if (!scope.wanted.has(table.number)) return
  const { write, link } = scope
  const records = sql`select record_id from hc_wanted where link_id = ${PARENT_LINK} and tablenumber = ${table.number}`
  const which = sql`v.record_id in (${records}) and not (v.position > ${link.cut_position} and v.link <> ${PARENT_LINK})`
  for await (const batch of changedRecords(write, table, which, true)) {
    yield* byKind(
      table.number,
      batch.map(changed => ({
        ...upOperation(scope.databases, table, changed, changed.version.time),
        wanted: true,
      })),
    )
  }
}
