/**
 * Rows: writes what a packet brings into the tables, in blocks; one bad row never stops the others (SPEC 6, "Held").
 * Role:  upserts and removals that are not captured a second time. Where writing a table may set off the application's
 *        own triggers or cascades, those are captured: they are changes made here.
 */
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import type { ConstraintError, Target, Writing } from '../storage/contract.ts'
import { noteWritten } from './recount.ts'
import { besides, hasSideEffects } from './side-effects.ts'

export interface RefusedRow {
  readonly index: number
  readonly error: ConstraintError
}

/** A table's fields by its key. The same object for the same table: the storage keeps what it has made of a target. */
export const targetOf = once((table: Table): Target => {
  const [key, ...columns] = table.fields.map(field => field.name)
  return { table: table.name, key: [key!], columns }
})

/** All fields of a table, the key included, by its key. */
export const wholeRow = once(
  (table: Table): Target => ({
    table: table.name,
    key: [table.fields[0]!.name],
    columns: table.fields.map(field => field.name),
  }),
)

function once(make: (table: Table) => Target): (table: Table) => Target {
  const made = new WeakMap<Table, Target>()
  return table => {
    const target = made.get(table) ?? make(table)
    made.set(table, target)
    return target
  }
}

/** @returns the rows that the database refused, by index; they have left no trace */
export async function putRows(write: Writing, table: Table, rows: readonly Row[]): Promise<RefusedRow[]> {
  const refused = await inBlocks(write, table, rows, block => write.upsert(targetOf(table), block))
  const collided = refused.filter(row => row.error.kind === 'unique')
  if (collided.length < 2) return refused
  const written = await putSwapped(
    write,
    table,
    collided.map(({ index }) => rows[index]!),
  )
  return refused.filter(({ index }) => !written.has(rows[index]!))
}

/** Those that are really refused stand aside, and with them who waits for their keys: the others are tried without them.
 *  @returns the rows that were written */
async function putSwapped(write: Writing, table: Table, rows: readonly Row[]): Promise<Set<Row>> {
  const observed = await hasSideEffects(write, table)
  for (let waiting = rows; waiting.length > 1; ) {
    const refused: Row[] = []
    const apart: Work = block => putApart(write, table, block, refused)
    const work = observed ? captured(write, table, apart) : apart
    const error = await write.attempt(() => work(waiting))
    await write.capture('off')
    if (!error) return new Set(waiting)
    if (refused.length === 0) break
    waiting = waiting.filter(row => !refused.includes(row))
  }
  return new Set()
}

/** Records that swap their unique keys: each gives up its own before any takes its new one.
 *  @param refused is told which rows could not; all is undone then */
async function putApart(write: Writing, table: Table, rows: readonly Row[], refused: Row[]): Promise<void> {
  await putAside(write, table, rows)
  const put = (row: Row) => write.upsert(targetOf(table), [row])
  for (const row of rows) if (await write.attempt(() => put(row))) refused.push(row)
  // The same again, now outside of an attempt.
  for (const row of refused) await put(row)
}

async function putAside(write: Writing, table: Table, rows: readonly Row[]): Promise<void> {
  const key = table.fields[0]!.name
  for (const unique of table.uniqueKeys ?? []) {
    const index = table.fields.findIndex(field => field.name === unique.fields.at(-1))
    const { name, type } = table.fields[index]!
    const aside = rows.map(row => [row[0]!, type === 'text' ? `\u0001${row[0]}` : -(row[0] as number)])
    await write.update({ table: table.name, key: [key], columns: [name] }, aside)
  }
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

type Work = (block: readonly Row[]) => Promise<void>

async function inBlocks(
  write: Writing,
  table: Table,
  rows: readonly Row[],
  work: Work,
): Promise<RefusedRow[]> {
  if (rows.length === 0) return []
  noteWritten(
    write,
    table,
    rows.map(row => row[0] as number),
  )
  const observed = await hasSideEffects(write, table)
  const writes = observed ? captured(write, table, work) : work
  let waiting = [...rows.keys()]
  for (const size of observed ? [rows.length] : write.pieces)
    waiting = await inPieces(write, rows, waiting, size, writes)
  return waiting.length === 0 ? [] : oneByOne(write, rows, waiting, writes)
}

/** The same work, with what it sets off besides left in the log. It looks at a whole block at once. */
const captured =
  (write: Writing, table: Table, work: Work): Work =>
  block =>
    besides(
      write,
      table,
      block.map(row => row[0] as number),
      () => work(block),
    )

/** @returns those of the indexes whose piece was refused: at least one row of each is bad */
async function inPieces(
  write: Writing,
  rows: readonly Row[],
  all: readonly number[],
  size: number,
  work: Work,
): Promise<number[]> {
  const waiting: number[] = []
  for (let start = 0; start < all.length; start += size) {
    const piece = all.slice(start, start + size)
    if (!(await write.attempt(() => work(piece.map(index => rows[index]!))))) continue
    await write.capture('off')
    waiting.push(...piece)
  }
  return waiting
}

/** Rows may only be in each other's way: those refused are tried again after the rest, as long as that helps. */
async function oneByOne(
  write: Writing,
  rows: readonly Row[],
  all: readonly number[],
  work: Work,
): Promise<RefusedRow[]> {
  let waiting = all
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
