/**
 * Remove: leaves a central database as it was before us. Every trigger and table of ours goes, then our files: keys,
 * prototypes, packets.
 * Never: touches a table of the application, or goes ahead while somebody is away.
 */
import { crashPoint } from '../core/crash-points.ts'
import { travelTables } from '../dictionary/travel-tables.ts'
import type { Site } from '../log/site.ts'
import { linksAway } from '../packet/link.ts'
import { OWN_TABLES } from '../prototype/own-tables.ts'
import type { Writing } from '../storage/contract.ts'
import { requireCentral, requireNobodyAway } from './activate.ts'
import type { Machine } from './create.ts'

export interface Removed {
  readonly tables: readonly string[]
  /** The folder with our files that was removed. */
  readonly folder: string
}

/** The database is closed afterwards. @throws {HomecomingError} PEOPLE_AWAY, NOT_A_PARENT, CENTRAL_ONLY */
export async function remove(site: Site): Promise<Removed> {
  requireCentral(site, 'removing Homecoming')
  const tables = await site.db.change(async write => {
    requireNobodyAway(await linksAway(write))
    await write.schema.removeCapture()
    const ours = await ourTables(site, write)
    for (const table of ours) await write.schema.dropTable(table)
    crashPoint('remove-dropped')
    return ours
  })
  await site.db.close()
  crashPoint('remove-committed')
  await site.platform.files.removeFolder(site.home)
  return { tables, folder: site.home }
}

/**
 * After a death between the two: the database is an ordinary one already, and our folder still lies beside it.
 * @param agreed asked before the folder goes, with its path @returns undefined where this is not so, and nothing is done
 */
export async function finishRemoval(
  machine: Machine,
  path: string,
  agreed: (folder: string) => Promise<unknown> = async () => {},
): Promise<Removed | undefined> {
  const { files } = machine.platform
  const folder = machine.storage.home(path)
  if (!(await files.exists(folder)) || (await hasOurs(machine, path))) return undefined
  await agreed(folder)
  await files.removeFolder(folder)
  return { tables: [], folder }
}

async function hasOurs({ storage }: Machine, path: string): Promise<boolean> {
  const db = await storage.open(path)
  try {
    const names = await db.change(write => write.schema.tables())
    return names.some(isOurs)
  } finally {
    await db.close()
  }
}

const isOurs = (name: string): boolean => name.startsWith('hc_')

/** Those that this version makes, and whatever an older one may have left under our prefix. */
async function ourTables(site: Site, write: Writing): Promise<string[]> {
  const names = new Set([
    ...travelTables(site.dictionary.dictionary.parts).map(table => table.name),
    ...OWN_TABLES.map(table => table.name),
  ])
  return (await write.schema.tables()).filter(name => names.has(name) || isOurs(name))
}
