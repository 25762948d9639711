/**
 * Held DWN: what waits at a child gives way to a newer state of the same record, and is tried again after each packet.
 * The parent says each state once: an older one must never be put over a newer one.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { readFieldVersions } from '../log/field-version.ts'
import { keyOf, PARENT_LINK, readVersions } from '../log/version.ts'
import type { Writing } from '../storage/contract.ts'
import type { DwnContext } from './dwn-context.ts'
import { type HeldOperation, heldOn, hold, releaseHeld, replaceHeld } from './held.ts'
import { fieldsInFlight, namedFields } from './obey-fields.ts'
import { type Incoming, isPartial, partOf } from './operation.ts'
import { passBy } from './passed-by.ts'

/** A whole record takes the place of what waits, unless that is on its way back; single fields join it.
 *  @returns the operations that can be obeyed now */
export async function notHeld(
  context: DwnContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<readonly Incoming[]> {
  const waiting = (await heldOn(context.write, PARENT_LINK)).filter(held => held.table === table.number)
  if (waiting.length === 0) return operations
  const free: Incoming[] = []
  for (const operation of operations) {
    const before = waiting.filter(held => held.operation.record === operation.record)
    if (before.length > 0 && (isPartial(operation) || before.some(held => isFlying(context, held)))) {
      await hold(context, table, operation, 'joined', 'an earlier change of the record waits')
      context.waiting.add(keyOf(table.number, operation.record))
      continue
    }
    for (const held of before) await releaseHeld(context.write, held.held_id)
    free.push(operation)
  }
  return free
}

/** It goes back to a parent that was put back, and has not read it yet: if it is put back once more, nobody else has it. */
const isFlying = ({ head }: DwnContext, { sent }: HeldOperation): boolean => sent > head.acknowledged

type Obey = (context: DwnContext, table: Table, operations: readonly Incoming[]) => Promise<void>

/** After all operations of a packet, as long as it helps: what waited may have been in each other's way. */
export async function retryHeldDwn(context: DwnContext, obey: Obey): Promise<void> {
  await dropOvertaken(context)
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const waiting = await landed(context)
    if (waiting.length === 0 || waiting.length >= before) return
    before = waiting.length
    await retryOnce(context, obey, waiting)
  }
}

/** Without records of which something is on its way back: what came since waits behind that. */
async function landed(context: DwnContext): Promise<HeldOperation[]> {
  const waiting = await heldOn(context.write, PARENT_LINK)
  const flying = new Set(waiting.filter(held => isFlying(context, held)).map(keyOfHeld))
  return waiting.filter(held => !flying.has(keyOfHeld(held)))
}

/** Oldest first, those of a table together: they may be in each other's way. Where one still cannot be obeyed, the later
 *  ones of its record wait behind it. */
async function retryOnce(context: DwnContext, obey: Obey, waiting: readonly HeldOperation[]): Promise<void> {
  const stuck = new Set<number>()
  for (const group of groups(waiting)) {
    const table = context.site.dictionary.tableByNumber(group[0]!.table)
    if (!table) continue
    const where = { ...context, packet: group[0]!.packet }
    const free = group.filter(held => !stuck.has(keyOfHeld(held)))
    for (const held of group) await releaseHeld(context.write, held.held_id)
    for (const held of group)
      if (!free.includes(held)) await hold(where, table, held.operation, held.code, '')
    await obey(
      where,
      table,
      free.map(held => held.operation),
    )
    for (const held of free) if (await waits(context.write, held)) stuck.add(keyOfHeld(held))
  }
}

const keyOfHeld = ({ table, operation }: HeldOperation): number => keyOf(table, operation.record)

/** By table, and how often the record has come: a record is once in a group, and its own come in order. */
function groups(waiting: readonly HeldOperation[]): HeldOperation[][] {
  const times = new Map<number, number>()
  const found = Map.groupBy(waiting, held => {
    const time = times.get(keyOfHeld(held)) ?? 0
    times.set(keyOfHeld(held), time + 1)
    return `${time} ${held.table}`
  })
  return [...found.values()]
}

/** What was edited here since is judged against what waits: the answer, or the edit itself, is the later state. */
async function dropOvertaken(context: DwnContext): Promise<void> {
  for (const held of await heldOn(context.write, PARENT_LINK)) {
    const table = context.site.dictionary.tableByNumber(held.table)
    const rest = table && (await notOvertaken(context, table, held))
    if (!table || rest === held.operation) continue
    await passBy(context, table, [held.operation])
    if (rest) await replaceHeld(context.write, held.held_id, rest)
    else await releaseHeld(context.write, held.held_id)
  }
}

/** @returns what is left of it; undefined: nothing */
async function notOvertaken(
  context: DwnContext,
  table: Table,
  held: HeldOperation,
): Promise<Incoming | undefined> {
  const { operation } = held
  // What this packet brings is the parent's state after all that it acknowledges.
  const known = held.packet === context.packet ? context.head.acknowledged : 0
  const [version] = await readVersions(context.write, [{ table: table.number, record: operation.record }])
  if (!context.byField.has(table.number)) return (version?.sent ?? 0) > known ? undefined : operation
  const fields = await readFieldVersions(context.write, table.number, [operation.record])
  const flying = fieldsInFlight(table, version, fields.get(operation.record), known)
  return flying.size === 0 ? operation : withoutFields(table, operation, flying)
}

/** A deletion is of the whole record; a put becomes one of the fields that are left. */
function withoutFields(table: Table, operation: Incoming, flying: ReadonlySet<number>): Incoming | undefined {
  const named = operation.kind === 'put' ? namedFields(table, operation) : []
  const left = named.filter(field => !flying.has(field))
  if (left.length === 0) return undefined
  if (left.length === named.length) return operation
  const parts = left.map(field => ({ ...partOf(operation, field)!, field }))
  return { ...operation, parts, carried: left }
}

const waits = async (write: Writing, held: HeldOperation): Promise<boolean> =>
  (await write.row(
    sql`select 1 from hc_held where link_id = ${PARENT_LINK} and tablenumber = ${held.table} and record_id = ${held.operation.record}`,
  )) !== undefined
