/**
 * Obey: a child takes what a DWN says of records as they are, except where an operation of its own is in flight (SPEC 9).
 * Field by field: obey-fields.ts.
 */
import type { Table } from '../dictionary/model.ts'
import { readFieldVersions } from '../log/field-version.ts'
import { keyOf, PARENT_LINK, readVersions, type Version, writeVersions } from '../log/version.ts'
import { type DwnContext, forgetBase, isWanted, noteLeaving, versionHere, writeRows } from './dwn-context.ts'
import { obeyFields } from './obey-fields.ts'
import type { Incoming } from './operation.ts'
import { passBy } from './passed-by.ts'

/** Writes what the parent says, except where an operation of ours is in flight. */
export async function obey(
  context: DwnContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<void> {
  if (!context.byField.has(table.number)) return obeyWhole(context, table, operations)
  const records = operations.map(operation => operation.record)
  const fields = await readFieldVersions(context.write, table.number, records)
  const single = operations.filter(operation => operation.parts !== null || fields.has(operation.record))
  await obeyWhole(
    context,
    table,
    operations.filter(operation => !single.includes(operation)),
  )
  await obeyFields(context, table, single)
  context.hashes?.touch(table, single)
}

/** What has waited is taken together, however it came. */
export const obeyAgain: typeof obey = (context, table, operations) => {
  context.hashes?.touch(table, operations)
  return context.byField.has(table.number)
    ? obeyFields(context, table, operations)
    : obeyWhole(context, table, operations)
}

async function obeyWhole(context: DwnContext, table: Table, operations: readonly Incoming[]): Promise<void> {
  const keys = operations.map(operation => ({ table: table.number, record: operation.record }))
  const versions = await readVersions(context.write, keys)
  const passed = operations.filter(
    (operation, index) =>
      inFlight(versions[index], context.head.acknowledged) || isWanted(context, table, operation.record),
  )
  for (const { record } of passed) context.waiting.add(keyOf(table.number, record))
  await passBy(context, table, passed)
  const late = new Set(passed)
  const free = operations.filter(operation => !late.has(operation))
  const held = await writeRows(context, table, free)
  const taken = free.filter(operation => !held.has(operation.record))
  await stamp(context, table, taken)
  await context.hashes?.put(context, table, taken)
  await forgetBase(
    context,
    table,
    taken.map(operation => operation.record),
  )
}

const inFlight = (version: Version | undefined, acknowledged: number): boolean =>
  version !== undefined && version.sent > acknowledged

async function stamp(context: DwnContext, table: Table, operations: readonly Incoming[]): Promise<void> {
  await writeVersions(
    context.write,
    operations.flatMap(operation => {
      const version = versionOf(context, operation)
      return version ? [{ table: table.number, record: operation.record, version }] : []
    }),
  )
  const unversioned = operations.filter(operation => !versionOf(context, operation))
  await context.write.remove(
    { table: 'hc_version', key: ['tablenumber', 'record_id'], columns: [] },
    unversioned.map(operation => [table.number, operation.record]),
  )
  await noteLeaving(context, table, operations)
}

/** undefined: it needs no version. */
function versionOf(context: DwnContext, operation: Incoming): Version | undefined {
  const name = operation.kind === 'leave' ? null : versionHere(context, operation.version)
  return (
    (name && {
      name,
      time: operation.time,
      associate: operation.associate,
      position: context.position,
      link: PARENT_LINK,
      deleted: operation.kind !== 'put',
      born: false,
      agreed: operation.version,
      sent: 0,
    }) ??
    undefined
  )
}
