/** Begin UP: what the steps of reading one UP start from. */
import { slotOf } from '../areas/membership.ts'
import { Databases } from '../log/databases.ts'
import { fieldLevelTables } from '../log/field-level.ts'
import type { Site } from '../log/site.ts'
import type { Link } from '../packet/link.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import type { Writing } from '../storage/contract.ts'
import { Collisions } from './collisions.ts'
import type { Hearing } from './hearing.ts'
import { heldOn } from './held.ts'
import { History } from './history.ts'
import { NOTHING_SEEN } from './judge.ts'
import { Owners } from './owners.ts'
import { ParentIds } from './parent-ids.ts'
import { positionOfDwn, timeOfDwn } from './received.ts'
import { refusedBefore } from './refused-before.ts'
import type { TimeBounds } from './time.ts'
import type { UpContext } from './up-context.ts'
import { Tally } from './verdict.ts'

/**
 * @param from what is judged: a packet, and what its sender had read; `again` if it tells what may be older than that, `knew` if what had been read then is known
 * @param before the position read so far
 */
export async function upContext(
  site: Site,
  write: Writing,
  link: Link,
  from: {
    readonly number: number
    readonly acknowledged: number
    readonly knew?: number | undefined
    readonly shift: number
    readonly again?: boolean
    readonly first?: number
    readonly retold?: UpContext['retold']
    readonly hearing?: Hearing | undefined
  },
  before: number,
): Promise<UpContext> {
  const now = site.platform.clock.now()
  const { hearing } = from
  const rejoin = await readRejoin(write, link.link_id)
  return {
    write,
    dictionary: site.dictionary,
    link,
    packet: from.number,
    relays: site.identity.kind === 'satellite',
    databases: await Databases.read(write),
    byField: await fieldLevelTables(write),
    ids: await ParentIds.read(write, site.dictionary, link),
    owners: await ownersOf(site, write, link),
    collisions: new Collisions(write, site.dictionary),
    history: new History(site.dictionary),
    tally: new Tally(),
    bounds: hearing?.bounds ?? (await boundsOf(write, link, from, now)),
    now,
    gone: [],
    postponed: undefined,
    area: await slotOf(write, link.area_id),
    began: Math.max(link.prototype_position, rejoin.began),
    told: hearing?.told ?? (await positionOfDwn(write, link, from.knew ?? from.acknowledged)),
    lost: rejoin.former.flatMap(({ unknown }) => (unknown ? [unknown] : [])),
    ended: Math.max(0, ...rejoin.former.map(({ number }) => number)),
    first: from.first ?? 0,
    position: before + 1,
    named: hearing?.position ?? before + 1,
    seen: NOTHING_SEEN,
    retold: from.retold ?? 'nothing',
    returned: false,
    isAbove: () => false,
  }
}

async function boundsOf(
  write: Writing,
  link: Link,
  from: { readonly acknowledged: number; readonly shift: number; readonly again?: boolean },
  now: number,
): Promise<TimeBounds> {
  const earliest = from.again ? link.prototype_time : await timeOfDwn(write, link, from.acknowledged)
  return { shift: from.shift, earliest, latest: Math.max(now, earliest) }
}

/** What belongs to a record that was refused, or waits here, is refused or waits too. */
async function ownersOf(site: Site, write: Writing, link: Link): Promise<Owners> {
  const owners = new Owners(write, site.dictionary)
  for (const { table, record, why } of await refusedBefore(write, site.dictionary, link))
    owners.refuse(table, record, why)
  for (const { table: number, operation } of await heldOn(write, link.link_id)) {
    const table = site.dictionary.tableByNumber(number)
    if (table && operation.born) owners.refuse(table, operation.record, 'owner-held')
  }
  return owners
}
