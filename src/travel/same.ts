/**
 * Same: parent and child compare their roots, where both are at hand and neither has anything left to say.
 * Role:  what a DWN does with its head, for an exchange in which no DWN was needed.
 */

import { atRest, compareRoots } from '../apply/dwn-sameness.ts'
import { hashesPosition } from '../areas/keep-hashes.ts'
import { readSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { linkById } from '../packet/link.ts'
import { rootFor } from '../packet/sums-frame.ts'
import { COMPARED } from '../prototype/copy-hashes.ts'
import { readAsks } from '../sameness/asks.ts'
import { type NotedDifference, readDifferences } from '../sameness/differences.ts'
import { childSums, rootOf, sameRoot } from '../sameness/roots.ts'
import type { Reading } from '../storage/contract.ts'

/** The child has asked for something, or is going to. */
export const isAsking = (child: Site): Promise<boolean> =>
  child.db.snapshot(async read => (await readAsks(read)) !== undefined)

/** @returns undefined where they cannot be compared now: something is on its way, waits, or keeps no hashes */
export async function compareEnds(parent: Site, child: Site, linkId: number): Promise<boolean | undefined> {
  const said = await parent.db.snapshot(read => saidUpTo(parent, read, linkId))
  if (!said) return undefined
  const heard = await child.db.snapshot(read => heardUpTo(child, read))
  if (!heard || heard.packet !== said.packet) return undefined
  if (sameRoot(heard.root, said.root, heard.everything)) return true
  const now = child.platform.clock.now()
  return child.db.change(write => compareRoots({ site: child, write, now }, said.root, heard.everything))
}

/** The root, where everything that is hashed has been told on the link. */
async function saidUpTo(site: Site, read: Reading, linkId: number) {
  const link = await linkById(read, linkId)
  const position = await hashesPosition(read)
  if (link?.state !== 'away' || position === undefined || position > link.cut_position) return undefined
  const root = await rootFor(site, read, link)
  return root ? { packet: link.out_number, root } : undefined
}

async function heardUpTo(site: Site, read: Reading) {
  const compared = await readSetting(read, COMPARED)
  const link = await linkById(read, PARENT_LINK)
  if (compared === undefined || !link || !(await atRest(read, link.out_acked))) return undefined
  const root = rootOf(site.dictionary, await childSums(read))
  return { packet: link.in_number, root, everything: compared === 'all' }
}

/** What has been found to differ here, the newest first. */
export const differences = (site: Site, limit = 100): Promise<NamedDifference[]> =>
  site.db.snapshot(async read =>
    (await readDifferences(read, limit)).map(({ table, ...rest }) => ({
      ...rest,
      table: site.dictionary.tableByNumber(table)?.name ?? String(table),
    })),
  )

export type NamedDifference = Omit<NotedDifference, 'table'> & { readonly table: string }
