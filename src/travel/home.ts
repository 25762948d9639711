/**
 * Homecoming: three steps, each of which can be repeated (SPEC 10, "Home").
 *   1 child:  the last UP; the child then refuses edits
 *   2 parent: applies it, retires the link and answers with the release
 *   3 child:  checks the release, reads it back from disk, and only then destroys its key
 */
import { sql } from 'kysely'
import type { Carrier } from '../carrier/contract.ts'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { sameBytes } from '../core/values.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { hashFile, openPacket } from '../packet/container.ts'
import type { PacketHead } from '../packet/content.ts'
import { linkKey } from '../packet/keys-of-links.ts'
import { type Link, linkById, linkByTag } from '../packet/link.ts'
import { writeUp } from '../packet/write-up.ts'
import { requireChild, requireParent } from './activate.ts'
import { publish, type Sent } from './exchange.ts'
import { isClosed } from './home-state.ts'
import { type Account, ownAccount } from './ledger.ts'
import { TRAVEL_KEY } from './paths.ts'
import { type Received, receive } from './receive.ts'

/** Step 1. Seals everything; from here on the child refuses edits. Sent again when repeated. */
export async function sendLastUp(child: Site, carrier: Carrier): Promise<Sent[]> {
  requireChild(child)
  const sealed = await child.db.change(async write => {
    if (await isClosed(write)) return undefined
    const packet = await writeUp(child, write, { final: true })
    await write.run(sql`update hc_session set closed = 1`)
    crashPoint('home-sealing')
    return packet
  })
  const link = (await child.db.snapshot(read => linkById(read, PARENT_LINK)))!
  return publish(child, link, carrier, sealed)
}

/** Step 2. Reads what the child sent, and answers "you are home", also when it asks again. */
export async function release(
  parent: Site,
  tag: string,
  carrier: Carrier,
): Promise<{ received: Received[]; sent: Sent[]; home: boolean }> {
  requireParent(parent)
  const received = await receive(parent, carrier, tag)
  const link = await parent.db.snapshot(read => linkByTag(read, tag))
  if (!link) throw new HomecomingError('NOT_AWAY', 'nobody with this travel database is known here', { tag })
  const sent = await publish(parent, link, carrier, undefined)
  return { received, sent, home: link.state === 'home' }
}

export interface Homecoming {
  readonly account: Account
  readonly received: readonly Received[]
}

/** Step 3. @throws {HomecomingError} RELEASE_MISSING, RELEASE_INVALID; the key is kept then */
export async function finishHome(child: Site, carrier: Carrier, keyFile?: string): Promise<Homecoming> {
  requireChild(child)
  const release = await keepRelease(child, carrier)
  const received = await receive(child, carrier)
  await checkRelease(child, release)
  crashPoint('release-checked')
  const account = await child.db.snapshot(ownAccount)
  await child.db.close()
  const { files } = child.platform
  await files.destroy(keyFile ?? files.join(files.parent(child.path), TRAVEL_KEY))
  crashPoint('key-destroyed')
  return { account, received }
}

/** A copy of the release of our own, synced: it must be there to be read when the key goes. */
async function keepRelease(child: Site, carrier: Carrier): Promise<string> {
  const { files } = child.platform
  const kept = files.join(child.home, 'release.dwn')
  if (await files.exists(kept)) return kept
  await files.makeFolder(child.home)
  for (const name of await carrier.waiting('dwn')) {
    const path = await carrier.fetch(name)
    if (!(await isRelease(child, path))) continue
    await files.copy(path, kept)
    crashPoint('release-kept')
    return kept
  }
  throw new HomecomingError('RELEASE_MISSING', 'the parent has not answered the last packet yet')
}

async function isRelease(child: Site, path: string): Promise<boolean> {
  try {
    return (await headOf(child, path)).final
  } catch (error) {
    if (error instanceof HomecomingError) return false
    throw error
  }
}

async function headOf(child: Site, path: string): Promise<PacketHead> {
  const link = await parentOf(child)
  await using packet = await openPacket(child.platform, path, async () => linkKey(child, link))
  return packet.head as PacketHead
}

const parentOf = async (child: Site): Promise<Link> =>
  (await child.db.snapshot(read => linkById(read, PARENT_LINK)))!

/** Read back from disk: whole, ours, the very packet that was applied, and an answer to our last one. */
async function checkRelease(child: Site, path: string): Promise<void> {
  const link = await parentOf(child)
  const hash = await hashFile(child.platform, path)
  const head = await headOf(child, path)
  const applied = link.in_hash !== null && sameBytes(hash, link.in_hash)
  if (!applied || !head.final || head.acknowledged < link.out_number) {
    throw new HomecomingError(
      'RELEASE_INVALID',
      'the release is no answer to the last packet of this database',
    )
  }
}

/** All three steps, with both ends at hand. */
export async function comeHome(
  parent: Site,
  child: Site,
  carrier: Carrier,
  keyFile?: string,
): Promise<Homecoming> {
  await sendLastUp(child, carrier)
  await release(parent, child.identity.tag, carrier)
  return finishHome(child, carrier, keyFile)
}
