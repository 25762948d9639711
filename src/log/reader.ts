/**
 * Reader: takes the log rows committed since it last looked, gives each its position, and brings versions up to date
 * in the same transaction (SPEC section 2, "Reading order").
 * Role:  the log in, versions out. It runs first in every transaction that seals, judges or builds.
 * Never: skips a row however late it was written, or reads one twice.
 */
import type { Row } from '../core/values.ts'
import type { Target, Writing } from '../storage/contract.ts'
import { fieldLevelTables } from './field-level.ts'
import { stampFields } from './field-version.ts'
import { type Change, foldLog } from './fold.ts'
import { MADE_HERE, readVersions, VERSIONS } from './version.ts'

/** Rows read at once: bounds the memory, whatever was written since the last look. Of 20,000 it takes 200 MB more. */
const BATCH = 5_000

/** @returns the position up to which the log has been read */
export async function readLog(write: Writing): Promise<number> {
  const parts = new Map<number, Set<number>>()
  const byField = await fieldLevelTables(write)
  let rows = await write.log.readNew(BATCH)
  while (rows.length > 0) {
    const changes = [...foldLog(rows, parts).values()]
    // A server looks for the next rows while these are worked on.
    const [next, stamped] = await Promise.allSettled([
      write.log.readNew(BATCH),
      stampVersions(write, changes, byField),
    ])
    if (stamped.status === 'rejected') throw stamped.reason
    if (next.status === 'rejected') throw next.reason
    rows = next.value
  }
  return write.log.position()
}

async function stampVersions(
  write: Writing,
  changes: readonly Change[],
  byField: ReadonlySet<number>,
): Promise<void> {
  for (const table of byField) {
    const some = changes.filter(change => change.table === table)
    await stampFields(write, table, some, await readVersions(write, some))
  }
  await write.upsert(MADE, changes.map(madeRow))
}

/** What was agreed on and sent stays, and no version's time is before that of the version it replaces. */
const MADE: Target = {
  table: VERSIONS.table,
  key: VERSIONS.key,
  columns: ['maker', 'maker_position', 'time', 'associate_id', 'position', 'link', 'deleted', 'born'],
  existing: { time: 'highest', born: 'kept' },
}

const madeRow = ({ table, record, position, time, associate, deleted, began }: Change): Row => [
  ...[table, record, MADE_HERE, position, time, associate, position, MADE_HERE],
  ...[deleted ? 1 : 0, began ? 1 : 0],
]
