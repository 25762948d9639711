/**
 * Merged and deleted: a satellite has merged a record into a new one of its own, which was deleted before central heard of it.
 * Role:  who deleted the one has deleted both. The new one is never told, so that its deletion is said of the other.
 */
import { sql } from 'kysely'
import { PARENT_LINK, type RecordKey, readVersions, type Version, writeVersions } from '../log/version.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import type { Link } from './link.ts'

/** Before an UP is sealed. What was new as well nobody above knows. */
export async function deleteMerged(write: Writing, link: Link): Promise<void> {
  const merged = await intoDeleted(write, link)
  const before = await readVersions(write, merged.map(old))
  const deletions = await readVersions(write, merged.map(kept))
  await writeVersions(
    write,
    merged.flatMap((one, index) => {
      const version = deletionOf(before[index], deletions[index]!)
      return version ? [{ ...old(one), version }] : []
    }),
  )
}

/** Replaced is what both sides had of the old one. @returns undefined: there is none to tell */
function deletionOf(before: Version | undefined, deletion: Version): Version | undefined {
  if (before?.born || before?.deleted) return undefined
  return { ...deletion, born: false, agreed: before?.agreed ?? null, sent: 0 }
}

interface Merged {
  readonly table: number
  readonly old: number
  readonly kept: number
}

const old = (one: Merged): RecordKey => ({ table: one.table, record: one.old })
const kept = (one: Merged): RecordKey => ({ table: one.table, record: one.kept })

const intoDeleted = (read: Reading, { cut_position: cut }: Link): Promise<Merged[]> =>
  read.rows(
    sql<Merged>`select a.tablenumber as "table", a.old_id as old, a.kept_id as kept from hc_alias a
      join hc_version k on k.tablenumber = a.tablenumber and k.record_id = a.kept_id
      where a.position > ${cut} and a.link <> ${PARENT_LINK}
        and k.position > ${cut} and k.link <> ${PARENT_LINK} and k.born = 1 and k.deleted = 1`,
  )
