/**
 * Obey fields: a child takes what a DWN says field by field, except for fields that are in flight (SPEC 9).
 */

import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { rehashThese } from '../hashes/rehash.ts'
import { OWN_SIDE } from '../hashes/tables.ts'
import {
  type FieldVersion,
  type FieldVersions,
  forgetFieldVersions,
  REST,
  readFieldVersions,
  versionOfField,
  writeFieldVersions,
} from '../log/field-version.ts'
import { keyOf, PARENT_LINK, readVersions, type Version, writeVersions } from '../log/version.ts'
import { baseTable } from '../packet/changes.ts'
import {
  type DwnContext,
  forgetBase,
  isRelay,
  isWanted,
  noteLeaving,
  versionHere,
  writeRows,
} from './dwn-context.ts'
import { overlay } from './field-rows.ts'
import { type Incoming, isPartial, partOf } from './operation.ts'
import { passBy } from './passed-by.ts'
import { wholeRow } from './rows.ts'

interface Here {
  readonly version: Version | undefined
  readonly fields: FieldVersions | undefined
  readonly row: Row | undefined
}

/** An operation, what it meets here, and what is taken of it. */
interface Meeting {
  readonly operation: Incoming
  readonly here: Here
  readonly taken: readonly number[]
  readonly flying: boolean
}

