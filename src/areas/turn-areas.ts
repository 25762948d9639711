/**
 * Turn areas: areas that end, and areas that turn from rules to everything or back while people are away with them.
 * Why apart: an area of everything has no journal; when it turns, the journal says once what all others did.
 */
import { sql } from 'kysely'
import { isByArea } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import type { Query, Writing } from '../storage/contract.ts'
import { forgetSums } from './area-sums.ts'
import type { AreaSlot, Redefined } from './definitions.ts'
import { keyName } from './rules.ts'

/** Before the new state is worked out: whoever is away holds what was a member at the last look. */
export async function endAreas(
  dictionary: LoadedDictionary,
  write: Writing,
  { ended, widened }: Redefined,
  position: number,
): Promise<void> {
  for (const slot of ended) {
    await forgetSums(write, slot.area_id)
    if (widened.includes(slot)) await moveOthers(dictionary, write, slot, position, 1)
    else await write.run(sql`delete from hc_move where area_id = ${slot.area_id}`)
    await write.run(sql`update hc_member set mask = mask - ${slot.bit}
      where word = ${slot.word} and (mask & ${slot.bit}) <> 0`)
    await write.run(sql`delete from hc_member where word = ${slot.word} and mask = 0`)
  }
}

/** After the new state is worked out: who is away holds everything. */
export async function narrowAreas(
  dictionary: LoadedDictionary,
  write: Writing,
  { narrowed }: Redefined,
  position: number,
): Promise<void> {
  for (const slot of narrowed) {
    await moveOthers(dictionary, write, slot, position, 0)
    await moveDeleted(dictionary, write, slot, position)
  }
}

/** All records that are no members. */
async function moveOthers(
  dictionary: LoadedDictionary,
  write: Writing,
  slot: AreaSlot,
  position: number,
  entered: 0 | 1,
): Promise<void> {
  for (const table of dictionary.tables.filter(isByArea)) {
    const id = sql.ref(`t.${keyName(table)}`)
    const others = sql`select ${id} as id from ${sql.table(table.name)} t where not exists (select 1 from hc_member m
      where m.word = ${slot.word} and m.tablenumber = ${table.number} and m.record_id = ${id} and (m.mask & ${slot.bit}) <> 0)`
    await move(write, slot, table, others, position, entered)
  }
}

/** Records that were deleted while the area was of everything left it, too. */
async function moveDeleted(
  dictionary: LoadedDictionary,
  write: Writing,
  slot: AreaSlot,
  position: number,
): Promise<void> {
  for (const table of dictionary.tables.filter(isByArea)) {
    const gone = sql`select v.record_id as id from hc_version v where v.tablenumber = ${table.number} and v.deleted = 1`
    await move(write, slot, table, gone, position, 0)
  }
}

async function move(
  write: Writing,
  slot: AreaSlot,
  table: Table,
  records: Query,
  position: number,
  entered: 0 | 1,
): Promise<void> {
  await write.run(sql`insert into hc_move (area_id, tablenumber, record_id, position, entered)
    select ${slot.area_id}, ${table.number}, r.id, ${position}, ${entered} from (${records}) r where true
    on conflict (area_id, tablenumber, record_id) do update set position = excluded.position, entered = excluded.entered`)
}
