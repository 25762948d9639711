/**
 * Changes: which log rows may move a record between areas.
 * Role:  log rows in, records out. Most updates concern no area at all: they are passed over here, in memory.
 */
import type { Followed } from '../dictionary/followers.ts'
import { LOG } from '../log/types.ts'
import type { LogRow } from '../storage/contract.ts'

export interface Changes {
  /** By table number: record -> true where it is new. */
  readonly records: Map<number, Map<number, boolean>>
  /** Rows of the tables that define areas changed. */
  definitions: boolean
}

/** `area`, `areauserassignment`, `areauserinclusion`. */
const DEFINING: ReadonlySet<number> = new Set([38, 40, 41])

/** Rows that say more than "something in it changed". */
const TELLING: ReadonlySet<number> = new Set([
  LOG.insert,
  LOG.delete,
  LOG.updateOwner,
  LOG.oldUpdateContact,
  LOG.oldUpdateProject,
  LOG.updateContact,
  LOG.updateProject,
])

/** @param rows one batch of the log */
export function changesIn(followed: ReadonlyMap<number, Followed>, rows: readonly LogRow[]): Changes {
  const changes: Changes = { records: new Map(), definitions: false }
  for (const row of rows) {
    if (DEFINING.has(row.table)) changes.definitions = true
    else if (followed.has(row.table) && mayMove(row)) noteRecord(changes, row)
  }
  return changes
}

/** What a packet brought is looked at in any case: its log rows may have been folded. */
const mayMove = (row: LogRow): boolean =>
  TELLING.has(row.type) || (row.origin !== 0 && row.type === LOG.update)

function noteRecord(changes: Changes, row: LogRow): void {
  const records = changes.records.get(row.table) ?? new Map<number, boolean>()
  changes.records.set(row.table, records)
  const born = row.type === LOG.insert || (records.get(row.record) ?? false)
  records.set(row.record, born)
}
