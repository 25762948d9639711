/**
 * Returned: what a restored parent had sent and has forgotten, sent back to it by a child that still has it.
 * Shape:  operations as in a DWN, under the version and the author that the parent gave them. They are no edits of the child's.
 * Never:  repeats what the child made itself: that is unsent again.
 */
import { sql } from 'kysely'
import { inRounds } from '../core/rounds.ts'
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import type { Databases } from '../log/databases.ts'
import { fieldLevelTables } from '../log/field-level.ts'
import {
  type FieldVersion,
  type FieldVersions,
  REST,
  readFieldVersions,
  versionOfField,
} from '../log/field-version.ts'
import type { Site } from '../log/site.ts'
import { NOBODY, PARENT_LINK } from '../log/version.ts'
import type { Query, Reading, Writing } from '../storage/contract.ts'
import { byKind, deletionsFirst } from './blocks.ts'
import { type ChangedRecord, changedRecords, dwnOperation } from './changes.ts'
import type { Frame } from './container.ts'
import { FRAME, type Operation } from './content.ts'
import { byField } from './field-operations.ts'
import { readRuns } from './pairs.ts'
import type { FieldPart } from './parts.ts'
import type { AgainNote } from './rejoin-notes.ts'
import type { RejoinState } from './rejoin-state.ts'
import { fromWaiting } from './waiting.ts'

/**
 * Not merged into another record since: that is told by itself. No row is left of it here, and a deletion in its name would be
 * one of the record that was kept.
 */
const isItself = sql`not exists (select 1 from hc_alias a
  where a.tablenumber = v.tablenumber and a.old_id = v.record_id and a.position >= v.position)`

/** Brought by the parent since the last packet that it knows to have sent. A little more does no harm; what nobody has changed it has. */
const brought = ({ since }: RejoinState): Query =>
  sql`v.link = ${PARENT_LINK} and v.position >= ${since} and v.maker <> ${NOBODY} and ${isItself}`

/** Ours is the last word, but on other fields than the parent's since then. */
const besideOurs = ({
  since,
}: RejoinState): Query => sql`v.link <> ${PARENT_LINK} and v.deleted = 0 and v.born = 0 and ${isItself}
  and exists (select 1 from hc_field_version f where f.tablenumber = v.tablenumber and f.record_id = v.record_id
    and f.link = ${PARENT_LINK} and f.position >= ${since})`

interface Scope {
  readonly site: Site
  readonly read: Reading
  readonly databases: Databases
  readonly byField: ReadonlySet<number>
  readonly state: RejoinState
}

export async function* returnedFrames(
  site: Site,
  read: Reading,
  databases: Databases,
  state: RejoinState,
): AsyncGenerator<Frame> {
  const scope = { site, read, databases, byField: await fieldLevelTables(read), state }
  for (const table of site.dictionary.captured.filter(each => site.dictionary.goesDown(each))) {
    for (const which of deletionsFirst(brought(state)))
      yield* framesOf(scope, table, changedRecords(read, table, which, false), (whole, fields) =>
        narrowed(scope, table, whole, fields, () => true),
      )
    if (scope.byField.has(table.number))
      yield* framesOf(
        scope,
        table,
        changedRecords(read, table, besideOurs(state), true),
        (whole, fields, base) => theirs(scope, table, whole, fields, base),
      )
    yield* waitingFrames(scope, table)
  }
}

/** What this database could not take yet, or has passed by, stands in no row of it. Whoever told what is
 * passed by had not heard of the edits from here. Of one record each comes after the one before. */
async function* waitingFrames({ read, databases }: Scope, table: Table): AsyncGenerator<Frame> {
  const rows = await read.rows(
    sql<{ operation: Uint8Array; held: number }>`select operation, held from (
      select 1 as held, held_id as id, operation from hc_held
        where link_id = ${PARENT_LINK} and tablenumber = ${table.number}
      union all select 0, passed_id, operation from hc_passed_by where tablenumber = ${table.number}) waiting
      order by held, id`,
  )
  const waiting = rows
    .map(({ operation, held }) => ({ ...fromWaiting(databases, table, operation), passed: held === 0 }))
    .filter(({ kind, version }) => kind !== 'leave' && version !== null)
  for (const round of inRounds(waiting, ({ record }) => record))
    yield* asReturned(byKind(table.number, round))
}

