/** Ledger: what became of an edit that waited is entered in the account of the packet that brought it. */
import { sql } from 'kysely'
import type { Writing } from '../storage/contract.ts'
import type { Tally } from './verdict.ts'

export async function moveVerdict(write: Writing, link: number, packet: number, tally: Tally): Promise<void> {
  if (tally.held > 0) return
  await write.run(sql`update hc_ledger set held = held - 1, applied = applied + ${tally.applied}, merged = merged + ${tally.merged},
    overruled = overruled + ${tally.overruled}, rejected = rejected + ${tally.rejected}, told = 0
    where link_id = ${link} and packet = ${packet}`)
}
