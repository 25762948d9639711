/**
 * Rebuild: the areas of all records from nothing, table by table. Nobody has a copy yet that could have moved.
 */
import { sql } from 'kysely'
import { followedTables } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Writing } from '../storage/contract.ts'
import { forgetSums } from './area-sums.ts'
import { readSlots } from './definitions.ts'
import { areasOf, keyName } from './rules.ts'
import { wordsOf } from './settle.ts'

export async function rebuild(dictionary: LoadedDictionary, write: Writing): Promise<void> {
  await write.run(sql`delete from hc_member`)
  await forgetSums(write)
  const slots = (await readSlots(write)).filter(slot => !slot.alldata)
  for (const word of wordsOf(slots)) {
    for (const { table, byArea } of followedTables(dictionary)) {
      if (!byArea) continue
      await write.run(sql`insert into hc_member (word, tablenumber, record_id, mask)
        select ${word.word}, ${table.number}, r.id, r.mask from (
          select ${sql.ref(`t.${keyName(table)}`)} as id, ${areasOf(dictionary, table, word)} as mask
          from ${sql.table(table.name)} t) r where r.mask <> 0 order by r.id`)
    }
  }
}
