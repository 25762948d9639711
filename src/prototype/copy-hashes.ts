/**
 * Copy hashes: gives a new child what its records hashed to at the parent, so that it need not read them all.
 * The hashes may be older or newer than the copied rows: whatever changed since the copy's position comes with the first
 * packet, with its own.
 */
import { sql } from 'kysely'
import { presence } from '../areas/area-sums.ts'
import { hashesPosition } from '../areas/keep-hashes.ts'
import { EVERYTHING } from '../areas/membership.ts'
import type { Table } from '../dictionary/model.ts'
import { BUCKET } from '../hashes/leaves.ts'
import { type Hash, NO_HASH } from '../hashes/record-hash.ts'
import { cutLeaf, type StoredLeaf, storedLeaves, writeLeaves } from '../hashes/stored-leaves.ts'
import { readSums, SumChanges } from '../hashes/sums.ts'
import { hashedTables, OWN_SIDE, PARENT_SIDE } from '../hashes/tables.ts'
import { writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import type { CopiedTable, Reading, Writing } from '../storage/contract.ts'

/** At a child: `all`, or `young` where what was too old was left out; absent: it has no hashes. */
export const COMPARED = 'sameness-compared'

/** @param write in the copy; @param everything false: what was too old was left out */
export async function copyHashes(
  site: Site,
  write: Writing,
  contents: readonly CopiedTable[],
  everything: boolean,
): Promise<void> {
  const sums = new SumChanges(PARENT_SIDE)
  const kept = await site.db.snapshot(async read => {
    if ((await hashesPosition(read)) === undefined) return false
    const whole = await readSums(read, OWN_SIDE, EVERYTHING)
    for (const table of hashedTables(site.dictionary)) {
      const copied = contents.find(each => each.table.name === table.name)
      const part = copied?.where !== undefined
      if (!part) sums.add(EVERYTHING, table.number, whole.get(table.number) ?? NO_HASH)
      await copyTable(read, write, table, part ? sums : undefined)
    }
    return true
  })
  if (!kept) return
  await sums.write(write)
  await writeSetting(write, COMPARED, everything ? 'all' : 'young')
}

/** @param sums of a table of which only some records are in the copy */
async function copyTable(
  read: Reading,
  write: Writing,
  table: Table,
  sums: SumChanges | undefined,
): Promise<void> {
  const present = sums && (await presentRecords(write, table))
  for await (const leaves of storedLeaves(read, OWN_SIDE, table.number)) {
    const copied = present ? cutTo(present, leaves, sum => sums.add(EVERYTHING, table.number, sum)) : leaves
    await writeLeaves(write, PARENT_SIDE, table.number, copied)
  }
}

function cutTo(
  present: ReadonlyMap<number, number>,
  leaves: readonly StoredLeaf[],
  add: (sum: Hash) => void,
): StoredLeaf[] {
  const cut: StoredLeaf[] = []
  for (const { bucket, hashes } of leaves) {
    const mask = present.get(bucket)
    if (mask === undefined) continue
    const kept = cutLeaf(hashes, mask)
    add(kept.sum)
    cut.push({ bucket, hashes: kept.hashes })
  }
  return cut
}

/** Bits by bucket. */
async function presentRecords(write: Writing, table: Table): Promise<Map<number, number>> {
  const id = sql.ref(table.fields[0]!.name)
  const rows = await write.rows(sql<{ bucket: number; bits: number }>`select ${id} / ${BUCKET} as bucket,
    ${presence(id)} as bits from ${sql.table(table.name)} group by 1`)
  return new Map(rows.map(({ bucket, bits }) => [bucket, bits]))
}
