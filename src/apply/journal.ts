/**
 * Journal: the loser of a conflict is never dropped (SPEC 9). Field by field base, mine, theirs; who, when, why.
 * "Mine" is the loser's, "theirs" the winner's.
 */
import type { Row, Value } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { nextNumber } from '../log/next-number.ts'
import type { Writing } from '../storage/contract.ts'
import { tell } from './tell.ts'
import type { Reason, Verdict } from './verdict.ts'

export interface Side {
  readonly kind: 'put' | 'delete' | 'leave'
  readonly associate: number
  readonly time: number
  readonly values: Row | null
}

export interface ConflictEntry {
  readonly table: Table
  readonly record: number
  readonly verdict: Verdict
  readonly reason: Reason
  readonly loserLink: number
  /** It had been taken before, and loses now against a later one. */
  readonly stood?: true
  readonly loser: Side
  readonly winner: Side
  readonly base: Row | null
}

const COLUMNS = [
  'time',
  'link_id',
  'packet',
  'tablenumber',
  'record_id',
  'verdict',
  'reason',
  'loser_link',
  'loser_associate',
  'loser_time',
  'winner_associate',
  'winner_time',
  'loser_kind',
  'winner_kind',
  'base',
  'mine',
  'theirs',
  'told',
]

/** @param told 1 where the loser works here and needs no packet to hear of it */
export async function writeJournal(
  write: Writing,
  entries: readonly ConflictEntry[],
  where: { readonly link: number; readonly packet: number; readonly now: number },
): Promise<void> {
  if (entries.length === 0) return
  const first = await nextNumber(write, 'hc_conflict', 'conflict_id')
  await write.insert(
    { table: 'hc_conflict', key: ['conflict_id'], columns: COLUMNS },
    entries.map((entry, index) => [
      first + index,
      where.now,
      where.link,
      where.packet,
      entry.table.number,
      entry.record,
      entry.verdict,
      entry.reason,
      entry.loserLink,
      entry.loser.associate,
      entry.loser.time,
      entry.winner.associate,
      entry.winner.time,
      entry.loser.kind,
      entry.winner.kind,
      toJson(entry.table, entry.base),
      toJson(entry.table, entry.loser.values),
      toJson(entry.table, entry.winner.values),
      entry.loserLink > 0 ? 0 : 1,
    ]),
  )
  await tell(
    write,
    entries.map((entry, index) => ({
      time: where.now,
      associate: entry.loser.associate,
      link: entry.loserLink,
      packet: entry.stood ? 0 : where.packet,
      table: entry.table.number,
      record: entry.record,
      was: entry.stood ? 'applied' : '',
      verdict: entry.verdict,
      reason: entry.reason,
      conflict: first + index,
    })),
  )
}

/** A row as JSON by field name; '' for no row. Bytes are {"bytes": hex}, integers beyond 2^53 {"integer": text}. */
export function toJson(table: Table, row: Row | null): string {
  if (row === null) return ''
  return JSON.stringify(
    Object.fromEntries(table.fields.map((field, index) => [field.name, jsonValue(row[index] ?? null)])),
  )
}

export function fromJson(table: Table, json: string): Row | null {
  if (json === '') return null
  const values = JSON.parse(json) as Record<string, unknown>
  return table.fields.map(field => readValue(values[field.name]))
}

function jsonValue(value: Value): unknown {
  if (typeof value === 'bigint') return { integer: String(value) }
  if (value instanceof Uint8Array)
    return { bytes: Array.from(value, byte => byte.toString(16).padStart(2, '0')).join('') }
  return value
}

function readValue(value: unknown): Value {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object') return value as Value
  if ('integer' in value) return BigInt(value.integer as string)
  const hex = (value as { bytes: string }).bytes
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  )
}
