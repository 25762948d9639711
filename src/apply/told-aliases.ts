/**
 * Told aliases: merges that the parent tells. It decides: its word stands, also where this side has merged the same records
 * otherwise.
 */
import { sql } from 'kysely'
import { PARENT_LINK } from '../log/version.ts'
import type { Writing } from '../storage/contract.ts'
import { mergeInto, straighten } from './collisions.ts'
import type { DwnContext } from './dwn-context.ts'
import type { Alias } from './own-aliases.ts'

export async function applyAliases(context: DwnContext, aliases: readonly Alias[]): Promise<void> {
  for (const [number, old, kept] of aliases) {
    const table = context.site.dictionary.tableByNumber(number)
    if (!table) continue
    const merged = { table, old: context.ids.local(table, old), kept: context.ids.local(table, kept) }
    await forgetHeld(context.write, number, merged.old)
    await mergeInto(context.write, context.site.dictionary, merged)
    await context.write.upsert(
      { table: 'hc_alias', key: ['tablenumber', 'old_id'], columns: ['kept_id', 'position', 'link'] },
      [[number, merged.old, merged.kept, context.position, PARENT_LINK]],
    )
    await straighten(context.write, merged, context.position)
  }
}

/** What a parent that was restored had said of it, before it heard of the merge. */
const forgetHeld = (write: Writing, table: number, record: number): Promise<number> =>
  write.run(
    sql`delete from hc_held where link_id = ${PARENT_LINK} and tablenumber = ${table} and record_id = ${record}`,
  )

/**
 * A merge that a satellite has decided as a parent is none where its own parent says what the old record is. Where the parent has
 * only not heard of it yet, it will tell it back.
 * @param position of the packet that was just read
 */
export async function forgetRefused(write: Writing, position: number): Promise<void> {
  await write.run(sql`delete from hc_alias where link <> ${PARENT_LINK} and exists (select 1 from hc_version v
    where v.tablenumber = hc_alias.tablenumber and v.record_id = hc_alias.old_id
      and v.position = ${position} and v.link = ${PARENT_LINK} and v.deleted = 0)`)
}
