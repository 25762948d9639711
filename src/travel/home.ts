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
import { freshenDictionary } from '../log/fresh-dictionary.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { type Link, linkById, linkByTag, linksAway } from '../packet/link.ts'
import { takeMissing } from '../packet/missing.ts'
import type { SealedPacket } from '../packet/outbox.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import { writeAsking } from '../packet/write-note.ts'
import { countUnsent, writeUp } from '../packet/write-up.ts'
import type { Writing } from '../storage/contract.ts'
import { requireChild, requireNobodyAway, requireParent } from './activate.ts'
import { exchangeBoth, isRejoining as isRejoiningNow, linkOf, noticeOlder } from './exchange.ts'
import { isClosed, lastUpIsWritten } from './home-state.ts'
import { type Account, ownAccount } from './ledger.ts'
import { TRAVEL_KEY } from './paths.ts'
import { isStopped, type Received, receive } from './receive.ts'
import { checkRelease, hasRelease } from './release.ts'
import { isLost, publish, type Sent, sendDwn } from './send.ts'

/** Step 1. Seals everything; from here on the child refuses edits. Repeated, it is sent again, and asks for what did not come. */
export async function sendLastUp(child: Site, carrier: Carrier): Promise<Sent[]> {
  requireChild(child)
  const sealed = await child.db.change(async write => {
    const { pending } = await readRejoin(write, PARENT_LINK)
    if ((await isClosed(write)) && (await lastUpIsWritten(write)) && pending === '')
      return askOn(child, write)
    await freshenDictionary(child, write)
    // Whoever left in between would have nobody to come home to.
    if (!(await isClosed(write))) requireNobodyAway(await linksAway(write))
    let packet = await writeUp(child, write, { final: true })
    // After a break a note goes first.
    if (!(await lastUpIsWritten(write))) packet = await writeUp(child, write, { final: true })
    await write.run(sql`update hc_session set closed = 1`)
    crashPoint('home-sealing')
    return packet
  })
  const link = (await child.db.snapshot(read => linkById(read, PARENT_LINK)))!
  const sent = await publish(child, link, carrier, sealed)
  if (sealed || sent.length > 0 || !(await isUnanswered(child, carrier))) return sent
  const asking = await child.db.change(write => askForRelease(child, write))
  return publish(child, link, carrier, asking)
}

/**
 * The carrier holds all of it as read, and no release has come. Where one of the two was put back, what it holds may be a packet
 * of a lost life under the same name.
 */
const isUnanswered = async (child: Site, carrier: Carrier): Promise<boolean> =>
  !(await hasRelease(child)) &&
  (await carrier.waiting('up')).length === 0 &&
  (await carrier.waiting('dwn')).length === 0

async function askForRelease(child: Site, write: Writing): Promise<SealedPacket> {
  const link = (await linkById(write, PARENT_LINK))!
  return writeAsking(child, write, link, [link.in_number + 1])
}

/** The release came, and not what was sent before it. */
async function askOn(child: Site, write: Writing): Promise<SealedPacket | undefined> {
  const link = (await linkById(write, PARENT_LINK))!
  const resend = await takeMissing(write, PARENT_LINK, link.in_number)
  return resend.length > 0 ? writeAsking(child, write, link, resend) : undefined
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
  const sent = (await mustSayFirst(parent, link))
    ? await sendDwn(parent, link.link_id, carrier)
    : await publish(parent, link, carrier, undefined)
  return { received, sent, home: link.state === 'home' }
}

/** After a break the two find together first. */
const mustSayFirst = (parent: Site, link: Link): Promise<boolean> =>
  parent.db.snapshot(async read => {
    const { pending, retell } = await readRejoin(read, link.link_id)
    return link.state === 'away' && (pending !== '' || retell)
  })

export interface Homecoming {
  readonly account: Account
  readonly received: readonly Received[]
}

