/**
 * Early aliases: a merge of which the kept record is not here. It may be new, and come with the operations behind; or it is gone.
 * Role:  what was merged below it is one with it only if that is: it waits with it, and is refused with it.
 */
import { sql } from 'kysely'
import type { Child } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import { keyOf } from '../log/version.ts'
import { pointsAt } from './owners.ts'
import { wholeRow } from './rows.ts'
import type { UpContext } from './up-context.ts'

/** By our names. */
export interface Merge {
  readonly table: Table
  readonly old: number
  readonly kept: number
}

/** @returns keys of the old records (`keyOf`) */
export async function earlyAmong(context: UpContext, merges: readonly Merge[]): Promise<Set<number>> {
  const early: Merge[] = []
  for (const merge of merges) if (await isEarly(context, merge)) early.push(merge)
  const found = new Set(early.map(keyOfOld))
  for (const above of early)
    for (const below of await mergedBelow(context, merges, above))
      if (!found.has(keyOfOld(below))) {
        found.add(keyOfOld(below))
        early.push(below)
      }
  return found
}

const keyOfOld = ({ table, old }: Merge): number => keyOf(table.number, old)

async function isEarly({ write }: UpContext, { table, old, kept }: Merge): Promise<boolean> {
  const [oldRow, keptRow] = await write.lookup(wholeRow(table), [[old], [kept]])
  return oldRow !== undefined && keptRow === undefined
}

/** Of the two only the old one points at the old one above: they were the same when that had been turned. */
async function mergedBelow(context: UpContext, merges: readonly Merge[], above: Merge): Promise<Merge[]> {
  const found: Merge[] = []
  for (const child of context.dictionary.referrersOf(above.table)) {
    const some = merges.filter(({ table }) => table === child.table)
    for (let at = 0; at < some.length; at += BLOCK)
      found.push(...(await pointingUp(context, child, above, some.slice(at, at + BLOCK))))
  }
  return found
}

/** Merges named in one query; each has two ids. */
const BLOCK = 500

async function pointingUp(
  { write }: UpContext,
  child: Child,
  above: Merge,
  some: readonly Merge[],
): Promise<Merge[]> {
  const key = sql.ref(child.table.fields[0]!.name)
  const rows = await write.rows(
    sql<{ id: number }>`select ${key} as id from ${sql.table(child.table.name)}
      where ${pointsAt(child, above.table, above.old)} and ${key} in (${sql.join(some.flatMap(({ old, kept }) => [old, kept]))})`,
  )
  const pointing = new Set(rows.map(({ id }) => id))
  return some.filter(({ old, kept }) => pointing.has(old) && !pointing.has(kept))
}
