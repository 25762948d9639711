/**
 * Belongs: which of the parent's records a child should hold (SPEC 7, "The invariant").
 *   its area's records, and those that it created itself; what is too old for the area may be there or not.
 */
import { sql } from 'kysely'
import { tooOld } from '../areas/age.ts'
import { oldestIn } from '../areas/contents.ts'
import { isMember, isPartOf, membersAmong, usableArea } from '../areas/membership.ts'
import { keepMembership } from '../areas/upkeep.ts'
import type { Table } from '../dictionary/model.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import type { Link } from '../packet/link.ts'
import { createdBy } from '../packet/pairs.ts'
import type { Query, Reading } from '../storage/contract.ts'

export interface Belongs {
  /** A condition on the rows of a parent's table: the child must hold them. */
  must(table: Table): Query
  /** Which of these records are in the area, by the parent's ids. */
  inArea(table: Table, records: readonly number[]): Promise<boolean[]>
}

/** Before the snapshot in which the two are compared. */
export const prepareBelongs = (parent: Site): Promise<void> =>
  parent.db.change(async write => keepMembership(parent, write, await readLog(write)))

export async function belongsTo(parent: Site, read: Reading, link: Link): Promise<Belongs> {
  const area = await usableArea(read, link.area_id)
  const before = await oldestIn(read, area, parent.platform.clock.now())
  return {
    must: table => {
      const id = sql.ref(`${table.name}.${table.fields[0]!.name}`)
      const old = before === undefined ? undefined : tooOld(table, before)
      const held = isPartOf(area, table)
        ? sql`(${isMember(area, table, id)} or ${createdBy(link, table, id)})`
        : sql`1 = 1`
      return old ? sql`${held} and not ${old}` : held
    },
    inArea: async (table, records) =>
      isPartOf(area, table)
        ? membersAmong(
            read,
            area,
            records.map(record => [table.number, record] as const),
          )
        : records.map(() => true),
  }
}
