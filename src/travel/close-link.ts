/** Close link: a child's journey ends in the transaction that reads its last UP (SPEC 10, "Home"). */
import { sql } from 'kysely'
import { crashPoint } from '../core/crash-points.ts'
import type { Site } from '../log/site.ts'
import { linkById, updateLink } from '../packet/link.ts'
import { writeDwn } from '../packet/write-dwn.ts'
import type { Writing } from '../storage/contract.ts'
import { freeSeries } from './series.ts'

export async function closeLink(site: Site, write: Writing, linkId: number): Promise<void> {
  await writeDwn(site, write, (await linkById(write, linkId))!, { final: true })
  await retire(site, write, linkId, 'home')
  await freeSeries(write, linkId)
  crashPoint('link-closing')
}

/** Nobody is lent this link again; its id pairs and journal stay. */
export async function retire(
  site: Site,
  write: Writing,
  linkId: number,
  state: 'home' | 'written-off',
): Promise<void> {
  const link = (await linkById(write, linkId))!
  await updateLink(write, linkId, { state, closed_time: site.platform.clock.now() })
  await write.run(sql`delete from traveller where dbtag = ${link.tag}`)
  await write.run(sql`delete from hc_answer where link_id = ${linkId}`)
}
