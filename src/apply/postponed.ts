/**
 * Postponed: operations of an UP that the database refuses for a reference. What they refer to may come later in the
 * packet, or what refers to them go later.
 * Shape:  put aside -> tried again when all operations are in, as long as it helps -> records that point at each other are
 *         put there bare, records go with what is below them -> what is refused still is held as ever.
 * Why:    databases of applications check references at once, and no order of tables fits all of them.
 */
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { keyOf, readVersions } from '../log/version.ts'
import { journalCovered } from './account.ts'
import type { Case } from './case.ts'
import type { Incoming } from './operation.ts'
import type { Covered } from './owners.ts'
import { putRows, removeRows, targetOf, wholeRow } from './rows.ts'
import type { UpContext } from './up-context.ts'
import { coverBelow, seenBy } from './write-cases.ts'

export interface Postponed {
  /** Of the operations: tables and records by keyOf. */
  readonly records: Set<number>
  /** New records that are there already, without some of their pointers: what belongs to them need not wait. */
  readonly bare: Set<number>
  readonly operations: Waiting[]
}

interface Waiting {
  /** Where it was judged. */
  readonly context: UpContext
  readonly table: Table
  readonly operation: Incoming
}

export const nothingPostponed = (): Postponed => ({ records: new Set(), bare: new Set(), operations: [] })

export type Settle = (context: UpContext, table: Table, operations: readonly Incoming[]) => Promise<void>

/** An operation on a record of which an earlier one waits waits behind it. @returns those that need not */
export function notBehind(context: UpContext, table: Table, operations: readonly Incoming[]): Incoming[] {
  const { postponed } = context
  if (!postponed || postponed.records.size === 0) return [...operations]
  return operations.filter(operation => {
    const behind = postponed.records.has(keyOf(table.number, operation.record))
    if (behind) postponed.operations.push({ context, table, operation })
    return !behind
  })
}

/** @returns the cases that are decided */
export function decided(context: UpContext, table: Table, cases: readonly Case[]): Case[] {
  const { postponed } = context
  if (!postponed) return [...cases]
  return cases.filter(one => {
    if (!one.early) return true
    postpone(context, table, one.operation)
    return false
  })
}

function postpone(context: UpContext, table: Table, operation: Incoming): void {
  const { postponed, owners } = context
  const key = keyOf(table.number, operation.record)
  postponed!.records.add(key)
  postponed!.operations.push({ context, table, operation })
  if (operation.born && !postponed!.bare.has(key)) owners.refuse(table, operation.record, 'owner-postponed')
}

/** After all operations of a packet. */
export async function settlePostponed(context: UpContext, settle: Settle): Promise<void> {
  const { postponed } = context
  if (!postponed || postponed.operations.length === 0) return
  await asLongAsItHelps(postponed, settle)
  const bare = await putBare(postponed)
  for (const waiting of postponed.operations) await removeWithBelow(waiting)
  await asLongAsItHelps(postponed, settle)
  for (const { context, table, operation } of taken(postponed))
    await settle({ ...context, postponed: undefined }, table, [operation])
  await removeUntaken(context, bare)
}

async function asLongAsItHelps(postponed: Postponed, settle: Settle): Promise<void> {
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const count = postponed.operations.length
    if (count === 0 || count >= before) return
    before = count
    for (const group of groups(taken(postponed))) {
      const { context, table } = group[0]!
      await settle(
        context,
        table,
        group.map(({ operation }) => operation),
      )
      await coverBelow(context)
    }
  }
}

function taken(postponed: Postponed): Waiting[] {
  postponed.records.clear()
  return postponed.operations.splice(0)
}

/** Neighbours of one table together, each record once. */
function groups(waiting: readonly Waiting[]): Waiting[][] {
  const found: Waiting[][] = []
  for (const one of waiting) {
    const group = found.at(-1)
    const joins =
      group?.[0]?.context === one.context &&
      group[0].table === one.table &&
      !group.some(({ operation }) => operation.record === one.operation.record)
    if (joins) group.push(one)
    else found.push([one])
  }
  return found
}

/** New records without their pointers at others that wait, where these may be empty. @returns those that are there now */
async function putBare({ operations, records, bare }: Postponed): Promise<Waiting[]> {
  const put: Waiting[] = []
  for (const one of operations) {
    const { context, table, operation } = one
    const row = operation.born && operation.values && bareRow(context, table, operation.values, records)
    if (!row || (await isThere(context, table, operation.record))) continue
    if ((await putRows(context.write, table, [row])).length > 0) continue
    context.owners.alive(table, operation.record)
    bare.add(keyOf(table.number, operation.record))
    put.push(one)
  }
  return put
}

async function isThere({ write }: UpContext, table: Table, record: number): Promise<boolean> {
  const [row] = await write.lookup(wholeRow(table), [[record]])
  return row !== undefined
}

/** What was refused in the end has no version. */
async function removeUntaken({ write }: UpContext, bare: readonly Waiting[]): Promise<void> {
  const keys = bare.map(({ table, operation }) => ({ table: table.number, record: operation.record }))
  const versions = await readVersions(write, keys)
  for (const [index, { table, operation }] of bare.entries())
    if (!versions[index]) await removeRows(write, table, [operation.record])
}

/** undefined: it points at none of them */
function bareRow(context: UpContext, table: Table, values: Row, all: ReadonlySet<number>): Row | undefined {
  const bare = values.map((value, index) => {
    const { references, nullable } = table.fields[index]!
    if (!nullable || references?.kind !== 'plain' || typeof value !== 'number') return value
    const target = context.dictionary.table(references.table)
    return all.has(keyOf(target.number, value)) ? null : value
  })
  return bare.some((value, index) => value !== values[index]) ? bare : undefined
}

/** What belongs to a record goes before it where a reference would keep it. All of it stays if something else does. */
async function removeWithBelow({ context, table, operation }: Waiting): Promise<void> {
  if (operation.kind !== 'delete') return
  const { write, owners } = context
  let covered: readonly Covered[] = []
  const refused = await write.attempt(async () => {
    covered = await owners.cover(table, [operation], seenBy(context))
    await write.remove(targetOf(table), [[operation.record]])
  })
  if (!refused) await journalCovered(context, covered)
}
