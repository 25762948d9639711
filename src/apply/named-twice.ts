/**
 * Named twice: a laptop and its parent were put back together, and nobody could tell the laptop, which gave names of its lost
 * life again. The older of two such changes of one record, where somebody brings it back, is no repetition of the one that
 * stands: it is judged without its name, and loses as any other.
 */
import type { Table } from '../dictionary/model.ts'
import { type FieldVersions, REST, readFieldVersions, versionOfField } from '../log/field-version.ts'
import { MADE_HERE, readVersions, sameVersion, type Version } from '../log/version.ts'
import type { Incoming, IncomingPart } from './operation.ts'
import { saysTheSame } from './recognise.ts'
import { wholeRow } from './rows.ts'
import type { UpContext } from './up-context.ts'

/** @returns the same operations, without names that here are those of later changes */
export async function withoutNamesOfOthers(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<Incoming[]> {
  const { write, byField } = context
  const records = operations.map(({ record }) => record)
  const versions = await readVersions(
    write,
    records.map(record => ({ table: table.number, record })),
  )
  const fields = byField.has(table.number)
    ? await readFieldVersions(write, table.number, records)
    : new Map<number, FieldVersions>()
  const told: Incoming[] = []
  for (const [index, operation] of operations.entries())
    told.push(await withOwnNames(context, table, operation, versions[index], fields.get(operation.record)))
  return told
}

async function withOwnNames(
  context: UpContext,
  table: Table,
  operation: Incoming,
  current: Version | undefined,
  fields: FieldVersions | undefined,
): Promise<Incoming> {
  const { parts } = operation
  const older = parts?.filter(part => isOlder(part, versionOfField(current, fields, part.field))) ?? []
  if (older.length === 0 && !(parts === null && isOlder(operation, current))) return operation
  const [row] = await context.write.lookup(wholeRow(table), [[operation.record]])
  if (parts === null) return saysTheSame(context, table, row, operation) ? operation : nameless(operation)
  const isOther = ({ field }: IncomingPart): boolean =>
    field !== REST && !saysTheSame(context, table, row, operation, [field])
  return {
    ...operation,
    parts: parts.map(part => (older.includes(part) && isOther(part) ? nameless(part) : part)),
  }
}

/** What this database changed while it read one packet has one name for all records. */
const isOlder = (
  { version, time }: Pick<Incoming, 'version' | 'time'>,
  current: Pick<Version, 'name' | 'time'> | undefined,
): boolean =>
  version !== null &&
  version.maker !== MADE_HERE &&
  current !== undefined &&
  sameVersion(version, current.name) &&
  time < current.time

/** What a field replaces where it is only told of is the name that it has. */
const nameless = <T extends Pick<Incoming, 'version' | 'replaces'>>(told: T): T => ({
  ...told,
  version: null,
  replaces: null,
})