/** Step 3. @throws {HomecomingError} RELEASE_MISSING, RELEASE_INVALID; the key is kept then */
export async function finishHome(child: Site, carrier: Carrier, keyFile?: string): Promise<Homecoming> {
  requireChild(child)
  const received = await receive(child, carrier, undefined, 'parent')
  await checkRelease(child)
  crashPoint('release-checked')
  const account = await child.db.snapshot(ownAccount)
  await child.db.close()
  const { files } = child.platform
  await files.destroy(keyFile ?? files.join(files.parent(child.path), TRAVEL_KEY))
  crashPoint('key-destroyed')
  return { account, received }
}

/** Before the last packet: it may be taken back, but coming home should not begin with that. */
async function findTogether(parent: Site, child: Site, carrier: Carrier): Promise<void> {
  const link = await linkOf(parent, child)
  const broken = (await noticeOlder(parent, child, link)).length > 0
  if (link.state === 'away' && (broken || (await isRejoiningNow(parent, child))))
    await exchangeBoth(parent, child, carrier)
}

/** After a break: each side says where it stands, and then the last packet comes once more. */
const ROUNDS = 6
const isRejoining = ({ code }: Received): boolean => code === 'LINK_REJOINING'

/**
 * Before the child is sealed for a last packet that nobody reads: the copy that came home was.
 * @throws {HomecomingError} TWIN_IS_HOME
 */
async function requireNoneHome(parent: Site, child: Site): Promise<void> {
  if ((await linkOf(parent, child)).state !== 'home' || (await child.db.snapshot(isClosed))) return
  throw await otherIsHome(child)
}

async function otherIsHome(child: Site): Promise<HomecomingError> {
  const left = await child.db.change(async write => {
    await readLog(write)
    const { made, cancelled } = await countUnsent(write, (await linkById(write, PARENT_LINK))!)
    return made - cancelled + (await ownAccount(write)).unanswered
  })
  const missing = left === 1 ? '1 edit of this one was not' : `${left} edits of this one were not`
  const fact = `another copy of this travel database has come home; ${left === 0 ? 'every edit of this one had been' : missing} answered`
  return new HomecomingError('TWIN_IS_HOME', fact, { path: child.path, edits: left })
}

/** All three steps, with both ends at hand. @throws {HomecomingError} TWIN_IS_HOME, and those of `finishHome` */
export async function comeHome(
  parent: Site,
  child: Site,
  carrier: Carrier,
  keyFile?: string,
): Promise<Homecoming> {
  await requireNoneHome(parent, child)
  await findTogether(parent, child, carrier)
  let up = await sendLastUp(child, carrier)
  let { received, sent, home } = await release(parent, child.identity.tag, carrier)
  for (let round = 1; round < ROUNDS && !home; round++) {
    if (!received.some(isRejoining) && !(await isRejoiningNow(parent, child))) break
    await receive(child, carrier)
    up = await sendLastUp(child, carrier)
    ;({ received, sent, home } = await release(parent, child.identity.tag, carrier))
  }
  const inTheWay = received.find(isStopped) ?? sent.find(isLost) ?? (home ? undefined : up.find(isLost))
  if (inTheWay?.code) throw new HomecomingError(inTheWay.code, `${inTheWay.name}: ${inTheWay.message}`)
  const early = await receive(child, carrier, undefined, 'parent')
  if (early.some(({ what }) => what === 'waiting') || !(await hasRelease(child))) {
    await sendLastUp(child, carrier)
    await release(parent, child.identity.tag, carrier)
  }
  const { account, received: last } = await finishHome(child, carrier, keyFile).catch(
    async (error: unknown) => {
      throw await explained(child, error, received)
    },
  )
  return { account, received: [...early, ...last] }
}

/** The answer that is missing will not come where another copy goes on: `values.twin` says so. Or came home. */
async function explained(child: Site, error: unknown, received: readonly Received[]): Promise<unknown> {
  if (!(error instanceof HomecomingError) || error.code !== 'RELEASE_MISSING') return error
  if (received.some(({ code }) => code === 'PACKET_RETIRED')) return otherIsHome(child)
  const twin = received.find(({ code }) => code === 'LINK_TWIN')
  if (!twin) return error
  return new HomecomingError(error.code, error.message, { twin: `${twin.name}: ${twin.message}` })
}
