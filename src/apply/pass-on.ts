/**
 * Pass on: an edit of a record that has left a satellite's own area goes to central, unjudged, with the version it
 * replaces (SPEC 9, "Upwards"). The record leaves the traveller who made it; the verdict comes back by the version's name.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { nextNumber } from '../log/next-number.ts'
import { MADE_HERE, readVersions } from '../log/version.ts'
import { encode } from '../packet/msgpack-writer.ts'
import { answer } from './account.ts'
import { type HeldOperation, releaseHeld } from './held.ts'
import { noteLeft } from './left.ts'
import { type Incoming, lacksValues } from './operation.ts'
import { wholeRow } from './rows.ts'
import type { UpContext } from './up-context.ts'

/** @param waiting records of which an edit waits here: values that nobody waits for are no edit @returns the operations that are to be judged here */
export async function passOn(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
  waiting: ReadonlyMap<number, readonly HeldOperation[]>,
): Promise<readonly Incoming[]> {
  if (!context.relays || !context.dictionary.goesUp(table)) return operations
  const edits = operations.filter(({ wanted, record }) => !wanted || waiting.has(record))
  const away = await awayAmong(context, table, edits)
  if (away.size === 0) return operations
  const passed = operations.filter(operation => away.has(operation))
  const fresh = passed.filter(({ wanted }) => !wanted)
  await keep(context, table, fresh)
  for (const operation of passed.filter(({ wanted }) => wanted))
    await keepWaited(context, table, operation, waiting.get(operation.record)!)
  const records = passed.map(operation => operation.record)
  const unknown = await withoutNote(context, table, records)
  await noteLeft(context.write, table, unknown, context.position)
  await answer(context, table, records)
  for (const record of records) context.history.refused(table, record)
  context.tally.add('held', fresh.length)
  return operations.filter(operation => !away.has(operation))
}

/** It has been counted as held in the packet that it came with first. */
async function keepWaited(
  context: UpContext,
  table: Table,
  operation: Incoming,
  waiting: readonly HeldOperation[],
): Promise<void> {
  const packet = waiting[0]?.packet ?? 0
  await keep({ ...context, packet }, table, [{ ...operation, wanted: false }])
  for (const { held_id } of waiting) await releaseHeld(context.write, held_id)
}

/**
 * After a restore the same is told of records that this database is known not to have any more. What it had made itself of
 * them is passed on, as nobody's edit of this journey; what central had made central knows, and tells the rest where only
 * some fields came back of a record that is not here yet, or is deleted by what central is yet to judge.
 * @returns the operations that are to be judged here
 */
export async function passOnReturned(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<readonly Incoming[]> {
  if (!context.relays) return operations
  const absent = await absentAmong(context, table, operations)
  const away = await awayAmong(context, table, operations)
  const left = await leftAmong(context, table, operations)
  const isInPart = (each: Incoming) => lacksValues(each, table.fields.length) && isAllAbove(context, each)
  const gone = operations.filter(
    each => (away.has(each) && left.has(each.record)) || (absent.has(each) && isInPart(each)),
  )
  const own = gone.filter(({ version }) => version?.maker === MADE_HERE && context.dictionary.goesUp(table))
  const fresh = []
  for (const operation of own) if (!(await isKnown(context, table, operation))) fresh.push(operation)
  await keep({ ...context, packet: 0, link: { ...context.link, link_id: 0 } }, table, fresh)
  await answer(
    context,
    table,
    gone.map(({ record }) => record),
  )
  return operations.filter(each => !gone.includes(each))
}

const isAllAbove = ({ isAbove }: UpContext, { parts }: Incoming): boolean =>
  (parts ?? []).every(({ version }) => isAbove(version))

/** The copy has it in its history, or it is on its way. */
async function isKnown({ write }: UpContext, table: Table, { record, version }: Incoming): Promise<boolean> {
  const { position } = version!
  if (position < (await write.log.first()) || (await write.log.idAt(position)) > 0) return true
  const row = await write.row(sql`select 1 from hc_passed where tablenumber = ${table.number}
    and record_id = ${record} and maker = ${version!.maker} and maker_position = ${position}`)
  return row !== undefined
}

/** Neither here nor deleted: where else it is, central knows. */
async function awayAmong(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<ReadonlySet<Incoming>> {
  const absent = [...(await absentAmong(context, table, operations))]
  const versions = await readVersions(
    context.write,
    absent.map(({ record }) => ({ table: table.number, record })),
  )
  return new Set(absent.filter((_, index) => !versions[index]))
}

async function absentAmong(
  { write }: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<ReadonlySet<Incoming>> {
  const known = operations.filter(operation => !operation.born)
  const rows = await write.lookup(
    { ...wholeRow(table), columns: [table.fields[0]!.name] },
    known.map(({ record }) => [record]),
  )
  return new Set(known.filter((_, index) => !rows[index]))
}

async function withoutNote(context: UpContext, table: Table, records: readonly number[]) {
  const left = await leftAmong(
    context,
    table,
    records.map(record => ({ record })),
  )
  return records.filter(record => !left.has(record))
}

async function leftAmong(
  { write }: UpContext,
  table: Table,
  some: readonly Pick<Incoming, 'record'>[],
): Promise<ReadonlySet<number>> {
  const noted = await write.lookup(
    { table: 'hc_left', key: ['tablenumber', 'record_id'], columns: ['position'] },
    some.map(({ record }) => [table.number, record]),
  )
  return new Set(some.filter((_, index) => noted[index]).map(({ record }) => record))
}

async function keep(context: UpContext, table: Table, operations: readonly Incoming[]): Promise<void> {
  const { write, link, packet } = context
  const first = await nextNumber(write, 'hc_passed', 'passed_id')
  await write.insert(
    {
      table: 'hc_passed',
      key: ['passed_id'],
      columns: [
        'link_id',
        'packet',
        'tablenumber',
        'record_id',
        'maker',
        'maker_position',
        'associate_id',
        'operation',
      ],
    },
    operations.map((operation, index) => [
      first + index,
      link.link_id,
      packet,
      table.number,
      operation.record,
      operation.version?.maker ?? 0,
      operation.version?.position ?? 0,
      operation.associate,
      encode(operation),
    ]),
  )
}
