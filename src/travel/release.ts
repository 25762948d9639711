/**
 * Release: the parent's "you are home", kept by the child in a file of its own.
 * Why:   it must be there to be read back from disk when the key goes, wherever the carrier's copy is by then.
 * Never: keeps another packet that calls itself the release, as one of a parent's lost life may, beside the one that was applied.
 */
import { sql } from 'kysely'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { sameBytes } from '../core/values.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { hashFile, openPacket } from '../packet/container.ts'
import type { PacketHead } from '../packet/content.ts'
import { linkKey } from '../packet/keys-of-links.ts'
import { type Link, linkById } from '../packet/link.ts'
import { releasePath } from './paths.ts'

const pathOf = (child: Site): string => releasePath(child.platform, child.home)

/** When it was applied, before the carrier's copy is settled: who dies in between reads it once more, and keeps it then. */
export async function keepRelease(child: Site, path: string): Promise<void> {
  const { files } = child.platform
  await files.makeFolder(child.home)
  await files.copy(path, pathOf(child))
  crashPoint('release-kept')
}

export const hasRelease = (child: Site): Promise<boolean> => child.platform.files.exists(pathOf(child))

/**
 * Read back from disk: whole, ours, the very packet that was applied, and an answer to our last one.
 * @throws {HomecomingError} RELEASE_MISSING, RELEASE_INVALID
 */
export async function checkRelease(child: Site): Promise<void> {
  const path = pathOf(child)
  if (!(await hasRelease(child)))
    throw new HomecomingError('RELEASE_MISSING', 'the parent has not answered the last packet yet')
  const link = (await child.db.snapshot(read => linkById(read, PARENT_LINK)))!
  const applied = link.in_hash !== null && sameBytes(await hashFile(child.platform, path), link.in_hash)
  const head = applied ? await headOf(child, link, path) : undefined
  if (!head?.final || head.acknowledged < (await lastUp(child))) {
    throw new HomecomingError(
      'RELEASE_INVALID',
      'the release is no answer to the last packet of this database',
    )
  }
}

/** What was said after it, because one side had been set back, needs no answer. */
async function lastUp(child: Site): Promise<number> {
  const row = await child.db.snapshot(read =>
    read.row(
      sql<{ number: number | null }>`select max(number) as number from hc_packet
        where link_id = ${PARENT_LINK} and outgoing = 1 and final = 1`,
    ),
  )
  return row?.number ?? Number.POSITIVE_INFINITY
}

async function headOf(child: Site, link: Link, path: string): Promise<PacketHead> {
  await using packet = await openPacket(child.platform, path, async () => linkKey(child, link))
  return packet.head as PacketHead
}