/** @param operations one a record: they are written together, because they may be in each other's way */
export async function obeyFields(
  context: DwnContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<void> {
  const meetings = await meetingsOf(context, table, operations)
  await passBy(context, table, passedBy(operations, meetings))
  const written = meetings.map(({ operation, here, taken }) => overlaid(operation, here, taken))
  const held = await writeRows(context, table, written)
  for (const meeting of meetings)
    if (!held.has(meeting.operation.record)) await settle(context, table, meeting)
}

/** Those that need not wait. */
async function meetingsOf(
  context: DwnContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<Meeting[]> {
  const records = operations.map(operation => operation.record)
  const versions = await readVersions(
    context.write,
    records.map(record => ({ table: table.number, record })),
  )
  const fields = await readFieldVersions(context.write, table.number, records)
  const rows = await context.write.lookup(
    wholeRow(table),
    records.map(record => [record]),
  )
  return operations.flatMap((operation, index) => {
    const here = { version: versions[index], fields: fields.get(operation.record), row: rows[index] }
    const flying = fieldsInFlight(table, here.version, here.fields, context.head.acknowledged)
    if (mustWait(context, table, operation, here, flying)) {
      context.waiting.add(keyOf(table.number, operation.record))
      return []
    }
    const taken = namedFields(table, operation).filter(field => !flying.has(field))
    return [{ operation, here, taken, flying: flying.size > 0 }]
  })
}

/** What is not taken, or not in all fields. */
function passedBy(operations: readonly Incoming[], meetings: readonly Meeting[]): Incoming[] {
  const whole = new Set(meetings.filter(({ flying }) => !flying).map(({ operation }) => operation))
  return operations.filter(operation => !whole.has(operation))
}

/** @returns the operation with the row that stands afterwards */
function overlaid(operation: Incoming, here: Here, taken: readonly number[]): Incoming {
  if (operation.kind !== 'put' || !here.row) return operation
  return { ...operation, values: overlay(here.row, operation.values!, taken) }
}

async function settle(context: DwnContext, table: Table, meeting: Meeting): Promise<void> {
  const { operation, here, taken, flying } = meeting
  if (operation.kind !== 'put') return leftOrDeleted(context, table, operation)
  // The record keeps its own version while an edit of ours is in flight: no position tells that fields beside it changed.
  if (flying && isRelay(context)) await rehashThese(context.write, OWN_SIDE, table.number, [operation.record])
  await stampRecord(context, table, operation, here, flying)
  await stampFields(context, table, operation, here, taken, flying)
  await renewBase(context, table, operation, taken, flying)
}

/** Fields that were sent in an UP above this number. */
export function fieldsInFlight(
  table: Table,
  version: Version | undefined,
  fields: FieldVersions | undefined,
  acknowledged: number,
): Set<number> {
  const flying = new Set<number>()
  for (let field = 1; field < table.fields.length; field++) {
    if ((versionOfField(version, fields, field)?.sent ?? 0) > acknowledged) flying.add(field)
  }
  return flying
}

/** A deletion or a record that is not here waits as a whole; so does what the parent asked for. */
function mustWait(
  context: DwnContext,
  table: Table,
  operation: Incoming,
  here: Here,
  flying: ReadonlySet<number>,
): boolean {
  if (isWanted(context, table, operation.record)) return true
  if (!here.row && isPartial(operation)) return true
  return flying.size > 0 && (operation.kind !== 'put' || !here.row)
}

async function leftOrDeleted(context: DwnContext, table: Table, operation: Incoming): Promise<void> {
  await forgetFieldVersions(context.write, table.number, [operation.record])
  await writeRecordVersion(context, table, operation, undefined)
  await forgetBase(context, table, [operation.record])
}

export function namedFields(table: Table, operation: Incoming): number[] {
  const all = Array.from({ length: table.fields.length - 1 }, (_, index) => index + 1)
  return isPartial(operation) ? all.filter(field => operation.parts!.some(part => part.field === field)) : all
}

/** While something of ours is in flight the record's own version stays; what it replaces is the parent's. */
async function stampRecord(
  context: DwnContext,
  table: Table,
  operation: Incoming,
  here: Here,
  flying: boolean,
): Promise<void> {
  await writeRecordVersion(context, table, operation, flying ? here.version : undefined)
}

async function writeRecordVersion(
  context: DwnContext,
  table: Table,
  operation: Incoming,
  kept: Version | undefined,
): Promise<void> {
  const target = { table: table.number, record: operation.record }
  if (kept)
    return writeVersions(context.write, [{ ...target, version: { ...kept, agreed: operation.version } }])
  await noteLeaving(context, table, [operation])
  const name = versionHere(context, operation.version)
  if (name === null || operation.kind === 'leave') {
    const key = { table: 'hc_version', key: ['tablenumber', 'record_id'], columns: [] }
    return context.write.remove(key, [[table.number, operation.record]])
  }
  const version: Version = {
    ...received(context, name, operation.time, operation.associate),
    deleted: operation.kind !== 'put',
    born: false,
  }
  await writeVersions(context.write, [{ ...target, version }])
}

const received = (
  context: DwnContext,
  name: FieldVersion['name'],
  time: number,
  associate: number,
): FieldVersion => ({
  name,
  time,
  associate,
  position: context.position,
  link: PARENT_LINK,
  agreed: name,
  sent: 0,
})

async function stampFields(
  context: DwnContext,
  table: Table,
  operation: Incoming,
  here: Here,
  taken: readonly number[],
  flying: boolean,
): Promise<void> {
  const rows = flying
    ? mixedRows(context, table, operation, here, taken)
    : rowsAsTold(context, operation, here, taken)
  await forgetFieldVersions(context.write, table.number, [operation.record])
  await writeFieldVersions(context.write, table.number, operation.record, rows)
}

/** Nothing of ours stands beside it: the parent's rows, and for a partial operation those that it does not name. */
function rowsAsTold(
  context: DwnContext,
  operation: Incoming,
  here: Here,
  taken: readonly number[],
): FieldVersions {
  const rows: FieldVersions = isPartial(operation)
    ? new Map(here.fields ?? wholeAsRest(here.version))
    : new Map()
  for (const field of taken) if (isPartial(operation)) rows.delete(field)
  for (const part of operation.parts ?? []) {
    const name = versionHere(context, part.version)
    if (name) rows.set(part.field, received(context, name, part.time, part.associate))
  }
  return rows
}

function mixedRows(
  context: DwnContext,
  table: Table,
  operation: Incoming,
  here: Here,
  taken: readonly number[],
): FieldVersions {
  const rows: FieldVersions = new Map()
  const before = here.fields ?? wholeAsRest(here.version)
  for (const [field, version] of before) rows.set(field, version)
  if (!isPartial(operation)) replaceRest(context, table, operation, rows, taken)
  for (const field of taken) {
    const part = partOf(operation, field)
    const name = part && versionHere(context, part.version)
    if (name) rows.set(field, received(context, name, part.time, part.associate))
    else rows.delete(field)
  }
  return rows
}

const wholeAsRest = (version: Version | undefined): FieldVersions =>
  version && !version.deleted ? new Map([[REST, version]]) : new Map()

/** The rest is renewed too; fields in flight that had no row of their own get one. */
function replaceRest(
  context: DwnContext,
  table: Table,
  operation: Incoming,
  rows: FieldVersions,
  taken: readonly number[],
): void {
  const rest = rows.get(REST)
  if (rest) {
    for (let field = 1; field < table.fields.length; field++) {
      if (!rows.has(field) && !taken.includes(field)) rows.set(field, rest)
    }
  }
  const part = partOf(operation, REST)
  const name = part && versionHere(context, part.version)
  if (name) rows.set(REST, received(context, name, part.time, part.associate))
  else rows.delete(REST)
}

/** With nothing in flight the record is in accord; else its base learns the fields that were taken. */
async function renewBase(
  context: DwnContext,
  table: Table,
  operation: Incoming,
  taken: readonly number[],
  flying: boolean,
): Promise<void> {
  if (!flying) return forgetBase(context, table, [operation.record])
  const names = taken.map(field => table.fields[field]!.name)
  if (names.length === 0) return
  await context.write.update({ table: baseTable(table), key: [table.fields[0]!.name], columns: names }, [
    [operation.record, ...taken.map(field => operation.values![field] ?? null)],
  ])
}
