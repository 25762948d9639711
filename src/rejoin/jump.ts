/** Jump: whoever went back goes on past everything that the other side may have seen of the lost life. */
import { sql } from 'kysely'
import { lastId, prefixOf } from '../core/ids.ts'
import { sequenceRow } from '../log/sequence.ts'
import type { Site } from '../log/site.ts'
import type { Life } from '../packet/rejoin-notes.ts'
import { readRejoin, updateRejoin } from '../packet/rejoin-state.ts'
import { newTag } from '../platform/keys.ts'
import type { Writing } from '../storage/contract.ts'

/** Room for what was made in the lost life and never reached the other side: ids, and positions. */
export const JUMP = 65_536

/** No id is taken twice. @param known the highest id of each table that the other side knows; of other ranges it is nothing to us */
export async function jumpIds(
  site: Site,
  write: Writing,
  known: readonly (readonly [table: number, id: number])[],
): Promise<void> {
  for (const table of site.dictionary.captured) {
    const prefix = site.identity.prefix ?? site.dictionary.travelPrefixOf(table)
    const highest = known
      .filter(([number, id]) => number === table.number && prefixOf(id) === prefix)
      .reduce((most, [, id]) => Math.max(most, id), 0)
    const end = lastId(prefix) + 1
    const next = (await nextIdOf(write, table.number)) ?? end
    const jumped = Math.max(next, Math.min(Math.max(next, highest + 1) + JUMP, end))
    await write.run(sql`update sequence set next_id = ${jumped} where id = ${sequenceRow(table.number)}`)
  }
}

async function nextIdOf(write: Writing, table: number): Promise<number | undefined> {
  const row = await write.row(
    sql<{ next: number }>`select next_id as next from sequence where id = ${sequenceRow(table)}`,
  )
  return row?.next
}

/**
 * No version is named twice: what has not been sent yet is named anew, past everything that was, and later changes follow.
 * @param after position behind which nothing has been sent @param known the highest position that the other side was told
 * @returns by how much
 */
export async function jumpPositions(write: Writing, after: number, known: number): Promise<number> {
  const position = await write.log.position()
  const by = Math.max(position, known) + JUMP - after
  const unsent = sql`maker = 0 and link = 0 and position > ${after}`
  await write.run(sql`update hc_version set maker_position = maker_position + ${by} where ${unsent}`)
  await write.run(sql`update hc_field_version set maker_position = maker_position + ${by} where ${unsent}`)
  await write.log.jump(position + by)
  return by
}

/**
 * From now on packets of the former life are none of ours, and what is on its way to it will come again.
 * @param known the life that the other side knew: one that this side may have forgotten
 */
export async function beginLife(site: Site, write: Writing, link: number, known: Life): Promise<void> {
  const { own, ended } = await readRejoin(write, link)
  await updateRejoin(write, link, { own: newTag(site.platform), ended: [...new Set([...ended, own, known])] })
}