function* asReturned(frames: Iterable<Frame>): Generator<Frame> {
  for (const { body } of frames) yield { kind: FRAME.returned, body }
}

/** What is told of a record. */
type Told = (whole: Operation, fields: FieldVersions | undefined, base: Row | null) => Operation

async function* framesOf(
  { read, databases, byField: some }: Scope,
  table: Table,
  batches: AsyncGenerator<ChangedRecord[]>,
  told: Told,
): AsyncGenerator<Frame> {
  for await (const batch of batches) {
    const records = batch.map(({ record }) => record)
    const fields = some.has(table.number) ? await readFieldVersions(read, table.number, records) : undefined
    const operations = batch.map(changed =>
      told(dwnOperation(databases, table, changed), fields?.get(changed.record), changed.base),
    )
    yield* asReturned(byKind(table.number, operations))
  }
}

const narrowed = (
  { site, databases }: Scope,
  table: Table,
  whole: Operation,
  fields: FieldVersions | undefined,
  which: (version: FieldVersion) => boolean,
): Operation =>
  byField(databases, site.dictionary.idFields(table), whole, fields, which, version => version.time)

/**
 * The record as it was when the last of these fields had been changed, with all values, so that nobody has to ask. What
 * stands in our own fields comes after it, under its own version: here they are as they were when last in accord.
 */
function theirs(
  scope: Scope,
  table: Table,
  whole: Operation,
  fields: FieldVersions | undefined,
  base: Row | null,
): Operation {
  const { since } = scope.state
  const which = ({ link, position }: FieldVersion) => link === PARENT_LINK && position >= since
  const isOurs = (field: number) => versionOfField(undefined, fields, field)?.link !== PARENT_LINK
  const values = whole.values!.map((value, field) =>
    base && field > 0 && isOurs(field) ? base[field]! : value,
  )
  const operation = narrowed(scope, table, { ...whole, values }, fields, which)
  const all = table.fields.map((_, field) => field).slice(1)
  const parts = named(operation.parts ?? [], all, field => !fields?.has(field))
  const [last] = [...parts].sort((a, b) => b.time - a.time)
  if (!last) return operation
  const { version, time, associate } = last
  return { ...operation, parts, version, time, associate, carried: all }
}

/** One by one: what is said of the rest says nothing of fields that are ours. */
const named = (
  parts: readonly FieldPart[],
  all: readonly number[],
  isRest: (field: number) => boolean,
): FieldPart[] =>
  parts.flatMap(part =>
    part.field === REST ? all.filter(isRest).map(field => ({ ...part, field })) : [part],
  )

/** What the parent had merged: [table, old, kept]. */
export async function returnedAliases(read: Reading, { since }: RejoinState): Promise<number[][]> {
  const rows = await read.rows(
    sql<{ t: number; o: number; k: number }>`select tablenumber as t, old_id as o, kept_id as k from hc_alias
      where link = ${PARENT_LINK} and position >= ${since} order by position, tablenumber, old_id`,
  )
  return rows.map(({ t, o, k }) => [t, o, k])
}

export async function againNote(site: Site, read: Reading, state: RejoinState): Promise<AgainNote> {
  const runs = await readRuns(read, site.identity.tag)
  return {
    seen: state.seen,
    pairs: runs.map(({ table, local, parent, count }) => [table, local, parent, count]),
  }
}

/**
 * Until the parent has read them they are in flight: it may still tell of what it had before, and may be put back once more. What
 * nobody has changed it has, and is not sent.
 */
export async function noteReturned(write: Writing, { since }: RejoinState, number: number): Promise<void> {
  for (const name of ['hc_version', 'hc_field_version'])
    await write.run(sql`update ${sql.table(name)} set sent = ${number}
      where link = ${PARENT_LINK} and position >= ${since} and maker <> ${NOBODY}`)
  await write.run(sql`update hc_held set sent = ${number} where link_id = ${PARENT_LINK}`)
  await write.run(sql`update hc_passed_by set sent = ${number}`)
}
