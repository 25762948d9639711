/** Show a packet: what its label says, and with a key what is in it. */
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { hashFile, openPacket, type PacketLabel, readLabel } from '../packet/container.ts'
import { decodeLog, decodeOperations, FRAME, type PacketHead } from '../packet/content.ts'
import { linkKey } from '../packet/keys-of-links.ts'
import { linkById, linkByTag } from '../packet/link.ts'
import type { Platform } from '../platform/contract.ts'
import { toHex } from '../platform/keys.ts'

export interface PacketView {
  readonly label: PacketLabel
  readonly bytes: number
  readonly hash: string
  /** Only where the database that it belongs to was given. */
  readonly head: PacketHead | undefined
  readonly operations: readonly {
    readonly table: string
    readonly puts: number
    readonly deletes: number
    readonly leaves: number
  }[]
  readonly logRows: number
  readonly notices: number
}

/** @throws {HomecomingError} PACKET_INVALID, PACKET_DAMAGED, PACKET_TOO_NEW, PACKET_FOREIGN */
export async function showPacket(platform: Platform, path: string, site?: Site): Promise<PacketView> {
  const reader = await platform.files.reader(path)
  const label = await readLabel(platform, reader).finally(() => reader.close())
  const outside = {
    label,
    bytes: await platform.files.size(path),
    hash: toHex(await hashFile(platform, path)),
  }
  return site
    ? { ...outside, ...(await inside(platform, path, site, label)) }
    : { ...outside, head: undefined, operations: [], logRows: 0, notices: 0 }
}

async function inside(platform: Platform, path: string, site: Site, label: PacketLabel) {
  const other = label.sender === site.identity.tag ? label.receiver : label.sender
  const link = await site.db.snapshot(read =>
    site.identity.parentTag === other ? linkById(read, PARENT_LINK) : linkByTag(read, other),
  )
  if (!link || link.tag !== other)
    throw new HomecomingError('PACKET_FOREIGN', 'the packet belongs to another database', { path })
  await using packet = await openPacket(platform, path, async () => linkKey(site, link))
  const tables = new Map<string, { table: string; puts: number; deletes: number; leaves: number }>()
  let logRows = 0
  let notices = 0
  for await (const frame of packet.frames()) {
    if (frame.kind === FRAME.operations) count(site, tables, frame.body)
    else if (frame.kind === FRAME.log) logRows += decodeLog(frame.body).length
    else if (Array.isArray(frame.body)) notices += frame.body.length
  }
  return { head: packet.head as PacketHead, operations: [...tables.values()], logRows, notices }
}

function count(
  site: Site,
  tables: Map<string, { table: string; puts: number; deletes: number; leaves: number }>,
  body: unknown,
): void {
  for (const operation of decodeOperations(body)) {
    const name = site.dictionary.tableByNumber(operation.table)?.name ?? String(operation.table)
    const line = tables.get(name) ?? { table: name, puts: 0, deletes: 0, leaves: 0 }
    tables.set(name, line)
    line[`${operation.kind}s`] += 1
  }
}
