/**
 * Remove: leaves a central database as it was before us. Every trigger and table of ours goes, then our files: keys,
 * prototypes, packets.
 * Never: touches a table of the application, or goes ahead while somebody is away.
 */

import { travelTables } from '../dictionary/travel-tables.ts'
import type { Site } from '../log/site.ts'
import { linksAway } from '../packet/link.ts'
import { OWN_TABLES } from '../prototype/own-tables.ts'
import type { Writing } from '../storage/contract.ts'
import { requireNobodyAway, requireParent } from './activate.ts'

export interface Removed {
  readonly tables: readonly string[]
  /** The folder with our files that was removed. */
  readonly folder: string
}

/** The database is closed afterwards. @throws {HomecomingError} PEOPLE_AWAY, NOT_A_PARENT */
export async function remove(site: Site): Promise<Removed> {
  requireParent(site)
  const tables = await site.db.change(async write => {
    requireNobodyAway(await linksAway(write))
    await write.schema.removeCapture()
    const ours = await ourTables(site, write)
    for (const table of ours) await write.schema.dropTable(table)
    return ours
  })
  await site.db.close()
  await site.platform.files.removeFolder(site.home)
  return { tables, folder: site.home }
}

/** Those that this version makes, and whatever an older one may have left under our prefix. */
async function ourTables(site: Site, write: Writing): Promise<string[]> {
  const names = new Set([
    ...travelTables(site.dictionary.dictionary.parts).map(table => table.name),
    ...OWN_TABLES.map(table => table.name),
  ])
  return (await write.schema.tables()).filter(name => names.has(name) || name.startsWith('hc_'))
}
