/** Why a record is, or is not, in an area: what a parent answers to people (SPEC 7). */
import { sql } from 'kysely'
import { keepMembership } from '../areas/upkeep.ts'
import { explain, type Why } from '../areas/why.ts'
import type { Table } from '../dictionary/model.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { linksAway } from '../packet/link.ts'
import { createdBy } from '../packet/pairs.ts'
import type { Reading } from '../storage/contract.ts'
import { requireActive, requireCentral } from './activate.ts'

/**
 * @param area name or id; 0 is the area of everything
 * @returns also for a record that does not exist (any more)
 * @throws {HomecomingError} NOT_A_PARENT, CENTRAL_ONLY, TRAVEL_INACTIVE, AREA_UNKNOWN, TABLE_UNKNOWN
 */
export async function why(site: Site, area: string | number, table: string, record: number): Promise<Why> {
  requireCentral(site, 'asking why a record is in an area')
  const question = { area, table, record, now: site.platform.clock.now() }
  return site.db.change(async write => {
    await requireActive(write)
    await keepMembership(site, write, await readLog(write))
    return explain(site.dictionary, write, question, (id, of) => makers(write, id, of, record))
  })
}

/** A record that somebody away created counts as a member for them alone, until homecoming. */
async function makers(read: Reading, area: number, table: Table, record: number): Promise<string[]> {
  const names: string[] = []
  for (const link of (await linksAway(read)).filter(each => each.area_id === area)) {
    const made = await read.row(sql`select 1 where ${createdBy(link, table, sql`${record}`)}`)
    if (made !== undefined) names.push(link.name)
  }
  return names
}
