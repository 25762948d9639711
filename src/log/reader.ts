/**
 * Reader: takes the log rows committed since it last looked, gives each its position, and brings versions up to date
 * in the same transaction (SPEC section 2, "Reading order").
 * Role:  the log in, versions out. It runs first in every transaction that seals, judges or builds.
 * Never: skips a row however late it was written, or reads one twice.
 */
import type { LogRow, Writing } from '../storage/contract.ts'
import { fieldLevelTables } from './field-level.ts'
import { stampFields } from './field-version.ts'
import { type Change, foldLog } from './fold.ts'
import { MADE_HERE, readVersions, type Version, writeVersions } from './version.ts'

/** Rows read at once: bounds the memory, whatever was written since the last look. Of 20,000 it takes 200 MB more. */
const BATCH = 5_000

/**
 * @param seen       is shown each batch of rows: for membership and hashes
 * @returns the position up to which the log has been read
 */
export async function readLog(
  write: Writing,
  seen: (rows: readonly LogRow[]) => Promise<void> = async () => {},
): Promise<number> {
  const parts = new Map<number, Set<number>>()
  const byField = await fieldLevelTables(write)
  for (;;) {
    const rows = await write.log.readNew(BATCH)
    if (rows.length === 0) return write.log.position()
    await stampVersions(write, [...foldLog(rows, parts).values()], byField)
    await seen(rows)
  }
}

async function stampVersions(
  write: Writing,
  changes: readonly Change[],
  byField: ReadonlySet<number>,
): Promise<void> {
  const before = await readVersions(write, changes)
  for (const table of byField) {
    const some = [...changes.keys()].filter(index => changes[index]!.table === table)
    await stampFields(
      write,
      table,
      some.map(index => changes[index]!),
      some.map(index => before[index]),
    )
  }
  const after = changes.map((change, index) => {
    const { table, record } = change
    return { table, record, version: nextVersion(change, before[index]) }
  })
  await writeVersions(write, after)
}

/** A version's time is never before that of the version it replaces. */
function nextVersion(change: Change, before: Version | undefined): Version {
  return {
    name: { maker: MADE_HERE, position: change.position },
    time: Math.max(change.time, before?.time ?? 0),
    associate: change.associate,
    position: change.position,
    link: MADE_HERE,
    deleted: change.deleted,
    born: before ? before.born : change.began,
    agreed: before?.agreed ?? null,
    sent: before?.sent ?? 0,
  }
}
