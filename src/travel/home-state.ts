/** Whether a child has been sealed for homecoming. */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import type { Reading } from '../storage/contract.ts'

export async function isClosed(read: Reading): Promise<boolean> {
  return (await read.row(sql<{ closed: number }>`select closed from hc_session`))?.closed === 1
}

/**
 * An office that closes sends nobody out, and takes nobody's edits: they would go no further.
 * @throws {HomecomingError} CHILD_CLOSED
 */
export async function requireOpen({ identity, path }: Site, read: Reading): Promise<void> {
  if (identity.kind !== 'satellite' || !(await isClosed(read))) return
  throw new HomecomingError(
    'CHILD_CLOSED',
    `the office ${identity.name} is closed: its people work at central`,
    { path },
  )
}

/** At the parent. It may have been noted that the journey ends, and not have come to that. */
export async function lastUpIsRead(read: Reading, linkId: number): Promise<boolean> {
  const row = await read.row(
    sql`select 1 from hc_packet where link_id = ${linkId} and outgoing = 0 and final = 1`,
  )
  return row !== undefined
}

/** After a break the last UP may have been taken back: then it is written once more. */
export async function lastUpIsWritten(read: Reading): Promise<boolean> {
  const row = await read.row(
    sql`select 1 from hc_packet where link_id = ${PARENT_LINK} and outgoing = 1 and final = 1`,
  )
  return row !== undefined
}
