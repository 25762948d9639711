/**
 * Told conflicts: entries of the parent's journal that a DWN brings. A traveller keeps them by the parent's numbers; a
 * satellite, which has a journal of its own, gives them its own and remembers the parent's.
 */
import { PARENT_LINK } from '../log/version.ts'
import { CONFLICT_COLUMNS } from '../packet/notices.ts'
import { type DwnContext, isRelay } from './dwn-context.ts'
import { ownNumbers } from './own-numbers.ts'

export async function writeConflicts(context: DwnContext, entries: readonly unknown[][]): Promise<void> {
  const { dictionary } = context.site
  const told = entries.map(entry => {
    const row = [...entry] as (string | number)[]
    const table = dictionary.tableByNumber(row[3] as number)
    if (table) row[4] = context.ids.local(table, row[4] as number)
    return row
  })
  const numbers = isRelay(context)
    ? await ownNumbers(
        context,
        'hc_conflict',
        told.map(row => row[0] as number),
      )
    : undefined
  await context.write.upsert(
    {
      table: 'hc_conflict',
      key: ['conflict_id'],
      columns: [...CONFLICT_COLUMNS.slice(1), 'link_id', 'told', 'parent_id'],
    },
    told.map(([id, ...row]) => [
      numbers?.get(id as number) ?? id!,
      ...row,
      PARENT_LINK,
      1,
      numbers ? id! : 0,
    ]),
  )
}
