/**
 * Side effects: what the application's own triggers and cascades do while a packet is applied is a change made here
 * (SPEC 2, "Applying and capture"). Only the rows that the packet itself writes are exempt from capture.
 * Role:  where writing a table may set off such changes, capture stays on, and the log rows of the packet's own writes
 *        are taken away again: the first save of each record, with what explains it.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { isSave } from '../log/fold.ts'
import { LOG } from '../log/types.ts'
import type { Writing } from '../storage/contract.ts'

/** Asked once per transaction and table. */
const answers = new WeakMap<Writing, Map<string, boolean>>()

export async function hasSideEffects(write: Writing, table: Table): Promise<boolean> {
  const known = answers.get(write) ?? new Map<string, boolean>()
  answers.set(write, known)
  const answer = known.get(table.name) ?? (await write.schema.hasSideEffects(table.name))
  known.set(table.name, answer)
  return answer
}

/** Writes rows of one table with capture on, and leaves in the log only what was done besides. */
export async function besides(
  write: Writing,
  table: Table,
  records: readonly number[],
  work: () => Promise<void>,
): Promise<void> {
  const before = await highestLogId(write)
  await write.capture('applying')
  await work()
  await write.capture('off')
  const own = ownRows(table, new Set(records), await writtenSince(write, before))
  for (const id of own)
    await write.run(sql`delete from traveltransactionlog where traveltransactionlog_id = ${id}`)
}

async function highestLogId(write: Writing): Promise<number> {
  const row = await write.row(
    sql<{ id: number }>`select coalesce(max(traveltransactionlog_id), 0) as id from traveltransactionlog`,
  )
  return row?.id ?? 0
}

interface Written {
  readonly id: number
  readonly type: number
  readonly table: number
  readonly record: number
}

const writtenSince = (write: Writing, id: number): Promise<Written[]> =>
  write.rows(
    sql<Written>`select traveltransactionlog_id as id, type, tablenumber as "table", record_id as record
      from traveltransactionlog where traveltransactionlog_id > ${id} order by traveltransactionlog_id`,
  )

/** The first save of each record that the packet wrote: its field parts before it, owner, contact and project after. */
function ownRows(table: Table, records: ReadonlySet<number>, rows: readonly Written[]): number[] {
  const own: number[] = []
  const saved = new Set<number>()
  const past = new Set<number>()
  for (const row of rows) {
    if (row.table !== table.number || !records.has(row.record)) continue
    if (saved.has(row.record) && begins(row.type)) past.add(row.record)
    if (past.has(row.record)) continue
    own.push(row.id)
    if (isSave(row.type)) saved.add(row.record)
  }
  return own
}

/** Rows with which the account of a save begins. */
const begins = (type: number): boolean => isSave(type) || (type >= LOG.fieldPart && type < LOG.fieldPart + 8)
