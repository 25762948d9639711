/**
 * Applied: what children sent, kept as it came, outside the database: a parent that was restored can read it again
 * (SPEC 10). It stays while its sender is away, and for some time after that.
 * Shape: applied/<journey>/ee0001.up beside the database, sealed as ever.
 * Never: removes packets of a journey that this database does not know to have ended.
 */
import { sql } from 'kysely'
import { crashPoint } from '../core/crash-points.ts'
import type { Site } from '../log/site.ts'
import type { Link } from '../packet/link.ts'
import { packetName, tripFolder } from '../packet/names.ts'

/** Where the packets of one child are kept. */
export const appliedFolder = (site: Site, link: Pick<Link, 'name' | 'tag'>): string =>
  site.platform.files.join(site.home, 'applied', tripFolder(link.name, link.tag))

/** In the transaction that applies it, before the commit: nothing is applied that was not kept. */
export async function keepApplied(site: Site, link: Link, number: number, path: string): Promise<void> {
  const { files } = site.platform
  const folder = appliedFolder(site, link)
  await files.makeFolder(folder)
  await files.copy(path, files.join(folder, packetName(link.name, number, 'up')))
  crashPoint('up-kept')
}

/** @param before journeys that had ended by then @returns how many packets were removed */
export async function forgetApplied(site: Site, before: number): Promise<number> {
  const { files } = site.platform
  const ended = await site.db.snapshot(read =>
    read.rows(
      sql<{ name: string; tag: string }>`select name, tag from hc_link
        where link_id > 0 and closed_time > 0 and closed_time <= ${before}`,
    ),
  )
  let count = 0
  for (const link of ended) {
    const folder = appliedFolder(site, link)
    if (!(await files.exists(folder))) continue
    count += (await files.list(folder)).length
    await files.removeFolder(folder)
  }
  return count
}
