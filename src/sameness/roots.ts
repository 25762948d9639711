/**
 * Roots: what everything that a child should hold hashes to.
 * Shape:  two numbers: of tables whose records may be too old for a copy, and of all others. A copy that left out what was
 *         too old compares the second only.
 */

import type { AreaSlot } from '../areas/definitions.ts'
import { EVERYTHING, isPartOf } from '../areas/membership.ts'
import { sameBytes } from '../core/values.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { type Hash, NO_HASH } from '../hashes/record-hash.ts'
import { plus, readSums } from '../hashes/sums.ts'
import { hashedTables, OWN_SIDE, PARENT_SIDE } from '../hashes/tables.ts'
import type { Reading } from '../storage/contract.ts'
import { type Created, outsideIn } from './created.ts'

export const mayBeTooOld = (table: Table): boolean => (table.ageFields ?? []).length > 0

/** The sums by table of what a child of the area should hold. @param created by the child on this journey */
export async function parentSums(
  read: Reading,
  dictionary: LoadedDictionary,
  area: AreaSlot,
  created: readonly Created[],
): Promise<Map<number, Hash>> {
  const all = await readSums(read, OWN_SIDE, EVERYTHING)
  const part = await readSums(read, OWN_SIDE, area.area_id)
  const sums = new Map<number, Hash>()
  for (const table of hashedTables(dictionary)) {
    const partly = isPartOf(area, table)
    const members = (partly ? part : all).get(table.number) ?? NO_HASH
    const outside = partly ? await outsideIn(read, area, table, created) : NO_HASH
    sums.set(table.number, plus(members, outside))
  }
  return sums
}

export const childSums = (read: Reading): Promise<Map<number, Hash>> =>
  readSums(read, PARENT_SIDE, EVERYTHING)

/** 16 bytes: as packets carry it. */
export function rootOf(dictionary: LoadedDictionary, sums: ReadonlyMap<number, Hash>): Uint8Array {
  let [dated, other] = [NO_HASH, NO_HASH]
  for (const table of hashedTables(dictionary)) {
    const sum = sums.get(table.number) ?? NO_HASH
    if (mayBeTooOld(table)) dated = plus(dated, sum)
    else other = plus(other, sum)
  }
  const root = new Uint8Array(16)
  const view = new DataView(root.buffer)
  for (const [index, word] of [dated.a, dated.b, other.a, other.b].entries()) view.setInt32(index * 4, word)
  return root
}

/** @param everything false: what was too old was left out of the copy */
export const sameRoot = (mine: Uint8Array, theirs: Uint8Array, everything: boolean): boolean =>
  everything ? sameBytes(mine, theirs) : sameBytes(mine.subarray(8), theirs.subarray(8))
