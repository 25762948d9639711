/**
 * Give identity: makes a copy of the prototype somebody's travel database.
 * Shape: who it is, what it was lent, and its end of the link: the parent's numbers, seen from the other side.
 */
import { sql } from 'kysely'
import { type CounterLine, mergeCounters } from '../log/counters.ts'
import { writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { installationPackets } from '../packet/keys-of-links.ts'
import { insertLink, type Link } from '../packet/link.ts'
import { wrapKey } from '../platform/keys.ts'
import type { Writing } from '../storage/contract.ts'
import { writeIdentity } from './identity.ts'
import type { Departure, Trip } from './own-copy.ts'
import { PASS, passOf } from './pass.ts'
import { PARENT_PATH } from './paths.ts'

/** @param write in the copy @param counters of the number series that it was lent */
export async function giveIdentity(
  site: Site,
  write: Writing,
  { person, trip }: Departure & { readonly trip: Trip },
  link: Link,
  counters: readonly CounterLine[],
): Promise<void> {
  await writeIdentity(write, {
    tag: trip.tag,
    parentTag: site.identity.tag,
    centralTag: site.identity.centralTag,
    level: link.systemlevel,
    kind: 'traveller',
    associate: person.id,
    name: person.name,
    currentId: person.id,
    area: link.area_id,
    mode: link.mode,
    databaseType: site.storage.databaseType(),
    generated: link.born_time,
    centralGenerated: await centralGenerated(site),
  })
  await writeSetting(write, 'series', link.series)
  await writeSetting(write, PARENT_PATH, site.path)
  await writeSetting(write, PASS, passOf(site, link))
  await mergeCounters(write, counters)
  await write.run(sql`update hc_session set default_associate = ${person.id}`)
  await writeSetting(write, 'default-associate', String(person.id))
  await write.run(sql`delete from hc_link`)
  await insertLink(write, parentLink(site, trip, link))
}

async function centralGenerated(site: Site): Promise<number> {
  const row = await site.db.snapshot(read =>
    read.row(sql<{ time: number }>`select central_generatedtime as time from travelcurrent`),
  )
  return row?.time ?? 0
}

const parentLink = (site: Site, trip: Trip, link: Link): Link => ({
  ...link,
  link_id: PARENT_LINK,
  tag: site.identity.tag,
  wrapped_key: link.mode === 1 ? wrapKey(site.platform, trip.key, installationPackets(site)) : null,
  prototype_position: 0,
  cut_position: 0,
  out_number: link.in_number,
  out_acked: link.in_number,
  in_number: link.out_acked,
  in_hash: null,
  out_hash: null,
  pairs_told: 0,
})
