/** Whether a child has been sealed for homecoming, and whether the database of an office is one that people still work with. */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import type { Reading, Writing } from '../storage/contract.ts'

export async function isClosed(read: Reading): Promise<boolean> {
  return (await read.row(sql<{ closed: number }>`select closed from hc_session`))?.closed === 1
}

const FORMER = 'former'

/** Its office was made anew meanwhile (made-anew.ts). */
export const noteFormer = (write: Writing): Promise<void> => writeSetting(write, FORMER, 'yes')

export const isFormer = async (read: Reading): Promise<boolean> =>
  (await readSetting(read, FORMER)) !== undefined

/** Whatever a former database takes or gives goes no further. @throws {HomecomingError} SATELLITE_REPLACED */
export async function requirePresent({ identity, path }: Site, read: Reading): Promise<void> {
  if (identity.kind !== 'satellite' || !(await isFormer(read))) return
  throw new HomecomingError(
    'SATELLITE_REPLACED',
    `${path} is a former database of the office ${identity.name}, which was made anew`,
    { path, satellite: identity.name },
  )
}

/**
 * An office that closes sends nobody out, and takes nobody's edits: they would go no further.
 * @throws {HomecomingError} CHILD_CLOSED, SATELLITE_REPLACED
 */
export async function requireOpen(site: Site, read: Reading): Promise<void> {
  const { identity, path } = site
  await requirePresent(site, read)
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
