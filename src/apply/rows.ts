/**
 * Rows: writes what a packet brings into the tables, in blocks; one bad row never stops the others (SPEC 6, "Held").
 * Role:  upserts and removals that are not captured a second time. Where writing a table may set off the application's
 *        own triggers or cascades, those are captured: they are changes made here.
 */
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import type { ConstraintError, Target, Writing } from '../storage/contract.ts'
import { besides, hasSideEffects } from './side-effects.ts'

export interface RefusedRow {
  readonly index: number
  readonly error: ConstraintError
}

export const targetOf = (table: Table): Target => {
  const [key, ...columns] = table.fields.map(field => field.name)
  return { table: table.name, key: [key!], columns }
}

/** All fields of a table, the key included, by its key. */
export const wholeRow = (table: Table): Target => ({
  table: table.name,
  key: [table.fields[0]!.name],
  columns: table.fields.map(field => field.name),
})

/** @returns the rows that the database refused, by index; they have left no trace */
export async function putRows(write: Writing, table: Table, rows: readonly Row[]): Promise<RefusedRow[]> {
  return inBlocks(write, table, rows, block => write.upsert(targetOf(table), block))
}

export async function removeRows(
  write: Writing,
  table: Table,
  keys: readonly number[],
): Promise<RefusedRow[]> {
  return inBlocks(
    write,
    table,
    keys.map(key => [key]),
    block => write.remove(targetOf(table), block),
  )
}

async function inBlocks(
  write: Writing,
  table: Table,
  rows: readonly Row[],
  work: (block: readonly Row[]) => Promise<void>,
): Promise<RefusedRow[]> {
  if (rows.length === 0) return []
  const writes = (await hasSideEffects(write, table)) ? captured(write, table, work) : work
  const whole = await write.attempt(() => writes(rows))
  if (!whole) return []
  await write.capture('off')
  return oneByOne(write, rows, writes)
}

type Work = (block: readonly Row[]) => Promise<void>

/** The same work, with what it sets off besides left in the log. */
const captured =
  (write: Writing, table: Table, work: Work): Work =>
  block =>
    besides(
      write,
      table,
      block.map(row => row[0] as number),
      () => work(block),
    )

/** Rows may only be in each other's way: those refused are tried again after the rest, as long as that helps. */
async function oneByOne(
  write: Writing,
  rows: readonly Row[],
  work: (block: readonly Row[]) => Promise<void>,
): Promise<RefusedRow[]> {
  let waiting = rows.map((_, index) => index)
  for (;;) {
    const refused: RefusedRow[] = []
    for (const index of waiting) {
      const error = await write.attempt(() => work([rows[index]!]))
      if (error) refused.push({ index, error })
    }
    if (refused.length === 0 || refused.length === waiting.length) return refused
    waiting = refused.map(row => row.index)
  }
}
