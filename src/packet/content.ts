/**
 * Content: what the head and the frames of a packet say.
 * Role:  operations, log rows and notices to msgpack-ready arrays and back.
 * Never: compresses, encrypts, opens a database.
 * Format: docs/packet-format.md. Change both or neither.
 */
import { HomecomingError } from '../core/errors.ts'
import type { Tag } from '../core/ids.ts'
import type { Row } from '../core/values.ts'
import { decodeParts, decodeSparse, encodeParts, encodeSparse, type FieldPart, isPartial } from './parts.ts'
import type { AgainNote, Life, RejoinNote } from './rejoin-notes.ts'

export const FRAME = {
  operations: 1,
  log: 2,
  ledger: 3,
  conflicts: 4,
  aliases: 5,
  counters: 6,
  dictionary: 7,
  inbox: 8,
  again: 9,
  verdicts: 10,
  sums: 11,
  returned: 12,
  branch: 13,
} as const

/** What a packet says before its operations. Ids are the sender's, except that pairs name both sides. */
export interface PacketHead {
  /** SHA-256 of the packet before it on this link and direction; null for the first. */
  readonly previous: Uint8Array | null
  readonly dictionary: string
  readonly dictionaryVersion: number
  /** Sender's clock, UTC seconds, when it was sealed. */
  readonly created: number
  /** Highest number received without a gap. */
  readonly acknowledged: number
  readonly firstPosition: number
  readonly lastPosition: number
  /** For people only. */
  readonly firstLogId: number
  readonly lastLogId: number
  /** False: nothing but an acknowledgement, which asks for none in return. */
  readonly content: boolean
  /** Numbers of the other side's packets that are missing here. */
  readonly resend: readonly number[]
  /** UP: the last of the journey. DWN: the release. */
  readonly final: boolean
  /** UP: edits this packet stands for, and of these the ones created and deleted before they were sent. */
  readonly made: number
  readonly cancelled: number
  readonly created_records: number
  /** DWN: [table, first local id, first id here, count]. */
  readonly pairs: readonly (readonly number[])[]
  /** DWN: [table, record] that the sender lacks values of. */
  readonly wanted: readonly (readonly number[])[]
  /** Of the packet `acknowledged`; null: none was read on this link. Absent in older packets. */
  readonly acknowledgedHash?: Uint8Array | null
  /** Of the sender: a new one each time that it went back in time. Absent: its first. */
  readonly life?: Life
  /** Of the receiver, as the sender knows it. Absent: its first. */
  readonly to?: Life
  /** After a break: see rejoin-notes.ts. */
  readonly rejoin?: RejoinNote
  readonly again?: AgainNote
  /** UP: the number of the last packet that the sender had read when it first sealed the oldest of what this one tells once more. */
  readonly knew?: number
  /** Hashes of packets that a twin of the receiver wrote. */
  readonly refused?: readonly Uint8Array[]
  /** DWN: what the child should hold hashes to, as of lastPosition. Absent: the sender cannot say now. */
  readonly root?: Uint8Array
  /** UP: [table, bits, index]: nodes of the sender's tree whose sums are asked for; table 0: those of all tables. */
  readonly compare?: readonly (readonly number[])[]
  /** UP: [table, record by the parent's id, what]: records that differ, to be answered. */
  readonly repair?: readonly (readonly number[])[]
}

/** A version as packets name it. */
export interface WireVersion {
  readonly maker: Tag
  readonly position: number
}

export type OperationKind = 'put' | 'delete' | 'leave'

export interface Operation {
  readonly table: number
  readonly kind: OperationKind
  readonly record: number
  /** null: as the prototype had it. */
  readonly version: WireVersion | null
  readonly replaces: WireVersion | null
  readonly time: number
  readonly associate: number
  /** Created by the sender and never sent before. */
  readonly born: boolean
  /** All fields in the dictionary's order; null unless put. Of a partial operation see parts.ts. */
  readonly values: Row | null
  /** UP: the values when last in accord. */
  readonly base: Row | null
  /** Field-level replication: field by field; null: one version for the whole record. */
  readonly parts: readonly FieldPart[] | null
  /** Fields whose values travel with a partial operation. */
  readonly carried: readonly number[]
  /** UP: the whole record, because the parent wanted it. It is no edit of its own. */
  readonly wanted: boolean
  /** UP of a satellite: an edit of a record that has left its area, as it came from a traveller, unjudged. */
  readonly passed: boolean
}

const KINDS: readonly OperationKind[] = ['put', 'delete', 'leave']

/** A log row without id and position. `clock` is the sender's own ttime where `time` was corrected, else equal. */
export interface WireLogRow {
  readonly type: number
  readonly previous: number
  readonly time: number
  readonly clock: number
  readonly associate: number
  readonly table: number
  readonly record: number
  readonly flags: number
  readonly application: number
  /** Its time was corrected by the first parent that read it: a satellite hands it on. */
  readonly brought: boolean
}

