/** Field-level replication, switched per table by the administrator (SPEC 2 and 9). */
import { planFor } from '../capture/plan-for.ts'
import { fieldLevelNow, setFieldLevel } from '../log/field-level.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { isActive, requireParent } from './activate.ts'

/**
 * Copies that leave from now on work by field; those who are away go on with whole records, which are judged as ever.
 * @throws {HomecomingError} TABLE_UNKNOWN, FIELD_LEVEL_TOO_WIDE, NOT_A_PARENT
 */
export async function switchFieldLevel(site: Site, table: string, on: boolean): Promise<void> {
  requireParent(site)
  const { number } = site.dictionary.table(table)
  await site.db.change(async write => {
    if (await isActive(write)) await readLog(write)
    const tables = await fieldLevelNow(write)
    if (on) tables.add(number)
    else tables.delete(number)
    await setFieldLevel(write, tables)
    const plan = await planFor(site, write)
    if (await isActive(write)) await write.schema.installCapture(plan)
  })
}

/** Names of the tables. */
export const listFieldLevel = (site: Site): Promise<string[]> =>
  site.db.snapshot(async read =>
    [...(await fieldLevelNow(read))].flatMap(number => site.dictionary.tableByNumber(number)?.name ?? []),
  )
