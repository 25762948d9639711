/**
 * Pass on: an edit of a record that has left a satellite's own area goes to central, unjudged, with the version it
 * replaces (SPEC 9, "Upwards"). The record leaves the traveller who made it; the verdict comes back by the version's name.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { readVersions } from '../log/version.ts'
import { encode } from '../packet/msgpack-writer.ts'
import { answer } from './account.ts'
import { noteLeft } from './left.ts'
import type { Incoming } from './operation.ts'
import { wholeRow } from './rows.ts'
import type { UpContext } from './up-context.ts'

/** @returns the operations that are to be judged here */
export async function passOn(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<readonly Incoming[]> {
  if (!context.relays || !context.dictionary.goesUp(table)) return operations
  const away = await awayAmong(context, table, operations)
  if (away.size === 0) return operations
  const passed = operations.filter(operation => away.has(operation))
  await keep(context, table, passed)
  const records = passed.map(operation => operation.record)
  const unknown = await withoutNote(context, table, records)
  await noteLeft(context.write, table, unknown, context.position)
  await answer(context, table, records)
  for (const record of records) context.history.refused(table, record)
  context.tally.add('held', passed.length)
  return operations.filter(operation => !away.has(operation))
}

/** Neither here nor deleted: where else it is, central knows. */
async function awayAmong(
  { write }: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<ReadonlySet<Incoming>> {
  const known = operations.filter(operation => !operation.born)
  const rows = await write.lookup(
    { ...wholeRow(table), columns: [table.fields[0]!.name] },
    known.map(({ record }) => [record]),
  )
  const absent = known.filter((_, index) => !rows[index])
  const versions = await readVersions(
    write,
    absent.map(({ record }) => ({ table: table.number, record })),
  )
  return new Set(absent.filter((_, index) => !versions[index]))
}

async function withoutNote({ write }: UpContext, table: Table, records: readonly number[]) {
  const noted = await write.lookup(
    { table: 'hc_left', key: ['tablenumber', 'record_id'], columns: ['position'] },
    records.map(record => [table.number, record]),
  )
  return records.filter((_, index) => !noted[index])
}

async function keep(context: UpContext, table: Table, operations: readonly Incoming[]): Promise<void> {
  const { write, link, packet } = context
  const last = await write.row(sql<{ id: number }>`select coalesce(max(passed_id), 0) as id from hc_passed`)
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
      (last?.id ?? 0) + 1 + index,
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
