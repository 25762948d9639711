/**
 * Recognise: after a restore, records that come under another id than they have here. The name of the change tells, that its maker
 * gave it.
 */
import { sql } from 'kysely'
import { isTravelId } from '../core/ids.ts'
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { sameInOneForm } from '../hashes/one-form.ts'
import { REST } from '../log/field-version.ts'
import { LOG } from '../log/types.ts'
import { MADE_HERE, readVersions, type VersionName } from '../log/version.ts'
import type { Operation } from '../packet/content.ts'
import { allLinks, isSatellite } from '../packet/link.ts'
import { restoredAt } from '../packet/restored-at.ts'
import { answer } from './account.ts'
import { wholeRow } from './rows.ts'
import type { UpContext } from './up-context.ts'

/** A new record of the sender's that this database had given an id, which another child has brought back. */
export async function recogniseNew(
  context: UpContext,
  table: Table,
  operations: readonly Operation[],
): Promise<void> {
  const strange = operations.filter(
    ({ record, version }) => version && isTravelId(record) && !context.ids.isKnown(table, record),
  )
  if (strange.length === 0 || !(await restoredAt(context.write))) return
  const names = await namesHere(context, strange)
  const versions = await recordsByVersion(context, table, names)
  const runs = []
  for (const [index, operation] of strange.entries()) {
    const { record } = operation
    const parent = await sameHere(context, table, versions, names[index]!, operation)
    if (parent !== undefined) runs.push({ table: table.number, local: record, parent, count: 1 })
  }
  await context.ids.learn(runs)
}

/**
 * A satellite that was put back, and has read a packet of its lost life once more, has given other ids to what is new in it. What
 * its traveller calls one change is one record. The satellite's own names are no help: it gives one to all that it changes at once.
 * @returns the operations that are to be judged
 */
export async function recogniseGiven(
  context: UpContext,
  table: Table,
  operations: readonly Operation[],
): Promise<readonly Operation[]> {
  const { retold, link, tally, history } = context
  const born = operations.filter(({ born, version }) => born && version && version.maker !== link.tag)
  if (retold === 'nothing' || !isSatellite(link) || born.length === 0) return operations
  const names = await namesHere(context, born)
  const versions = await standingByVersion(context, table, names)
  const known = new Set<Operation>()
  for (const [index, operation] of born.entries()) {
    const record = await sameHere(context, table, versions, names[index]!, operation)
    if (record === undefined || record === operation.record) continue
    await sameUnderOtherId(context, table, operation.record, record)
    history.setAside(table, record)
    known.add(operation)
  }
  tally.add('applied', known.size)
  return operations.filter(operation => !known.has(operation))
}

const nameOf = ({ maker, position }: VersionName): string => `${maker} ${position}`

/** By our numbers of their makers; of operations that have a version. */
async function namesHere({ databases }: UpContext, operations: readonly Operation[]): Promise<VersionName[]> {
  const names: VersionName[] = []
  for (const { version } of operations)
    names.push({ maker: await databases.numberOf(version!.maker), position: version!.position })
  return names
}

type Told = Pick<Operation, 'record' | 'values' | 'carried' | 'associate' | 'time'> & {
  readonly parts: readonly { readonly field: number }[] | null
}

/**
 * The record that stands here under this version: the same one, or another id for it. What an office changed while it read one
 * packet has one name for all records, and their ids are for good: there only the id tells.
 */
export async function sameHere(
  context: UpContext,
  table: Table,
  versions: ReadonlyMap<string, readonly number[]>,
  version: VersionName | null,
  told: Told,
): Promise<number | undefined> {
  const records = (version && versions.get(nameOf(version))) ?? []
  if (records.includes(told.record)) return told.record
  if (!version || records.length !== 1 || (await isOffice(context, version.maker))) return undefined
  return (await isSameEdit(context, table, records[0]!, told)) ? records[0] : undefined
}

/** Not a traveller. Whom central does not know travels from a satellite; whom a satellite does not know is somewhere above it. */
async function isOffice({ write, relays, databases }: UpContext, maker: number): Promise<boolean> {
  if (maker === MADE_HERE) return true
  const link = (await allLinks(write)).find(({ tag }) => databases.known(tag) === maker)
  return link ? isSatellite(link) : relays
}

/**
 * Its maker may have been put back, too, and have given the name twice, while nobody was left who could tell him. One person makes
 * one edit in one second; where a time was corrected meanwhile, the values tell. Ids in them may be others now.
 */
async function isSameEdit(context: UpContext, table: Table, record: number, told: Told) {
  const [version] = await readVersions(context.write, [{ table: table.number, record }])
  if (!version || version.associate !== told.associate) return false
  if (version.time === told.time) return true
  const [row] = await context.write.lookup(wholeRow(table), [[record]])
  return saysTheSame(context, table, row, told)
}

/** @param some fields that are compared; ids are left out */
export function saysTheSame(
  { dictionary }: UpContext,
  table: Table,
  row: Row | undefined,
  { values, parts, carried }: Pick<Told, 'values' | 'parts' | 'carried'>,
  some?: readonly number[],
): boolean {
  if (!row || !values) return !row && !values
  const ids = new Set([0, ...dictionary.idFields(table).map(({ index }) => index)])
  const fields = some ?? (parts && !parts.some(({ field }) => field === REST) ? carried : row.keys())
  return [...fields].every(
    at => ids.has(at) || table.fields[at]!.derived || sameInOneForm(table.fields[at]!, row[at]!, values[at]!),
  )
}

type Named = ReadonlyMap<string, readonly number[]>

export const namesOf = (operations: readonly { readonly version: VersionName | null }[]): VersionName[] =>
  operations.flatMap(({ version }) => version ?? [])

/** @param names of what is looked for: a table has many versions, and a packet names few of them */
async function recordsByVersion(
  { write }: UpContext,
  table: Table,
  names: readonly VersionName[],
): Promise<Named> {
  const found = new Map<string, number[]>()
  for (const [maker, some] of Map.groupBy(names, ({ maker }) => maker)) {
    const positions = some.map(({ position }) => position)
    const rows = await write.rows(
      sql<{ record: number; position: number }>`select record_id as record, maker_position as position
        from hc_version where tablenumber = ${table.number} and maker = ${maker}
          and maker_position between ${Math.min(...positions)} and ${Math.max(...positions)}`,
    )
    for (const { record, position } of rows) addTo(found, nameOf({ maker, position }), record)
  }
  return found
}

function addTo(found: Map<string, number[]>, name: string, record: number): void {
  const records = found.get(name)
  if (records) records.push(record)
  else found.set(name, [record])
}

/** What was merged stands under its old name, too: here it is the record that was kept. */
export async function standingByVersion(
  context: UpContext,
  table: Table,
  names: readonly VersionName[],
): Promise<Named> {
  const found = await recordsByVersion(context, table, names)
  const standing = (record: number): number => context.ids.record(table, record)
  return new Map([...found].map(([name, records]) => [name, [...new Set(records.map(standing))]]))
}

/** People here have made it, who had not been told of the restore: an id of the lost life was given once more. */
export async function isMadeHere({ write }: UpContext, table: Table, record: number): Promise<boolean> {
  const rows = await write.log.about([{ table: table.number, record }])
  return rows.some(({ type, origin }) => type === LOG.insert && origin === 0)
}

/** Two ids of one record: the one that stands is kept. */
export async function sameUnderOtherId(
  context: UpContext,
  table: Table,
  record: number,
  known: number,
): Promise<void> {
  await context.collisions.merge(table, record, known, context.position)
  context.ids.alias(table, record, known)
  await answer(context, table, [known])
}
