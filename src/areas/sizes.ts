/**
 * Sizes: how many records of each table an area holds, and how many two areas have in common.
 * Shape:  counted from the membership journal, once per distinct set of areas, so that many areas cost as much as one.
 * Needs:  membership brought up to date in the same transaction.
 */
import { sql } from 'kysely'
import { isByArea } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Reading } from '../storage/contract.ts'
import { type AreaSlot, hasBit } from './definitions.ts'

/** So many records of a table are in exactly these areas. */
interface Counted {
  readonly word: number
  readonly tablenumber: number
  readonly mask: number
  readonly records: number
}

export interface Sizes {
  /** Records of the tables that are by area, in the whole database. */
  readonly everything: ReadonlyMap<number, number>
  readonly counted: readonly Counted[]
}

export async function readSizes(read: Reading, dictionary: LoadedDictionary): Promise<Sizes> {
  const counted = await read.rows(
    sql<Counted>`select word, tablenumber, mask, count(*) as records from hc_member group by word, tablenumber, mask`,
  )
  const everything = new Map<number, number>()
  for (const table of dictionary.tables.filter(isByArea)) {
    const row = await read.row(sql<{ n: number }>`select count(*) as n from ${sql.table(table.name)}`)
    everything.set(table.number, row?.n ?? 0)
  }
  return { everything, counted }
}

/** Records by table number; tables without any are left out. */
export function sizeOf({ everything, counted }: Sizes, slot: AreaSlot): Map<number, number> {
  if (slot.alldata) return new Map([...everything].filter(([, records]) => records > 0))
  const size = new Map<number, number>()
  for (const each of counted)
    if (each.word === slot.word && hasBit(each.mask, slot.bit))
      size.set(each.tablenumber, (size.get(each.tablenumber) ?? 0) + each.records)
  return size
}

/** Records that both areas hold. */
export async function overlapOf(read: Reading, sizes: Sizes, a: AreaSlot, b: AreaSlot): Promise<number> {
  if (a.alldata) return sum(sizeOf(sizes, b).values())
  if (b.alldata) return sum(sizeOf(sizes, a).values())
  if (a.word !== b.word) return acrossWords(read, a, b)
  return sum(
    sizes.counted
      .filter(each => each.word === a.word && hasBit(each.mask, a.bit) && hasBit(each.mask, b.bit))
      .map(each => each.records),
  )
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0)

async function acrossWords(read: Reading, a: AreaSlot, b: AreaSlot): Promise<number> {
  const row = await read.row(
    sql<{ n: number }>`select count(*) as n from hc_member x join hc_member y
      on y.word = ${b.word} and y.tablenumber = x.tablenumber and y.record_id = x.record_id
      where x.word = ${a.word} and (x.mask & ${a.bit}) <> 0 and (y.mask & ${b.bit}) <> 0`,
  )
  return row?.n ?? 0
}
