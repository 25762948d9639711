/**
 * Restored: what an administrator runs after a parent was put back from a backup, before anyone works (SPEC 10).
 * Shape:  jump -> read again what people had sent who have come home since -> say who must exchange.
 * Never:  reads what somebody who is still away will send again.
 */
import { readUp } from '../apply/read-up.ts'
import type { Site } from '../log/site.ts'
import { hashFile, openPacket } from '../packet/container.ts'
import type { PacketHead } from '../packet/content.ts'
import { linkKey } from '../packet/keys-of-links.ts'
import { allLinks, type Link, linkById, linksAway, updateLink } from '../packet/link.ts'
import { packetName, tripFolder } from '../packet/names.ts'
import { updateRejoin } from '../packet/rejoin-state.ts'
import { passOver } from '../rejoin/pass-over.ts'
import { noteRestore } from '../rejoin/restored.ts'
import { requireParent } from './activate.ts'
import { appliedFolder } from './applied.ts'
import { closeLink } from './close-link.ts'

export interface Restored {
  /** The last position of the copy. */
  readonly position: number
  /** Who is away, by this copy, and must exchange once. */
  readonly away: readonly string[]
  /** Who came home after the copy was made: what they had sent was read again. */
  readonly home: readonly { readonly name: string; readonly packets: number }[]
  /** Journeys that began after the copy was made; folders of what they have sent. */
  readonly unknown: readonly string[]
}

/** May be run again: it jumps once more, and does no harm. */
export async function restored(site: Site): Promise<Restored> {
  requireParent(site)
  const position = await site.db.change(write => noteRestore(site, write))
  const home = []
  for (const link of await site.db.snapshot(linksAway)) {
    const packets = await readHomecoming(site, link, position)
    if (packets > 0) home.push({ name: link.name, packets })
  }
  const away = (await site.db.snapshot(linksAway)).map(({ name }) => name)
  return { position, away, home, unknown: await unknownJourneys(site) }
}

/** @returns how many packets were read; 0: this one has not come home, as far as was kept */
async function readHomecoming(site: Site, link: Link, position: number): Promise<number> {
  const kept = await keptSince(site, link)
  const last = kept.at(-1)
  if (!last || !(await headOf(site, link, last)).final) return 0
  for (const path of kept) await readKept(site, link, path, position)
  return kept.length
}

/** Paths of the packets that follow from what the copy has read, without a gap. */
async function keptSince(site: Site, link: Link): Promise<string[]> {
  const { files } = site.platform
  const folder = appliedFolder(site, link)
  const paths: string[] = []
  for (let number = link.in_number + 1; ; number++) {
    const path = files.join(folder, packetName(link.name, number, 'up'))
    if (!(await files.exists(path))) return paths
    paths.push(path)
  }
}

async function headOf(site: Site, link: Link, path: string): Promise<PacketHead> {
  await using packet = await openPacket(site.platform, path, async () => linkKey(site, link))
  return packet.head as PacketHead
}

/**
 * @param copy its link in the copy: whoever has read a packet that the copy does not know to have written had been told all that
 *   the copy has, and is judged so
 */
async function readKept(site: Site, copy: Link, path: string, position: number): Promise<void> {
  const { link_id } = copy
  const hash = await hashFile(site.platform, path)
  const link = (await site.db.snapshot(read => linkById(read, link_id)))!
  await using open = await openPacket(site.platform, path, async () => linkKey(site, link))
  const head = open.head as PacketHead
  const again = head.acknowledged > copy.out_number ? { seen: position, pairs: [] } : undefined
  await site.db.change(async write => {
    await updateLink(write, link_id, { out_number: Math.max(link.out_number, head.acknowledged) })
    await updateRejoin(write, link_id, { seen: position, pending: '' })
    const { number } = open.label
    const name = packetName(link.name, number, 'up')
    const frames = () => open.frames()
    const packet = { number, name, head: { ...head, ...(again && { again }) }, hash, shift: 0, frames }
    if (head.rejoin && head.rejoin.kind !== 'behind') {
      await passOver(site, write, (await linkById(write, link_id))!, packet)
      return
    }
    const accepted = await readUp(site, write, link_id, packet)
    if (accepted.kind === 'next' && head.final) await closeLink(site, write, link_id)
  })
}

async function unknownJourneys(site: Site): Promise<string[]> {
  const { files } = site.platform
  const folder = files.join(site.home, 'applied')
  if (!(await files.exists(folder))) return []
  const known = new Set((await site.db.snapshot(allLinks)).map(({ name, tag }) => tripFolder(name, tag)))
  return (await files.list(folder)).filter(name => !known.has(name)).sort()
}
