/**
 * Unseal: packets that the other side will never read are taken back. What they said is unsent again.
 * Role:  a child's versions as they were before those packets were sealed; the packets themselves tell how that was.
 */
import { sql } from 'kysely'
import { sameBytes } from '../core/values.ts'
import { Databases } from '../log/databases.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { hashFile, openPacket } from '../packet/container.ts'
import {
  decodeOperations,
  FRAME,
  type Operation,
  type PacketHead,
  type WireVersion,
} from '../packet/content.ts'
import { linkKey } from '../packet/keys-of-links.ts'
import { type Link, updateLink } from '../packet/link.ts'
import { outboxFolder } from '../packet/outbox.ts'
import { updateRejoin } from '../packet/rejoin-state.ts'
import { noteWanted } from '../packet/wanted.ts'
import type { Writing } from '../storage/contract.ts'

interface Sealed {
  readonly number: number
  readonly name: string
  readonly hash: Uint8Array
}

/**
 * @param common the last packet that both sides have
 * @param reached others may have got what was taken back: what was created and deleted since must be told as deleted
 * @returns position behind which nothing has been sent now
 */
export async function unseal(
  site: Site,
  write: Writing,
  link: Link,
  common: number,
  reached = false,
): Promise<number> {
  const lost = await write.rows(
    sql<Sealed>`select number, name, hash from hc_packet
      where link_id = ${link.link_id} and outgoing = 1 and number > ${common} and name <> '' order by number desc`,
  )
  const cut = await cutAt(write, link, common)
  await updateLink(write, link.link_id, { cut_position: cut })
  let knew = 0
  for (const packet of lost) knew = await takeBack(site, write, link, packet, { cut, reached })
  if (lost.length > 0) await updateRejoin(write, link.link_id, { knew: knew + 1 })
  await write.run(sql`update hc_packet set last_position = ${cut}, final = 0
    where link_id = ${link.link_id} and outgoing = 1 and number > ${common}`)
  await write.run(sql`delete from hc_ledger where link_id = ${link.link_id} and packet > ${common}`)
  for (const name of ['hc_version', 'hc_field_version'])
    await write.run(sql`update ${sql.table(name)} set sent = 0 where sent > ${common}`)
  await write.run(sql`update hc_inbox set told_link = 0 where told_link = ${PARENT_LINK} and read_time > 0`)
  return cut
}

async function cutAt(write: Writing, link: Link, number: number): Promise<number> {
  const row = await write.row(
    sql<{ last: number }>`select last_position as last from hc_packet
      where link_id = ${link.link_id} and outgoing = 1 and number = ${number}`,
  )
  return row?.last ?? link.prototype_position
}

/**
 * Newest first: what the oldest says of a record holds. A file that is gone tells nothing; its edits are judged by their times.
 * @returns the last packet of the other side that had been read when this one was sealed; 0: nobody knows
 */
async function takeBack(
  site: Site,
  write: Writing,
  link: Link,
  packet: Sealed,
  where: Where,
): Promise<number> {
  const { files } = site.platform
  const path = files.join(outboxFolder(site, link), packet.name)
  if (!(await files.exists(path)) || !sameBytes(await hashFile(site.platform, path), packet.hash)) return 0
  const databases = await Databases.read(write)
  await using open = await openPacket(site.platform, path, async () => linkKey(site, link))
  for await (const frame of open.frames()) {
    if (frame.kind !== FRAME.operations) continue
    for (const operation of decodeOperations(frame.body))
      await takeBackOne(write, databases, where, operation)
  }
  const head = open.head as PacketHead
  // What it gave back was not read either.
  if (head.again) await updateRejoin(write, link.link_id, { retell: true })
  return head.knew ?? head.acknowledged
}

interface Where {
  readonly cut: number
  readonly reached: boolean
}

async function takeBackOne(
  write: Writing,
  databases: Databases,
  { cut, reached }: Where,
  operation: Operation,
): Promise<void> {
  const { table, record } = operation
  const which = sql`tablenumber = ${table} and record_id = ${record} and link <> ${PARENT_LINK} and position > ${cut}`
  const agreed = async (version: WireVersion | null) =>
    version
      ? sql`agreed_maker = ${await databases.numberOf(version.maker)}, agreed_position = ${version.position}`
      : sql`agreed_maker = null, agreed_position = null`
  await write.run(sql`update hc_version set ${await agreed(operation.replaces)}, born = case when deleted = 1 then ${operation.born && !reached ? 1 : 0} else ${operation.born ? 1 : 0} end
    where ${which}`)
  for (const part of operation.parts ?? [])
    await write.run(
      sql`update hc_field_version set ${await agreed(part.replaces)} where ${which} and field = ${part.field}`,
    )
  if (operation.wanted) await noteWanted(write, PARENT_LINK, table, [record])
}
