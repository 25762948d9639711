/** Close link: a child's journey ends in the transaction that reads its last UP (SPEC 10, "Home"). */
import { sql } from 'kysely'
import { crashPoint } from '../core/crash-points.ts'
import { prefixOf } from '../core/ids.ts'
import type { Site } from '../log/site.ts'
import { isSatellite, type Link, linkById, updateLink } from '../packet/link.ts'
import { writeDwn } from '../packet/write-dwn.ts'
import type { Writing } from '../storage/contract.ts'
import { actAs } from './activate.ts'
import { freeSeries } from './series.ts'

export async function closeLink(site: Site, write: Writing, linkId: number): Promise<void> {
  await writeDwn(site, write, (await linkById(write, linkId))!, { final: true })
  await retire(site, write, linkId, 'home')
  await freeSeries(write, linkId)
  crashPoint('link-closing')
}

/** One lifetime ends: nothing is sent or read on it any more. */
export async function endLink(
  site: Site,
  write: Writing,
  linkId: number,
  state: 'home' | 'written-off',
): Promise<Link> {
  const link = (await linkById(write, linkId))!
  await updateLink(write, linkId, { state, closed_time: site.platform.clock.now() })
  await write.run(sql`delete from traveller where dbtag = ${link.tag}`)
  await write.run(sql`delete from hc_answer where link_id = ${linkId}`)
  await write.run(sql`delete from hc_inserted where link_id = ${linkId}`)
  return link
}

/** Its people work at central again, and everybody hears of it: a change like any other. */
async function closeOffice(site: Site, write: Writing, { travel_id }: Link): Promise<void> {
  await write.capture('on')
  await actAs(site, write, null)
  await write.run(sql`delete from satellite where satellite_id = ${prefixOf(travel_id)}`)
  await write.capture('off')
}

/** Nobody is lent this link again; its id pairs and journal stay. */
export async function retire(
  site: Site,
  write: Writing,
  linkId: number,
  state: 'home' | 'written-off',
): Promise<void> {
  const link = await endLink(site, write, linkId, state)
  if (isSatellite(link)) await closeOffice(site, write, link)
}