/** Operations of one table and kind: tags are listed once. */
export function encodeOperations(
  table: number,
  kind: OperationKind,
  operations: readonly Operation[],
): unknown[] {
  const tags = new Map<Tag, number>()
  const index = (version: WireVersion | null): number => {
    if (version === null) return -1
    const known = tags.get(version.maker)
    if (known !== undefined) return known
    tags.set(version.maker, tags.size)
    return tags.size - 1
  }
  const rows = operations.map(operation => [
    operation.record,
    index(operation.version),
    operation.version?.position ?? 0,
    index(operation.replaces),
    operation.replaces?.position ?? 0,
    operation.time,
    operation.associate,
    (operation.born ? BORN : 0) + (operation.wanted ? WANTED : 0) + (operation.passed ? PASSED : 0),
    wireRow(operation, operation.values),
    wireRow(operation, operation.base),
    operation.parts && encodeParts(operation.parts, index),
  ])
  return [table, KINDS.indexOf(kind), [...tags.keys()], rows]
}

const BORN = 1
const WANTED = 2
const PASSED = 4

const wireRow = (operation: Operation, row: Row | null): unknown =>
  row !== null && isPartial(operation.parts) ? encodeSparse(row, operation.carried) : row

export function decodeOperations(body: unknown): Operation[] {
  const [table, kindIndex, tags, rows] = body as [number, number, Tag[], unknown[][]]
  const kind = KINDS[kindIndex]
  if (!Array.isArray(rows) || kind === undefined) throw damaged('operations')
  const version = (index: unknown, position: unknown): WireVersion | null =>
    index === -1 ? null : { maker: tags[index as number] ?? '', position: position as number }
  return rows.map(row => {
    const parts = row[10] ? decodeParts(row[10], version) : null
    const whole = {
      table,
      kind,
      record: row[0] as number,
      version: version(row[1], row[2]),
      replaces: version(row[3], row[4]),
      time: row[5] as number,
      associate: row[6] as number,
      born: ((row[7] as number) & BORN) !== 0,
      wanted: ((row[7] as number) & WANTED) !== 0,
      passed: ((row[7] as number) & PASSED) !== 0,
      values: row[8] as Row | null,
      base: row[9] as Row | null,
      parts,
      carried: NONE,
    }
    return isPartial(parts) ? { ...whole, ...sparseRows(row) } : whole
  })
}

const NONE: readonly number[] = []

/** Values and base of a partial operation. */
function sparseRows(row: unknown[]) {
  const key = row[0] as number
  return {
    values: row[8] ? decodeSparse(row[8], key) : null,
    base: row[9] ? decodeSparse(row[9], key) : null,
    carried: ((row[8] ?? []) as [number, unknown][]).map(([field]) => field),
  }
}

export const encodeLog = (rows: readonly WireLogRow[]): unknown[] =>
  rows.map(row => [
    row.type,
    row.previous,
    row.time,
    row.clock - row.time,
    row.associate,
    row.table,
    row.record,
    row.flags,
    row.application,
    ...(row.brought ? [1] : []),
  ])

export function decodeLog(body: unknown): WireLogRow[] {
  if (!Array.isArray(body)) throw damaged('log rows')
  return (body as number[][]).map(row => ({
    type: row[0]!,
    previous: row[1]!,
    time: row[2]!,
    clock: row[2]! + row[3]!,
    associate: row[4]!,
    table: row[5]!,
    record: row[6]!,
    flags: row[7]!,
    application: row[8]!,
    brought: row[9] === 1,
  }))
}

/** One line of the account of an UP, as it stands at the parent. */
export interface WireLedger {
  readonly packet: number
  readonly made: number
  readonly applied: number
  readonly merged: number
  readonly overruled: number
  readonly rejected: number
  readonly held: number
  readonly created: number
  readonly cancelled: number
}

export const encodeLedger = (lines: readonly WireLedger[]): unknown[] =>
  lines.map(line => [
    line.packet,
    line.made,
    line.applied,
    line.merged,
    line.overruled,
    line.rejected,
    line.held,
    line.created,
    line.cancelled,
  ])

export function decodeLedger(body: unknown): WireLedger[] {
  if (!Array.isArray(body)) throw damaged('ledger')
  return (body as number[][]).map(([packet, made, applied, merged, overruled, rejected, held, ...more]) => ({
    packet: packet!,
    made: made!,
    applied: applied!,
    merged: merged!,
    overruled: overruled!,
    rejected: rejected!,
    held: held!,
    created: more[0] ?? 0,
    cancelled: more[1] ?? 0,
  }))
}

const damaged = (what: string) =>
  new HomecomingError('PACKET_DAMAGED', `the ${what} of a packet cannot be read`)
