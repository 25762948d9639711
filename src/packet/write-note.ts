/**
 * Write note: packets without news: after a break one that says where the other side stands, or from a closed child one that
 * asks for what did not come.
 * Role:  numbered and chained like any other; nothing is cut by it, so that it may be passed over. It asks for what is missing,
 *        as any other does.
 */
import { sql } from 'kysely'
import { FIRST_TRAVEL_PREFIX, firstId, RANGE } from '../core/ids.ts'
import { readCounters } from '../log/counters.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import type { Frame } from './container.ts'
import { FRAME } from './content.ts'
import { insertsOf } from './inserts.ts'
import { linkKey } from './keys-of-links.ts'
import type { Link } from './link.ts'
import { takeMissing } from './missing.ts'
import { type SealedPacket, sealPacket } from './outbox.ts'
import { runOwner } from './pairs.ts'
import type { AheadNote, LostNote } from './rejoin-notes.ts'
import { readRejoin, updateRejoin } from './rejoin-state.ts'

export async function* nothing(): AsyncGenerator<Frame> {}

export async function writeNote(site: Site, write: Writing, link: Link): Promise<SealedPacket> {
  const { pending } = await readRejoin(write, link.link_id)
  const rejoin: AheadNote | LostNote =
    pending === 'lost' ? { kind: 'lost' } : await aheadNote(site, write, link)
  const sealed = await sealPacket(site, write, link, {
    direction: link.link_id === PARENT_LINK ? 'up' : 'dwn',
    key: linkKey(site, link),
    head: {
      ...EMPTY,
      firstPosition: link.cut_position + 1,
      lastPosition: link.cut_position,
      // Of its number a packet of a lost life may lie at the carrier: then nobody else puts the right one there.
      resend: await takeMissing(write, link.link_id, link.in_number),
      rejoin,
    },
    frames: nothing(),
  })
  const asked = rejoin.kind === 'ahead' ? { asked: sealed.number } : {}
  await updateRejoin(write, link.link_id, { pending: '', ...asked })
  return sealed
}

/** A closed child has no more to say, and still lacks packets before its release: nothing but the numbers of those. */
export const writeAsking = (
  site: Site,
  write: Writing,
  link: Link,
  resend: readonly number[],
): Promise<SealedPacket> =>
  sealPacket(site, write, link, {
    direction: 'up',
    key: linkKey(site, link),
    head: { ...EMPTY, firstPosition: link.cut_position + 1, lastPosition: link.cut_position, resend },
    frames: nothing(),
  })

const EMPTY = {
  firstLogId: 0,
  lastLogId: 0,
  content: false,
  resend: [],
  final: false,
  made: 0,
  cancelled: 0,
  created_records: 0,
  pairs: [],
  wanted: [],
} as const

/** Hashes that are told: a side that was set back further has to begin from what it began with. */
export const HASHES = 256

async function aheadNote(site: Site, read: Writing, link: Link): Promise<AheadNote> {
  const { position, former } = await readRejoin(read, link.link_id)
  return {
    kind: 'ahead',
    read: link.in_number,
    hashes: await lastHashes(read, link, 0, link.in_number),
    written: await lastHashes(read, link, 1, link.out_number),
    wentOnFrom: await wentOnFrom(read, link),
    position,
    ids: [
      ...(hasOwnRange(link) ? await ordinaryIds(site, read) : await idsOfChild(read, link)),
      ...former.flatMap(({ reached }) => reached ?? []),
    ],
    counters: (await readCounters(read)).filter(([name]) => name.endsWith(`-${link.series}`)),
    inserts: link.link_id === PARENT_LINK ? [] : await insertsOf(read, link),
  }
}

async function lastHashes(
  read: Reading,
  { link_id }: Link,
  outgoing: 0 | 1,
  upTo: number,
): Promise<(readonly [number, Uint8Array])[]> {
  const packets = await read.rows(
    sql<{ number: number; hash: Uint8Array }>`select number, hash from hc_packet
      where link_id = ${link_id} and outgoing = ${outgoing} and number <= ${upTo} order by number desc limit ${HASHES}`,
  )
  return packets.map(({ number, hash }) => [number, hash])
}

async function wentOnFrom(read: Reading, { link_id }: Link): Promise<number[]> {
  const packets = await read.rows(
    sql<{ number: number }>`select number from hc_packet
      where link_id = ${link_id} and outgoing = 1 and name = '' order by number desc limit ${HASHES}`,
  )
  return packets.map(({ number }) => number)
}

/** A parent, or a satellite: its ids are for good. */
const hasOwnRange = ({ link_id, travel_id }: Link): boolean => link_id === PARENT_LINK || travel_id >= RANGE

/** Temporary ids that were given an ordinary one here. */
async function idsOfChild(read: Reading, link: Link): Promise<[number, number][]> {
  const rows = await read.rows(
    sql<{
      t: number
      id: number
    }>`select table_number as t, max(local_id + counter - 1) as id from travelidmapping
      where cdbname = ${runOwner(link.tag)} group by table_number`,
  )
  return rows.map(({ t, id }) => [t, id])
}

/** Ordinary ids of every range in what stands here, was deleted, or stands under ids of our own. */
async function ordinaryIds(site: Site, read: Reading): Promise<[number, number][]> {
  const found: [number, number][] = []
  for (const table of site.dictionary.captured) {
    const key = sql.ref(table.fields[0]!.name)
    const rows = await read.rows(
      sql<{ id: number }>`select max(id) as id from (select ${key} as id from ${sql.table(table.name)}
        union all select record_id from hc_version where tablenumber = ${table.number}
        union all select parent_id + counter - 1 from travelidmapping where table_number = ${table.number}) ids
        where id < ${firstId(FIRST_TRAVEL_PREFIX)} group by id / ${RANGE}`,
    )
    for (const { id } of rows) found.push([table.number, id])
  }
  return found
}

/** In the child's ids: what is in flight. Its answers may have been in a packet that the child does not remember. */
export async function* askAgain(read: Reading): AsyncGenerator<Frame> {
  const rows = await read.rows(
    sql<{ t: number; r: number }>`select tablenumber as t, record_id as r from hc_version where sent > 0
      union select tablenumber as t, record_id as r from hc_field_version where sent > 0`,
  )
  if (rows.length > 0) yield { kind: FRAME.again, body: rows.map(({ t, r }) => [t, r]) }
}
