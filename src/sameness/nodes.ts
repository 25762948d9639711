/**
 * Nodes: the tree above the stored hashes. Nothing of it is stored: where roots differ, it is summed as far as it is asked for.
 * Shape:  a node is the ids of one table from `index` × 2^`bits` on, 2^`bits` of them. TABLES is the node above all tables,
 *         a node of WHOLE bits a whole table. A node with 0 bits is one record.
 */
import type { AreaSlot } from '../areas/definitions.ts'
import { isPartOf } from '../areas/membership.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { BUCKET, leavesBetween } from '../hashes/leaves.ts'
import { type Hash, NO_HASH } from '../hashes/record-hash.ts'
import { plus } from '../hashes/sums.ts'
import { OWN_SIDE, PARENT_SIDE, type Side } from '../hashes/tables.ts'
import type { Reading } from '../storage/contract.ts'
import { addCreated, type Created, membersBetween, type Presence } from './created.ts'

export interface Node {
  /** 0: the node above all tables. */
  readonly table: number
  readonly bits: number
  readonly index: number
}

export const WHOLE = 32
export const TABLES: Node = { table: 0, bits: WHOLE, index: 0 }

/** One end's records, as far as they are compared. */
export interface View {
  readonly side: Side
  /** @returns the records that count; undefined: all do */
  present(table: Table, from: number, to: number): Promise<Presence | undefined>
}

export const CHILD_VIEW: View = { side: PARENT_SIDE, present: async () => undefined }

export const parentView = (read: Reading, area: AreaSlot, created: readonly Created[]): View => ({
  side: OWN_SIDE,
  async present(table, from, to) {
    if (!isPartOf(area, table)) return undefined
    const members = await membersBetween(read, area, table, from, to)
    addCreated(members, table, created, from, to)
    return members
  },
})

/** The sums of a node's children of `bits` bits, by their index within the node; those of nothing are left out. */
export async function sumsBelow(
  read: Reading,
  dictionary: LoadedDictionary,
  view: View,
  node: Node,
  bits: number,
): Promise<Map<number, Hash>> {
  const table = dictionary.tableByNumber(node.table)
  const sums = new Map<number, Hash>()
  if (!table) return sums
  const first = node.index * 2 ** node.bits
  const last = first + 2 ** node.bits - 1
  const present = await view.present(table, first, last)
  for await (const { bucket, leaf } of leavesBetween(read, view.side, table.number, first, last)) {
    const bits32 = present ? (present.get(bucket) ?? 0) : -1
    const start = bucket * BUCKET
    for (let id = Math.max(first, start); id <= Math.min(last, start + BUCKET - 1); id++) {
      if (((bits32 >>> (id - start)) & 1) === 0) continue
      const hash = leaf.at(id)
      const child = Math.floor((id - first) / 2 ** bits)
      if (hash.a !== 0) sums.set(child, plus(sums.get(child) ?? NO_HASH, hash))
    }
  }
  return sums
}
