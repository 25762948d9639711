/**
 * Fold: many log rows of one record become one change.
 *   insert,update -> insert · update,delete -> delete · insert,delete -> a deletion that began with an insert
 * Role:  log rows in reading order in, at most one change per record out.
 * Never: reads a database.
 */
import type { LogRow } from '../storage/contract.ts'
import { LOG } from './types.ts'
import { keyOf } from './version.ts'

export interface Change {
  readonly table: number
  readonly record: number
  /** Of the last row: who, when (the clock's own value), and its position. */
  associate: number
  time: number
  position: number
  deleted: boolean
  /** It began with an insert; where the rows of a trigger come first, an update may stand before that. */
  began: boolean
  /** Fields that changed, by index; undefined: every field (an insert, a deletion, a change without parts). */
  fields: Set<number> | undefined
}

/** @param rows in reading order; rows that name no record are passed over
 *  @param parts field parts whose Update comes in the next batch
 *  @returns changes by keyOf(table, record), in order of their first row */
export function foldLog(
  rows: readonly LogRow[],
  parts = new Map<number, Set<number>>(),
): Map<number, Change> {
  const into = new Map<number, Change>()
  for (const row of rows) {
    const key = keyOf(row.table, row.record)
    if (isFieldPart(row.type)) collectPart(parts, key, row)
    else if (isSave(row.type)) {
      merge(into, key, row, row.type === LOG.update ? parts.get(key) : undefined)
      parts.delete(key)
    }
  }
  return into
}

const isFieldPart = (type: number): boolean => type >= LOG.fieldPart && type < LOG.fieldPart + 8

/** Insert, Update and Delete stand for one save each; the other types only explain them. */
export const isSave = (type: number): boolean =>
  type === LOG.insert || type === LOG.update || type === LOG.delete

function collectPart(parts: Map<number, Set<number>>, key: number, row: LogRow): void {
  const fields = parts.get(key) ?? new Set<number>()
  parts.set(key, fields)
  for (const field of fieldsOfPart(row.type, row.previous)) fields.add(field)
}

/** Bit b of type 8192+p is field 32p+b. */
export function fieldsOfPart(type: number, mask: number): number[] {
  const first = (type - LOG.fieldPart) * 32
  const fields: number[] = []
  for (let bit = 0; bit < 32; bit++) if ((mask >>> bit) & 1) fields.push(first + bit)
  return fields
}

/** @returns [type, mask] of each part that is not empty, ascending */
export function partsOfFields(fields: Iterable<number>): [number, number][] {
  const masks = new Map<number, number>()
  for (const field of fields) {
    const type = LOG.fieldPart + (field >> 5)
    masks.set(type, ((masks.get(type) ?? 0) | (1 << (field & 31))) >>> 0)
  }
  return [...masks].sort(([a], [b]) => a - b)
}

function merge(into: Map<number, Change>, key: number, row: LogRow, fields: Set<number> | undefined): void {
  const known = into.get(key)
  if (!known) {
    into.set(key, {
      table: row.table,
      record: row.record,
      associate: row.associate,
      time: row.time,
      position: row.position,
      deleted: row.type === LOG.delete,
      began: row.type === LOG.insert,
      fields,
    })
    return
  }
  if (row.type === LOG.insert && !known.deleted) known.began = true
  known.associate = row.associate
  known.time = row.time
  known.position = row.position
  known.deleted = row.type === LOG.delete
  known.fields = known.fields && fields && new Set([...known.fields, ...fields])
}
