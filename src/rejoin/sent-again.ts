/**
 * Sent again: the other side was restored and has jumped; this one goes back to what the other still has, and its next
 * packet begins there.
 * Role:  everything newer than that is told again, also what the other side itself had brought and has forgotten.
 */
import { sql } from 'kysely'
import { hashOf, sameHash } from '../apply/accept.ts'
import type { ReadPacket } from '../apply/read-up.ts'
import { crashPoint } from '../core/crash-points.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { type Link, updateLink } from '../packet/link.ts'
import type { BehindNote } from '../packet/rejoin-notes.ts'
import { type FormerLife, readRejoin, updateRejoin } from '../packet/rejoin-state.ts'
import { toHex } from '../platform/keys.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { unseal } from './unseal.ts'

/** It goes on from exactly what was read here, and not from less: nothing of the former life came after the note was written. */
export const goesOnFromHere = (link: Link, note: BehindNote): boolean =>
  note.base === link.in_number && (note.baseHash === null || sameHash(note.baseHash, link.in_hash))

/** @returns false where the log does not reach back to what the other side still has */
export async function sendAgain(
  site: Site,
  write: Writing,
  link: Link,
  packet: ReadPacket,
  note: BehindNote,
): Promise<boolean> {
  if (link.link_id === PARENT_LINK) return tellParentAgain(site, write, link, packet, note)
  const kept = await keptOf(write, link, note)
  if (kept.position + 1 < (await write.log.first())) return false
  await write.run(sql`update hc_packet set last_position = ${kept.position}, created = ${kept.time}
    where link_id = ${link.link_id} and outgoing = 1 and number > ${note.read}`)
  await tellAgain(write, link)
  await write.run(sql`update hc_packet set final = 0 where link_id = ${link.link_id} and outgoing = 0`)
  await updateLink(write, link.link_id, {
    cut_position: kept.position,
    pairs_told: 0,
    dictionary_version: Math.min(link.dictionary_version, packet.head.dictionaryVersion),
    in_number: packet.number - 1,
    in_hash: packet.head.previous,
  })
  await acceptLife(write, link, packet.head.life ?? '', await formerBy(write, link, note))
  await updateRejoin(write, link.link_id, RETELL)
  await acceptCopy(write, link, note)
  crashPoint('rejoin-told-again')
  return true
}

const RETELL = { pending: '', note: undefined, retell: true } as const

/**
 * A child keeps its log, and what it has sealed, until it is home: what the parent has forgotten is unsent again, and what
 * the parent had sent and forgotten goes back with it.
 */
async function tellParentAgain(
  site: Site,
  write: Writing,
  link: Link,
  packet: ReadPacket,
  note: BehindNote,
): Promise<boolean> {
  await readLog(write)
  const read = await lastRead(write, link, note)
  await unseal(site, write, link, read, true)
  await giveBack(write, { read, common: note.common })
  await updateLink(write, link.link_id, { in_number: packet.number - 1, in_hash: packet.head.previous })
  await acceptLife(write, link, packet.head.life ?? '')
  await updateRejoin(write, link.link_id, RETELL)
  crashPoint('rejoin-told-again')
  return true
}

/**
 * What the parent had sent, and has forgotten, goes back to it with the next UP.
 * @param both `read`: the last UP that both have, `common`: the last DWN
 */
export async function giveBack(
  write: Writing,
  both: { readonly read: number; readonly common: number },
): Promise<void> {
  await keepJournal(write, both.read)
  const since = await write.row(
    sql<{ at: number }>`select coalesce(max(last_position), 0) as at from hc_packet
      where link_id = ${PARENT_LINK} and outgoing = 0 and number <= ${both.common}`,
  )
  const { position } = await readRejoin(write, PARENT_LINK)
  await updateRejoin(write, PARENT_LINK, { retell: true, seen: position, since: since?.at ?? 0 })
}

/** Numbers of a journal that is lost will be given again: what it had told about packets that are forgotten stays apart. */
const APART = 2 ** 30

async function keepJournal(write: Writing, read: number): Promise<void> {
  const lost = sql`packet > ${read} and link_id = ${PARENT_LINK}`
  await write.run(sql`update hc_inbox set message_id = message_id + ${APART},
    conflict_id = case when conflict_id > 0 then conflict_id + ${APART} else 0 end where ${lost} and message_id < ${APART}`)
  await write.run(sql`update hc_conflict set conflict_id = conflict_id + ${APART}
    where ${lost} and conflict_id < ${APART}`)
}

