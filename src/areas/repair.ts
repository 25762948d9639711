/**
 * Repair: puts the journal right where records changed while nothing was captured.
 * Shape:  what verify finds is worked out again; it moves like anything else, and children hear of it with the next change.
 */
import { sql } from 'kysely'
import { followedTables } from '../dictionary/followers.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { readSlots } from './definitions.ts'
import { settle, wordsOf } from './settle.ts'
import { keepMembership } from './upkeep.ts'
import { wrongMembers } from './verify.ts'

/** @returns how many records were wrong, without those that only follow them */
export async function repairMembership(site: Site, write: Writing): Promise<number> {
  const position = await readLog(write)
  await keepMembership(site, write, position)
  const slots = (await readSlots(write)).filter(slot => !slot.alldata)
  let wrong = 0
  for (const word of wordsOf(slots)) {
    for (const { table, byArea } of followedTables(site.dictionary)) {
      if (!byArea) continue
      wrong += await write.run(sql`insert into hc_dirty (tablenumber, record_id, born)
        select ${table.number}, w.record, 0 from (${wrongMembers(site.dictionary, table, word)}) w where true
        on conflict do nothing`)
    }
  }
  // The last position has been sent from already: what moves now belongs to the next.
  if (wrong > 0) await settle(site.dictionary, write, slots, position + 1)
  return wrong
}
