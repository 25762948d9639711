/**
 * Created: the records that a child made on its journey and that are not in its area. It keeps them until it is home, so
 * its parent counts them for it (SPEC 7).
 */
import { sql } from 'kysely'
import { presence } from '../areas/area-sums.ts'
import type { AreaSlot } from '../areas/definitions.ts'
import { membersAmong } from '../areas/membership.ts'
import type { Table } from '../dictionary/model.ts'
import { BUCKET, bucketOf, leavesBetween, readHashes } from '../hashes/leaves.ts'
import { type Hash, NO_HASH } from '../hashes/record-hash.ts'
import { plus, sumOf } from '../hashes/sums.ts'
import { OWN_SIDE } from '../hashes/tables.ts'
import type { Reading } from '../storage/contract.ts'

/** Ids of one table at the parent, from `parent` on: a run of travelidmapping. */
export interface Created {
  readonly table: number
  readonly parent: number
  readonly count: number
}

/** Bits by bucket: bit k is the k-th record of the bucket. */
export type Presence = Map<number, number>

/** @returns which records between these ids are in the area */
export async function membersBetween(
  read: Reading,
  { word, bit }: AreaSlot,
  table: Table,
  from: number,
  to: number,
): Promise<Presence> {
  const rows = await read.rows(sql<{ bucket: number; bits: number }>`
    select record_id / ${BUCKET} as bucket, ${presence(sql.ref('record_id'))} as bits
    from hc_member where word = ${word} and tablenumber = ${table.number} and record_id between ${from} and ${to}
      and (mask & ${bit}) <> 0 group by 1`)
  return new Map(rows.map(({ bucket, bits }) => [bucket, bits]))
}

/** Adds what the child created between these ids. */
export function addCreated(
  present: Presence,
  table: Table,
  created: readonly Created[],
  from: number,
  to: number,
): void {
  for (const run of created) {
    if (run.table !== table.number) continue
    const last = Math.min(run.parent + run.count - 1, to)
    for (let id = Math.max(run.parent, from); id <= last; id++) {
      const bucket = bucketOf(id)
      present.set(bucket, ((present.get(bucket) ?? 0) | (1 << (id % BUCKET))) >>> 0)
    }
  }
}

/** Runs up to this length are looked up record by record: a query for each would cost more. */
const SHORT = 32

/** What those that are not in the area hash to together. */
export async function outsideIn(
  read: Reading,
  area: AreaSlot,
  table: Table,
  created: readonly Created[],
): Promise<Hash> {
  const runs = created.filter(run => run.table === table.number)
  const short = runs.filter(run => run.count <= SHORT)
  const ids = short.flatMap(run => Array.from({ length: run.count }, (_, index) => run.parent + index))
  let sum = await outsideAmong(read, area, table, ids)
  for (const run of runs) if (run.count > SHORT) sum = plus(sum, await outsideBetween(read, area, table, run))
  return sum
}

async function outsideAmong(
  read: Reading,
  area: AreaSlot,
  table: Table,
  ids: readonly number[],
): Promise<Hash> {
  if (ids.length === 0) return NO_HASH
  const members = await membersAmong(
    read,
    area,
    ids.map(id => [table.number, id] as const),
  )
  const outside = ids.filter((_, index) => !members[index])
  return sumOf(await readHashes(read, OWN_SIDE, table.number, outside))
}

async function outsideBetween(read: Reading, area: AreaSlot, table: Table, run: Created): Promise<Hash> {
  const outside: Hash[] = []
  const [from, to] = [run.parent, run.parent + run.count - 1]
  const members = await membersBetween(read, area, table, from, to)
  for await (const { bucket, leaf } of leavesBetween(read, OWN_SIDE, table.number, from, to)) {
    const first = Math.max(from, bucket * BUCKET)
    const last = Math.min(to, bucket * BUCKET + BUCKET - 1)
    for (let id = first; id <= last; id++)
      if ((((members.get(bucket) ?? 0) >>> (id % BUCKET)) & 1) === 0) outside.push(leaf.at(id))
  }
  return sumOf(outside)
}
