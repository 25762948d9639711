/**
 * Pairs: which id at the parent stands for which temporary id of a traveller, in runs (SPEC 3).
 * A run says local_id + k <-> parent_id + k for 0 <= k < counter.
 */
import { sql } from 'kysely'
import type { Tag } from '../core/ids.ts'
import type { Table } from '../dictionary/model.ts'
import { keyOf } from '../log/version.ts'
import type { Query, Reading, Writing } from '../storage/contract.ts'
import type { Link } from './link.ts'

export interface Run {
  readonly table: number
  readonly local: number
  readonly parent: number
  readonly count: number
}

/** The classic column for a database's name has 29 characters: the start of the child's tag. */
export const runOwner = (tag: Tag): string => tag.slice(0, 29)

/** A condition: the child created the record on this journey. @param record an expression for its id at the parent */
export const createdBy = (link: { readonly tag: Tag }, table: Table, record: Query): Query =>
  sql`exists (select 1 from travelidmapping p where p.cdbname = ${runOwner(link.tag)} and p.table_number = ${table.number}
    and ${record} between p.parent_id and p.parent_id + p.counter - 1)`

/** Runs that the child has not been told of, as packets carry them, and the id of the last. */
export async function newPairs(read: Reading, link: Link): Promise<{ rows: number[][]; last: number }> {
  const rows = await read.rows(
    sql<{
      id: number
      t: number
      l: number
      p: number
      n: number
    }>`select travelidmapping_id as id, table_number as t,
      local_id as l, parent_id as p, counter as n from travelidmapping
      where cdbname = ${runOwner(link.tag)} and travelidmapping_id > ${link.pairs_told} order by travelidmapping_id`,
  )
  return { rows: rows.map(row => [row.t, row.l, row.p, row.n]), last: rows.at(-1)?.id ?? link.pairs_told }
}

export async function readRuns(read: Reading, tag: Tag): Promise<Run[]> {
  return read.rows(
    sql<Run>`select table_number as "table", local_id as local, parent_id as parent, counter as count
      from travelidmapping where cdbname = ${runOwner(tag)}`,
  )
}

export async function writeRuns(
  write: Writing,
  tag: Tag,
  associate: number,
  runs: readonly Run[],
): Promise<void> {
  if (runs.length === 0) return
  const row = await write.row(
    sql<{ id: number }>`select coalesce(max(travelidmapping_id), 0) as id from travelidmapping`,
  )
  const first = (row?.id ?? 0) + 1
  await write.insert(
    {
      table: 'travelidmapping',
      key: ['travelidmapping_id'],
      columns: ['associate_id', 'table_number', 'local_id', 'parent_id', 'counter', 'cdbname'],
    },
    runs.map((run, index) => [
      first + index,
      associate,
      run.table,
      run.local,
      run.parent,
      run.count,
      runOwner(tag),
    ]),
  )
}

/** Of a single id. */
export const keyOfId = ({ table, local }: Run): number => keyOf(table, local)

/** Each id of a run by itself. */
export const singly = ({ table, local, parent, count }: Run): Run[] =>
  Array.from({ length: count }, (_, k) => ({ table, local: local + k, parent: parent + k, count: 1 }))

/** Single ids as runs: consecutive ones share one where they are consecutive at the parent, too. */
export function runsOf(ids: readonly Run[]): Run[] {
  const runs: { table: number; local: number; parent: number; count: number }[] = []
  for (const { table, local, parent } of ids) {
    const last = runs.at(-1)
    const follows =
      last?.table === table && last.local + last.count === local && last.parent + last.count === parent
    if (last && follows) last.count++
    else runs.push({ table, local, parent, count: 1 })
  }
  return runs
}

/** @param known all runs of the child @param gone single ids @returns what else the runs with those had said, by single ids */
export async function forgetRuns(
  write: Writing,
  tag: Tag,
  known: readonly Run[],
  gone: readonly Run[],
): Promise<Run[]> {
  if (gone.length === 0) return []
  const ids = new Set(gone.map(keyOfId))
  const isGone = (one: Run) => ids.has(keyOfId(one))
  const torn = known.filter(run => singly(run).some(isGone))
  for (const { table, local } of torn)
    await write.run(sql`delete from travelidmapping
      where cdbname = ${runOwner(tag)} and table_number = ${table} and local_id = ${local}`)
  return torn.flatMap(singly).filter(one => !isGone(one))
}
