/**
 * Restored: what an administrator runs after a parent was put back from a backup, before anyone works (SPEC 10).
 * Shape:  ids jump -> take up journeys that began since -> read again what everybody had sent -> positions jump -> say who must
 *         exchange.
 */
import type { Site } from '../log/site.ts'
import { allLinks, type Link, type LinkState, linkById, linksAway } from '../packet/link.ts'
import { tripFolder } from '../packet/names.ts'
import { endRestore, noteRestore } from '../rejoin/restored.ts'
import { requireParent } from './activate.ts'
import { keptJourneys } from './applied.ts'
import { retire } from './close-link.ts'
import { readKept } from './kept.ts'
import { openPass } from './pass.ts'
import { takeUpAgain } from './take-up.ts'

export interface Restored {
  /** The last position of the copy. */
  readonly position: number
  /** Who is away, by this copy, and must exchange once. */
  readonly away: readonly string[]
  /** Who came home after the copy was made: what they had sent was read again. */
  readonly home: readonly { readonly name: string; readonly packets: number }[]
  /** Folders of what was sent on journeys that began after the copy was made, and cannot be taken up from there. */
  readonly unknown: readonly string[]
}

/** May be run again: it jumps once more, and does no harm. */
export async function restored(site: Site): Promise<Restored> {
  requireParent(site)
  const position = await site.db.change(write => noteRestore(site, write))
  const unknown = await takeUpJourneys(site)
  const links = await site.db.snapshot(linksAway)
  const packets = await readKept(site)
  const home = []
  for (const link of links) {
    await endBeforeTheNext(site, link)
    if ((await stateOf(site, link)) === 'home')
      home.push({ name: link.name, packets: packets.get(link.link_id) ?? 0 })
  }
  await site.db.change(endRestore)
  const away = (await site.db.snapshot(linksAway)).map(({ name }) => name)
  return { position, away, home, unknown }
}

const stateOf = async (site: Site, { link_id }: Link): Promise<LinkState> =>
  (await site.db.snapshot(read => linkById(read, link_id)))!.state

/** In the order in which they began. @returns folders of journeys of which too little was kept */
async function takeUpJourneys(site: Site): Promise<string[]> {
  const known = new Set((await site.db.snapshot(allLinks)).map(({ name, tag }) => tripFolder(name, tag)))
  const strange = (await keptJourneys(site)).filter(({ folder }) => !known.has(folder))
  const links = strange.map(({ pass }) => (pass === undefined ? undefined : openPass(site, pass)))
  for (const link of links.filter(each => each !== undefined).sort((a, b) => a.link_id - b.link_id))
    await site.db.change(write => takeUpAgain(site, write, link))
  return strange.filter((_, index) => !links[index]).map(({ folder }) => folder)
}

/** Who has left once more, and had not come home, was written off. */
async function endBeforeTheNext(site: Site, { travel_id, link_id }: Link): Promise<void> {
  await site.db.change(async write => {
    const later = (await allLinks(write)).some(each => each.travel_id === travel_id && each.link_id > link_id)
    const { state } = (await linkById(write, link_id))!
    if (later && state !== 'home') await retire(site, write, link_id, 'written-off')
  })
}
