/**
 * Reached: how far a restored parent has jumped, kept beside the database, which may be put back once more from the same copy:
 * what it gives out then must not be what it has given out since.
 * Shape:  `restored` in the folder beside the database: the position, and the next id of each table.
 */
import { sql } from 'kysely'
import { sequenceRow } from '../log/sequence.ts'
import type { Site } from '../log/site.ts'
import type { Reading, Writing } from '../storage/contract.ts'

export interface Reached {
  readonly position: number
  /** The highest id that may have been given out, by number of the table. */
  readonly ids: readonly (readonly [table: number, id: number])[]
}

const NOWHERE: Reached = { position: 0, ids: [] }

const pathOf = ({ home, platform: { files } }: Site): string => files.join(home, 'restored')

export async function readReached(site: Site): Promise<Reached> {
  const { files } = site.platform
  if (!(await files.exists(pathOf(site)))) return NOWHERE
  return JSON.parse(new TextDecoder().decode(await files.read(pathOf(site)))) as Reached
}

/** In the transaction that jumps, before the commit: nothing is given out that was not noted. @param past behind which the next position will be */
export async function noteReached(site: Site, write: Writing, past: number): Promise<void> {
  const reached: Reached = { position: past, ids: await idsGivenOut(site, write) }
  await site.platform.files.write(pathOf(site), new TextEncoder().encode(JSON.stringify(reached)))
}

/** The highest id of each table that may have been given out. */
export async function idsGivenOut({ dictionary }: Site, read: Reading): Promise<[number, number][]> {
  const rows = await read.rows(sql<{ id: number; next: number }>`select id, next_id as next from sequence`)
  const next = new Map(rows.map(row => [row.id, row.next]))
  return dictionary.captured.map(({ number }) => [number, (next.get(sequenceRow(number)) ?? 1) - 1])
}
