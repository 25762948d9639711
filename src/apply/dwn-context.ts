/** Dwn context: what the steps of reading one DWN share. */
import type { Table } from '../dictionary/model.ts'
import type { Databases } from '../log/databases.ts'
import type { Site } from '../log/site.ts'
import { keyOf, NOBODY, type VersionName } from '../log/version.ts'
import { baseTable } from '../packet/changes.ts'
import type { PacketHead } from '../packet/content.ts'
import type { Link } from '../packet/link.ts'
import type { Writing } from '../storage/contract.ts'
import type { DwnHashes } from './dwn-hashes.ts'
import type { AnsweredSums } from './dwn-sameness.ts'
import { hold } from './held.ts'
import { forgetLeft, noteLeft } from './left.ts'
import type { LocalIds } from './local-ids.ts'
import type { Incoming } from './operation.ts'
import { putRows, removeRows } from './rows.ts'
import type { ToldBefore } from './told-before.ts'

export interface DwnContext {
  /** With the dictionary of the packet from its dictionary frame on. */
  site: Site
  readonly write: Writing
  readonly link: Link
  readonly packet: number
  readonly head: PacketHead
  ids: LocalIds
  readonly databases: Databases
  readonly position: number
  readonly now: number
  readonly byField: ReadonlySet<number>
  /** Records that the parent asks for in full, in our ids, by keyOf. */
  readonly wanted: ReadonlySet<number>
  /** What is in accord hashes to; undefined: this child has no hashes. */
  readonly hashes: DwnHashes | undefined
  /** Records left as they are: their log rows are left out too. */
  readonly waiting: Set<number>
  /** What the parent said of its tree. */
  readonly sums: AnsweredSums[]
  /** The parent tells again what it had told a life of ours that is lost, or had been told. */
  readonly before: ToldBefore | undefined
}

export const isRelay = ({ site }: Pick<DwnContext, 'site'>): boolean => site.identity.kind === 'satellite'

/** At a satellite what nobody has changed has a version too: its travellers must hear of it, and of every field. */
export const versionHere = (context: DwnContext, version: VersionName | null): VersionName | null =>
  version ?? (isRelay(context) ? { maker: NOBODY, position: 0 } : null)

/** A satellite's travellers hear of what left its area, until it is back or deleted. */
export async function noteLeaving(
  context: DwnContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<void> {
  if (!isRelay(context)) return
  const of = (left: boolean) =>
    operations.filter(({ kind }) => (kind === 'leave') === left).map(({ record }) => record)
  await noteLeft(context.write, table, of(true), context.position)
  await forgetLeft(context.write, table, of(false))
}

/** The parent asked for it: it stays until its answer comes. */
export const isWanted = (context: DwnContext, table: Table, record: number): boolean =>
  context.wanted.has(keyOf(table.number, record))

/** @returns the records that the database refused: they are held */
export async function writeRows(
  context: DwnContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<Set<number>> {
  const puts = operations.filter(operation => operation.kind === 'put')
  const gone = operations.filter(operation => operation.kind !== 'put')
  const held = new Set<number>()
  for (const { index, error } of await removeRows(
    context.write,
    table,
    gone.map(operation => operation.record),
  )) {
    await hold(context, table, gone[index]!, 'constraint', error.message)
    held.add(gone[index]!.record)
  }
  for (const { index, error } of await putRows(
    context.write,
    table,
    puts.map(operation => operation.values!),
  )) {
    await hold(context, table, puts[index]!, 'constraint', error.message)
    held.add(puts[index]!.record)
  }
  return held
}

/** The record is in accord: what it was before does not matter any more. What is kept at the parent has no base. */
export async function forgetBase(
  context: DwnContext,
  table: Table,
  records: readonly number[],
): Promise<void> {
  if (!context.site.dictionary.goesUp(table)) return
  await context.write.remove(
    { table: baseTable(table), key: [table.fields[0]!.name], columns: [] },
    records.map(record => [record]),
  )
}
