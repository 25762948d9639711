/**
 * Area sums: what the members of an area hash to together, from nothing.
 * When:   an area has rules, and no sums yet: it is new, or has turned from everything to rules. From then on every change
 *         and every move brings its own difference (keep-hashes.ts).
 */
import { sql } from 'kysely'
import { isByArea } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import { BUCKET, type Leaf, leavesBetween } from '../hashes/leaves.ts'
import type { Hash } from '../hashes/record-hash.ts'
import { SumChanges, sumOf } from '../hashes/sums.ts'
import { hashedTables, OWN_SIDE } from '../hashes/tables.ts'
import type { Query, Reading, Writing } from '../storage/contract.ts'
import { type AreaSlot, hasBit } from './definitions.ts'

/** @param slots areas with rules */
export async function sumNewAreas(
  dictionary: LoadedDictionary,
  write: Writing,
  slots: readonly AreaSlot[],
): Promise<void> {
  const known = await write.rows(
    sql<{ area: number }>`select area_id as area from hc_sum where side = ${OWN_SIDE} and tablenumber = 0`,
  )
  const missing = slots.filter(slot => !known.some(({ area }) => area === slot.area_id))
  for (const slot of missing) await forgetSums(write, slot.area_id)
  for (const word of new Set(missing.map(slot => slot.word)))
    await sumWord(
      dictionary,
      write,
      missing.filter(slot => slot.word === word),
    )
  const target = { table: 'hc_sum', key: ['side', 'area_id', 'tablenumber'], columns: ['a', 'b'] }
  await write.insert(
    target,
    missing.map(slot => [OWN_SIDE, slot.area_id, 0, 0, 0]),
  )
}

/** An area that ends, or is worked out from nothing again. */
export async function forgetSums(write: Writing, area?: number): Promise<void> {
  await write.run(sql`delete from hc_sum where side = ${OWN_SIDE}
    and ${area === undefined ? sql`area_id > 0` : sql`area_id = ${area}`}`)
}

async function sumWord(
  dictionary: LoadedDictionary,
  write: Writing,
  slots: readonly AreaSlot[],
): Promise<void> {
  const sums = new SumChanges(OWN_SIDE)
  for (const table of hashedTables(dictionary).filter(isByArea)) {
    const members = await membersByBucket(write, slots[0]!.word, table.number)
    if (members.size === 0) continue
    for await (const { bucket, leaf } of leavesBetween(write, OWN_SIDE, table.number))
      for (const { mask, present } of members.get(bucket) ?? []) {
        const sum = sumOf(presentIn(leaf, bucket, present))
        for (const slot of slots) if (hasBit(mask, slot.bit)) sums.add(slot.area_id, table.number, sum)
      }
  }
  await sums.write(write)
}

/** @param present bit k: the k-th record of the bucket */
export function* presentIn(leaf: Leaf, bucket: number, present: number): Generator<Hash> {
  for (let index = 0; index < BUCKET; index++)
    if (((present >>> index) & 1) === 1) yield leaf.at(bucket * BUCKET + index)
}

interface Members {
  readonly mask: number
  readonly present: number
}

/** Counted in the database: a row for each kind of members of a bucket instead of one for each member. */
async function membersByBucket(read: Reading, word: number, table: number): Promise<Map<number, Members[]>> {
  const found = new Map<number, Members[]>()
  const query = sql`select record_id / ${BUCKET} as bucket, mask, ${presence(sql.ref('record_id'))} as present
    from hc_member where word = ${word} and tablenumber = ${table} group by 1, mask`
  for await (const rows of read.batches(query, 1_000))
    for (const [bucket, mask, present] of rows as (readonly [number, number, number])[]) {
      const some = found.get(bucket) ?? []
      if (some.length === 0) found.set(bucket, some)
      some.push({ mask, present })
    }
  return found
}

/** Which records of a bucket there are, as bits, where one group is one bucket. */
export const presence = (record: Query): Query =>
  sql`cast(sum(cast(1 as bigint) << cast(${record} % ${BUCKET} as int)) as bigint)`
