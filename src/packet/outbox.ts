/**
 * Outbox: sealed packets, kept beside the database until the other side has acknowledged them.
 * Role:  gives a packet its number, writes it whole, and notes number and hash in the caller's transaction.
 *        It becomes visible to anyone only after that transaction has committed: what is sent again is that file.
 */
import { sql } from 'kysely'
import { crashPoint } from '../core/crash-points.ts'
import type { Site } from '../log/site.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { type Frame, type PackedFrame, writePacket } from './container.ts'
import type { PacketHead } from './content.ts'
import { type Link, updateLink } from './link.ts'
import type { BroughtRange } from './log-rows.ts'
import { packetName, tripFolder } from './names.ts'
import { marksOf } from './rejoin-state.ts'
import { noteGenerated } from './transmissions.ts'

export interface SealedPacket {
  readonly link: number
  readonly number: number
  readonly name: string
  readonly path: string
  readonly hash: Uint8Array
  readonly bytes: number
  readonly content: boolean
}

export interface Draft {
  readonly direction: 'up' | 'dwn'
  readonly key: Uint8Array | undefined
  readonly head: Omit<
    PacketHead,
    | 'previous'
    | 'acknowledged'
    | 'acknowledgedHash'
    | 'created'
    | 'dictionary'
    | 'dictionaryVersion'
    | 'life'
    | 'to'
    | 'refused'
  >
  readonly frames: AsyncIterable<Frame | PackedFrame>
}

/** Folder of the packets that this end writes on a link. */
export const outboxFolder = (site: Site, link: Link): string =>
  site.platform.files.join(site.home, 'outbox', tripFolder(link.name, childTag(site, link)))

/** The tag that names the trip: the child's, at both ends. */
export const childTag = (site: Site, link: Link): string => (link.link_id > 0 ? link.tag : site.identity.tag)

/** Seals the next packet of the link. Same number, same bytes: the number is used up when the transaction commits. */
export async function sealPacket(
  site: Site,
  write: Writing,
  link: Link,
  draft: Draft,
): Promise<SealedPacket> {
  const number = link.out_number + 1
  const name = packetName(link.name, number, draft.direction)
  const files = site.platform.files
  const folder = outboxFolder(site, link)
  await files.makeFolder(folder)
  const path = files.join(folder, name)
  const written = await writeFile(site, draft, path, {
    link,
    number,
    head: { ...headOf(site, link, draft), ...(await marksOf(write, link)) },
  })
  await note(site, write, link, draft, { number, name, ...written })
  return { link: link.link_id, number, name, path, content: draft.head.content, ...written }
}

interface Fresh {
  readonly link: Link
  readonly number: number
  readonly head: PacketHead
}

async function writeFile(site: Site, draft: Draft, path: string, { link, number, head }: Fresh) {
  const writer = await site.platform.files.writer(path)
  try {
    const label = {
      format: 1,
      direction: draft.direction,
      number,
      sender: site.identity.tag,
      receiver: link.tag,
      mode: link.mode,
    }
    const written = await writePacket(site.platform, writer, label, draft.key, head, draft.frames)
    crashPoint('packet-written')
    await writer.publish()
    crashPoint('packet-named')
    return written
  } catch (error) {
    await writer.discard()
    throw error
  }
}

const headOf = (site: Site, link: Link, draft: Draft): PacketHead => ({
  ...draft.head,
  previous: link.out_hash,
  acknowledged: link.in_number,
  created: site.platform.clock.now(),
  dictionary: site.dictionary.fingerprint,
  dictionaryVersion: site.dictionary.dictionary.version,
})

interface Written {
  readonly number: number
  readonly name: string
  readonly hash: Uint8Array
  readonly bytes: number
}

async function note(site: Site, write: Writing, link: Link, draft: Draft, packet: Written): Promise<void> {
  const { head } = draft
  const now = site.platform.clock.now()
  await write.insert(
    {
      table: 'hc_packet',
      key: ['link_id', 'outgoing', 'number'],
      columns: ['hash', 'name', 'bytes', 'first_position', 'last_position', 'created', 'content', 'final'],
    },
    [
      [
        link.link_id,
        1,
        packet.number,
        packet.hash,
        packet.name,
        packet.bytes,
        head.firstPosition,
        head.lastPosition,
        now,
        head.content ? 1 : 0,
        head.final ? 1 : 0,
      ],
    ],
  )
  await noteGenerated(write, link, packet.number, { ...head, created: now })
  await updateLink(write, link.link_id, {
    out_number: packet.number,
    out_hash: packet.hash,
    cut_position: head.lastPosition,
    owes_ack: 0,
  })
  crashPoint('packet-noted')
}

/** Packets of ours that the other side has not acknowledged, oldest first. */
export async function unacknowledged(
  read: Reading,
  link: Link,
): Promise<{ number: number; name: string; hash: Uint8Array }[]> {
  return read.rows(
    sql<{ number: number; name: string; hash: Uint8Array }>`select number, name, hash from hc_packet
      where link_id = ${link.link_id} and outgoing = 1 and number > ${link.out_acked} order by number`,
  )
}

/** Log rows that links to children brought stand in these ranges of positions (inclusive), ascending. */
export async function broughtSince(read: Reading, after: number): Promise<BroughtRange[]> {
  return read.rows(
    sql<BroughtRange>`select first_position as first, last_position as last, link_id as link from hc_packet
      where outgoing = 0 and link_id > 0 and last_position > ${after} and last_position > 0 order by first_position`,
  )
}

/** Log rows that a link brought stand in these position ranges (first and last inclusive), ascending. */
export async function rangesFrom(read: Reading, link: number, after: number): Promise<[number, number][]> {
  const rows = await read.rows(
    sql<{ first: number; last: number }>`select first_position as first, last_position as last from hc_packet
      where link_id = ${link} and outgoing = 0 and last_position > ${after} and last_position > 0 order by first_position`,
  )
  return rows.map(row => [row.first, row.last])
}