/** The last UP that the parent still has with the same bytes; else everything is told from the beginning. */
async function lastRead(read: Reading, link: Link, note: BehindNote): Promise<number> {
  const written = await hashOf(read, link, 1, note.read)
  if (written) return sameHash(written, note.readHash) ? note.read : 0
  return note.readHash === null ? note.read : 0
}

/** How far the other side has been told, as far as it still knows. */
async function keptOf(
  read: Reading,
  link: Link,
  note: BehindNote,
): Promise<{ position: number; time: number }> {
  const row = await read.row(
    sql<{
      position: number
      time: number
      hash: Uint8Array
    }>`select last_position as position, created as time, hash
      from hc_packet where link_id = ${link.link_id} and outgoing = 1 and number = ${note.read}`,
  )
  return row && sameHash(row.hash, note.readHash)
    ? row
    : { position: link.prototype_position, time: link.prototype_time }
}

/** What is told once only, and may have been in a packet that the other side has forgotten. */
export async function tellAgain(write: Writing, { link_id: link }: Link): Promise<void> {
  await write.run(sql`update hc_ledger set told = 0 where link_id = ${link}`)
  await write.run(sql`update hc_conflict set told = 0 where loser_link = ${link}`)
  await write.run(sql`update hc_inbox set told_link = 0 where told_link = ${link} and read_time = 0`)
  await write.run(sql`insert into hc_wanted (link_id, tablenumber, record_id)
    select link_id, tablenumber, record_id from hc_held where link_id = ${link} and code = 'wanted' on conflict do nothing`)
}

type OfFormer = Omit<FormerLife, 'life' | 'number' | 'hash'>

/** Packets of its former life are those of another copy from now on. @param more of whoever goes on, where it is the child */
export async function acceptLife(
  write: Writing,
  link: Link,
  life: string,
  more: OfFormer = {},
): Promise<void> {
  const state = await readRejoin(write, link.link_id)
  if (state.life === life) return
  const ended: FormerLife = {
    life: state.life,
    number: link.in_number,
    hash: link.in_hash ? toHex(link.in_hash) : '',
    ...more,
  }
  await updateRejoin(write, link.link_id, { life, former: [...state.former, ended] })
}

/** What whoever goes on says of the life that he has taken up. */
export const formerBy = async (write: Writing, link: Link, note: BehindNote): Promise<OfFormer> => ({
  unread: note.takenBack.map(toHex),
  renumbered: note.renumbered,
  unknown: await unknownTo(write, link, note.common),
  reached: note.reached,
})

/** What was read here after the last packet that whoever goes on had sent itself, is news to him. */
export async function unknownTo(write: Writing, link: Link, common: number): Promise<[number, number]> {
  const row = await write.row(
    sql<{ at: number | null }>`select max(last_position) as at from hc_packet
      where link_id = ${link.link_id} and outgoing = 0 and number <= ${common}`,
  )
  return [row?.at ?? 0, await write.log.position()]
}

/** Whoever has found back is the one. What was put aside of it says nothing of others any more. */
async function acceptCopy(write: Writing, link: Link, note: BehindNote): Promise<void> {
  await updateRejoin(write, link.link_id, { asked: 0, alive: 0, strays: [] })
  await forgiveTakenBack(write, link, note)
}

async function forgiveTakenBack(write: Writing, link: Link, { takenBack }: BehindNote): Promise<void> {
  const { strays, refused } = await readRejoin(write, link.link_id)
  const own = takenBack.map(toHex)
  const isOthers = (hash: string): boolean => !own.includes(hash)
  await updateRejoin(write, link.link_id, {
    strays: strays.filter(isOthers),
    refused: refused.filter(isOthers),
  })
}

/** Both went back: this side went on with the next packet of that life, and hears what was said of the former one after it. */
export async function hearOfFormer(write: Writing, link: Link, note: BehindNote): Promise<void> {
  const { former } = await readRejoin(write, link.link_id)
  const last = former.at(-1)
  if (!last || last.unread) return
  const heard = { ...(await formerBy(write, link, note)), ...last }
  await updateRejoin(write, link.link_id, { former: [...former.slice(0, -1), heard] })
  await forgiveTakenBack(write, link, note)
}
