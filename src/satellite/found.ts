/**
 * Found: from here on there is a satellite: number, link, key and series at central, its identity in the copy.
 * Shape: one transaction of central; the copy is written inside it, so that central never knows a satellite without one.
 */
import { sql } from 'kysely'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { writeSetting } from '../log/settings.ts'
import { SATELLITE_LEVEL, type Site } from '../log/site.ts'
import { STAMPED, stamps } from '../log/stamps.ts'
import { PARENT_LINK } from '../log/version.ts'
import { installationPackets } from '../packet/keys-of-links.ts'
import { insertLink, type Link, nextLinkId } from '../packet/link.ts'
import { wrapKey } from '../platform/keys.ts'
import type { Database, Writing } from '../storage/contract.ts'
import { actAs, requireActive } from '../travel/activate.ts'
import { writeIdentity } from '../travel/identity.ts'
import { insertTraveller } from '../travel/lend.ts'
import { PARENT_PATH } from '../travel/paths.ts'
import { giveStock, lendStock, type Stock } from '../travel/series.ts'
import { type Draft, requireFree, requireNameFree } from './draft.ts'
import { lowestNeverUsed, travelIdOf } from './numbers.ts'

/** @param copy of the area, prepared for this number; closed by the caller */
export async function found(site: Site, draft: WithKey, copy: Database): Promise<void> {
  await site.db.change(async write => {
    await requireActive(write)
    await requireNew(site, write, draft)
    const id = await nextLinkId(write)
    const stock = await lendStock(write, id)
    const link = newLink(site, draft, id, stock)
    await insertLink(write, link)
    await insertTraveller(site, write, link)
    await insertSatellite(site, write, draft)
    const dowry = await dowryOf(write, draft)
    await copy.change(async child => {
      await giveIdentity(site, child, draft, link, dowry)
      await giveStock(child, stock)
      await insertLink(child, parentLink(site, draft, link))
    })
    crashPoint('satellite-founding')
  })
}

async function requireNew(site: Site, write: Writing, draft: Draft): Promise<void> {
  await requireFree(write, draft.area, draft.name)
  await requireNameFree(write, draft.name)
  if ((await lowestNeverUsed(write)) !== draft.number) throw taken(site, draft)
}

/** Another process has founded one meanwhile: the ids of the copy are of a range that is taken. */
const taken = (site: Site, { number }: Draft): HomecomingError =>
  new HomecomingError('DATABASE_BUSY', `another program has taken satellite number ${number} meanwhile`, {
    path: site.path,
    number,
  })

const newLink = (site: Site, draft: Draft, id: number, stock: Stock): Link => ({
  link_id: id,
  travel_id: travelIdOf(draft.number),
  name: draft.name,
  tag: draft.tag,
  state: 'away',
  systemlevel: SATELLITE_LEVEL,
  area_id: draft.area,
  wrapped_key: wrapKey(site.platform, site.key, draft.key),
  mode: draft.mode,
  prototype_position: draft.position,
  prototype_time: draft.time,
  cut_position: draft.position,
  out_number: 0,
  out_hash: null,
  out_acked: 0,
  in_number: 0,
  in_hash: null,
  owes_ack: 0,
  born_time: site.platform.clock.now(),
  heard_time: 0,
  closed_time: 0,
  pairs_told: 0,
  dictionary_version: site.dictionary.dictionary.version,
  series: String(stock.own),
})

/** The classic row, captured: every database hears who has which area. */
async function insertSatellite(site: Site, write: Writing, draft: Draft): Promise<void> {
  await actAs(site, write, null)
  await write.insert(
    { table: 'satellite', key: ['satellite_id'], columns: ['area_id', 'contact_id', 'dsn', ...STAMPED] },
    [[draft.number, draft.area, draft.company, draft.name, ...stamps(draft.time)]],
  )
}

/** A draft whose office has its installation key. */
export type WithKey = Draft & { readonly installationKey: Uint8Array }

export interface Dowry {
  /** Who may travel, of those who log in there. */
  readonly travellers: readonly number[]
  /** When central was made. */
  readonly generated: number
}

export async function dowryOf(write: Writing, { area }: Draft): Promise<Dowry> {
  const rows = await write.rows(
    sql<{ id: number }>`select r.associate_id as id from hc_right r
      join areauserassignment a on a.associate_id = r.associate_id where a.area_id = ${area}`,
  )
  const row = await write.row(sql<{ time: number }>`select central_generatedtime as time from travelcurrent`)
  return { travellers: rows.map(({ id }) => id), generated: row?.time ?? 0 }
}

/** @param write in the copy */
export async function giveIdentity(
  site: Site,
  write: Writing,
  draft: WithKey,
  link: Link,
  { travellers, generated }: Dowry,
): Promise<void> {
  await writeIdentity(write, {
    tag: draft.tag,
    parentTag: site.identity.tag,
    centralTag: site.identity.centralTag,
    level: SATELLITE_LEVEL,
    kind: 'satellite',
    associate: 0,
    name: draft.name,
    currentId: link.travel_id,
    area: draft.area,
    mode: draft.mode,
    databaseType: site.storage.databaseType(),
    generated: draft.time,
    centralGenerated: generated,
  })
  await writeSetting(write, 'travel', 'active')
  await writeSetting(write, PARENT_PATH, site.path)
  await write.insert(
    { table: 'hc_right', key: ['associate_id'], columns: [] },
    travellers.map(id => [id]),
  )
}

/** The satellite's end of the link, its key wrapped by its own installation key. */
export const parentLink = (site: Site, draft: WithKey, link: Link): Link => ({
  ...link,
  link_id: PARENT_LINK,
  tag: site.identity.tag,
  wrapped_key: wrapKey(
    site.platform,
    draft.installationKey,
    draft.mode === 1 ? installationPackets(site) : draft.key,
  ),
  prototype_position: 0,
  cut_position: 0,
})
