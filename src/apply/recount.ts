/**
 * Recount: what a packet brings may change how many records point at another; the receiver counts again (SPEC 11).
 * Role:  notes what is written while a packet is applied, and sets the counts that are not right any more.
 * Never: makes an edit of it: a change of derived fields alone is not logged.
 */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Count, Field, Table } from '../dictionary/model.ts'
import type { Writing } from '../storage/contract.ts'
import { besides, hasSideEffects } from './side-effects.ts'

/** What was written in a transaction: tables, and the records of those that count others. */
const written = new WeakMap<Writing, Map<string, Set<number>>>()

/** @param records none: records of the table were changed, and nobody knows which */
export function noteWritten(write: Writing, table: Table, records: Iterable<number>): void {
  const tables = written.get(write) ?? new Map<string, Set<number>>()
  written.set(write, tables)
  const known = tables.get(table.name) ?? new Set()
  tables.set(table.name, known)
  if (countsOthers(table)) for (const record of records) known.add(record)
}

/** Of every other table it is enough to know that something was written: a packet may bring a million records. */
const countsOthers = (table: Table): boolean => table.fields.some(field => typeof field.derived === 'object')

export async function recount(write: Writing, dictionary: LoadedDictionary): Promise<void> {
  const tables = written.get(write)
  if (!tables) return
  written.delete(write)
  for (const table of dictionary.captured) {
    for (const field of table.fields) {
      if (typeof field.derived !== 'object') continue
      const records = tables.has(field.derived.count) ? undefined : tables.get(table.name)
      if (tables.has(field.derived.count) || records)
        await countAgain(write, table, field, field.derived, records)
    }
  }
}

/** @param records undefined: all. Whose count a removed record was in is not known any more. */
async function countAgain(
  write: Writing,
  table: Table,
  field: Field,
  count: Count,
  records: ReadonlySet<number> | undefined,
): Promise<void> {
  const target = { table: table.name, key: [table.fields[0]!.name], columns: [field.name] }
  for (const some of records ? pieces([...records]) : [undefined]) {
    const wrong = await wrongCounts(write, table, field, count, some)
    if (wrong.length === 0) continue
    const work = async () => {
      await write.attempt(() => write.update(target, wrong))
    }
    if (!(await hasSideEffects(write, table))) await work()
    else
      await besides(
        write,
        table,
        wrong.map(([record]) => record),
        work,
      )
  }
}

async function wrongCounts(
  write: Writing,
  table: Table,
  field: Field,
  { count, by }: Count,
  records: readonly number[] | undefined,
): Promise<[number, number][]> {
  const key = sql`t.${sql.ref(table.fields[0]!.name)}`
  const had = sql`t.${sql.ref(field.name)}`
  const only = records ? sql`where ${key} in (${sql.join(records)})` : sql``
  const rows = await write.rows(
    sql<{ id: number; n: number }>`select ${key} as id, count(c.${sql.ref(by)}) as n
      from ${sql.table(table.name)} t left join ${sql.table(count)} c on c.${sql.ref(by)} = ${key} ${only}
      group by ${key}, ${had} having coalesce(${had}, -1) <> count(c.${sql.ref(by)})`,
  )
  return rows.map(({ id, n }) => [id, n])
}

/** A statement takes so many values at once. */
const PIECE = 500

function* pieces(records: readonly number[]): Generator<readonly number[]> {
  for (let start = 0; start < records.length; start += PIECE) yield records.slice(start, start + PIECE)
}
