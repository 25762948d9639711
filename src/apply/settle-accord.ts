/** Settle accord: what the parent's acknowledgement covers, and nothing later has changed, is in accord now. */
import { sql } from 'kysely'
import { baseTable } from '../packet/changes.ts'
import type { Writing } from '../storage/contract.ts'
import type { DwnContext } from './dwn-context.ts'
import { forgetPassedBy } from './passed-by.ts'

export async function settleAccord(context: DwnContext): Promise<void> {
  const acknowledged = context.head.acknowledged
  await forgetPassedBy(context.write, acknowledged)
  if (!(await anySent(context.write, acknowledged))) return
  await context.hashes?.touchSettled(context, acknowledged)
  for (const table of context.site.dictionary.captured) {
    if (!context.site.dictionary.goesUp(table)) continue
    const key = sql.ref(table.fields[0]!.name)
    await context.write.run(sql`delete from ${sql.table(baseTable(table))} where ${key} in
      (select record_id from hc_version where tablenumber = ${table.number} and sent > 0 and sent <= ${acknowledged}
      and not exists (select 1 from hc_wanted w where w.tablenumber = hc_version.tablenumber and w.record_id = hc_version.record_id))`)
  }
  await context.write.run(sql`update hc_version set sent = 0 where sent > 0 and sent <= ${acknowledged}`)
  await context.write.run(
    sql`update hc_field_version set sent = 0 where sent > 0 and sent <= ${acknowledged}`,
  )
}

const anySent = async (write: Writing, acknowledged: number): Promise<boolean> =>
  (await write.row(sql`select 1 where exists (select 1 from hc_version where sent > 0 and sent <= ${acknowledged})
    or exists (select 1 from hc_field_version where sent > 0 and sent <= ${acknowledged})`)) !== undefined
