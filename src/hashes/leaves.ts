/**
 * Leaves: the stored hashes of single records.
 * Shape:  32 records in one row, so that a whole table is written and read at a thirtieth of a row each.
 */
import { sql } from 'kysely'
import type { Reading, Target, Writing } from '../storage/contract.ts'
import { type Hash, NO_HASH } from './record-hash.ts'
import type { Side } from './tables.ts'

/** Records in one row: their presence fits into the bits of one word. */
export const BUCKET = 32
/** Bytes of a hash. */
export const WIDTH = 8

export const bucketOf = (record: number): number => Math.floor(record / BUCKET)
const placeOf = (record: number): number => (record - bucketOf(record) * BUCKET) * WIDTH

export const TARGET: Target = {
  table: 'hc_hash',
  key: ['side', 'tablenumber', 'bucket'],
  columns: ['hashes'],
}

/** Bytes before the hashes of a stored row, which say what records there are. */
export const MASK = 4
const FULL = 0xffffffff

/** One row of hashes, to be read and changed in place. Stored: which records there are, as bits, and their hashes. */
export class Leaf {
  readonly #bytes = new Uint8Array(BUCKET * WIDTH)
  readonly #view = new DataView(this.#bytes.buffer)

  constructor(stored: Uint8Array | undefined) {
    if (!stored) return
    const present = new DataView(stored.buffer, stored.byteOffset).getUint32(0, true)
    if (present === FULL) this.#bytes.set(stored.subarray(MASK))
    else
      for (const [at, index] of placesIn(present).entries())
        copy(stored, MASK + at * WIDTH, this.#bytes, index * WIDTH)
  }

  get bytes(): Uint8Array {
    let present = 0
    for (let index = 0; index < BUCKET; index++)
      if (this.#view.getInt32(index * WIDTH, true) !== 0) present = (present | (1 << index)) >>> 0
    const places = placesIn(present)
    const stored = new Uint8Array(MASK + places.length * WIDTH)
    new DataView(stored.buffer).setUint32(0, present, true)
    if (present === FULL) stored.set(this.#bytes, MASK)
    else
      for (const [at, index] of places.entries()) copy(this.#bytes, index * WIDTH, stored, MASK + at * WIDTH)
    return stored
  }

  sum(): Hash {
    let a = 0
    let b = 0
    for (let place = 0; place < BUCKET * WIDTH; place += WIDTH) {
      a ^= this.#view.getInt32(place, true)
      b ^= this.#view.getInt32(place + 4, true)
    }
    return { a, b }
  }

  at(record: number): Hash {
    const place = placeOf(record)
    const a = this.#view.getInt32(place, true)
    return a === 0 ? NO_HASH : { a, b: this.#view.getInt32(place + 4, true) }
  }

  set(record: number, hash: Hash): void {
    const place = placeOf(record)
    this.#view.setInt32(place, hash.a, true)
    this.#view.setInt32(place + 4, hash.b, true)
  }
}

function placesIn(mask: number): number[] {
  const places: number[] = []
  for (let index = 0; index < BUCKET; index++) if (((mask >>> index) & 1) === 1) places.push(index)
  return places
}

function copy(from: Uint8Array, at: number, to: Uint8Array, place: number): void {
  for (let index = 0; index < WIDTH; index++) to[place + index] = from[at + index]!
}

/** @returns what the records hashed to before, in their order */
export async function exchangeHashes(
  write: Writing,
  side: Side,
  table: number,
  records: readonly number[],
  hashes: readonly Hash[],
): Promise<Hash[]> {
  const leaves = await leavesOf(write, side, table, records)
  const at = finder(leaves)
  const before = records.map((record, index) => {
    const leaf = at(record)
    const old = leaf.at(record)
    leaf.set(record, hashes[index]!)
    return old
  })
  await write.upsert(
    TARGET,
    [...leaves].map(([bucket, leaf]) => [side, table, bucket, leaf.bytes]),
  )
  return before
}

export async function readHashes(
  read: Reading,
  side: Side,
  table: number,
  records: readonly number[],
): Promise<Hash[]> {
  const leaves = await leavesOf(read, side, table, records)
  const at = finder(leaves)
  return records.map(record => at(record).at(record))
}

/** Neighbours lie in one row, and mostly come one after the other. */
function finder(leaves: ReadonlyMap<number, Leaf>): (record: number) => Leaf {
  let last = -1
  let leaf: Leaf | undefined
  return record => {
    const bucket = bucketOf(record)
    if (bucket !== last || !leaf) leaf = leaves.get(bucket)!
    last = bucket
    return leaf
  }
}

function bucketsOf(records: readonly number[]): number[] {
  const buckets = new Set<number>()
  let last = -1
  for (const record of records) {
    const bucket = bucketOf(record)
    if (bucket !== last) buckets.add(bucket)
    last = bucket
  }
  return [...buckets]
}

async function leavesOf(
  read: Reading,
  side: Side,
  table: number,
  records: readonly number[],
): Promise<Map<number, Leaf>> {
  const buckets = bucketsOf(records)
  const rows = await read.lookup(
    TARGET,
    buckets.map(bucket => [side, table, bucket]),
  )
  return new Map(
    buckets.map((bucket, index) => [bucket, new Leaf(rows[index]?.[0] as Uint8Array | undefined)]),
  )
}

/** Rows read at once. */
export const ROWS = 1_000

/** By id, ascending. @param from first id, @param to last id */
export async function* leavesBetween(
  read: Reading,
  side: Side,
  table: number,
  from = 0,
  to = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<{ bucket: number; leaf: Leaf }> {
  const query = sql`select bucket, hashes from hc_hash where side = ${side} and tablenumber = ${table}
    and bucket between ${bucketOf(from)} and ${bucketOf(to)} order by bucket`
  for await (const rows of read.batches(query, ROWS))
    for (const row of rows) yield { bucket: row[0] as number, leaf: new Leaf(row[1] as Uint8Array) }
}
