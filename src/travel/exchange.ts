/**
 * Exchange: the child's UP goes to the parent, the parent's DWN to the child, over any carrier.
 * Shape: each end does two named steps, `send` and `receive`; with both ends at hand they run in turn.
 * Never: opens more than one packet at a time, or lets a bad file stop the others.
 */
import type { Carrier } from '../carrier/contract.ts'
import { HomecomingError } from '../core/errors.ts'
import { sameBytes } from '../core/values.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { type Link, linkById, linkByTag, updateLink, whyBroken } from '../packet/link.ts'
import { noteAsked, readAsked } from '../packet/missing.ts'
import { unacknowledged } from '../packet/outbox.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import type { Progress } from '../prototype/build.ts'
import { requireOpen } from './home-state.ts'
import { meetAtHand } from './made-anew.ts'
import { isStopped, type Received, receive } from './receive.ts'
import { compareEnds, isAsking } from './same.ts'
import { isLost, type Sent, sendDwn, sendUp } from './send.ts'
import { takeUp } from './take-up.ts'

export interface Exchanged {
  readonly sent: readonly Sent[]
  readonly received: readonly Received[]
  /** What the parent put into quarantine, or cannot read yet. */
  readonly refused: readonly Received[]
  /** There was a break, and within this exchange both have found together again: LINK_REJOINING asks for nothing any more. */
  readonly rejoined: boolean
  /** Which of the two was seen to be an older copy before they exchanged. */
  readonly older: readonly End[]
}

export type End = 'parent' | 'child'

type Round = Omit<Exchanged, 'rejoined' | 'older'>

const STEPS = 4

/** One whole exchange with both ends at hand: nothing is left to say when it returns. */
export async function exchangeBoth(
  parent: Site,
  child: Site,
  carrier: Carrier,
  progress: Progress = () => {},
): Promise<Exchanged> {
  const link = await linkOf(parent, child)
  await meetAtHand(parent, child)
  const older = await noticeOlder(parent, child, link)
  let broken = older.length > 0
  await noticeUnread(parent, child, carrier)
  const rounds: Round[] = []
  const goesOn = () => isUnfinished(parent, child, rounds.at(-1)!)
  do {
    broken = (await isRejoining(parent, child)) || (broken && rounds.length === 0)
    rounds.push(await exchangeOnce(parent, child, carrier, progress))
    // What a round that began within a break could not say is told in the next one.
  } while (rounds.length < ROUNDS && !rounds.at(-1)!.refused.some(isOver) && (broken || (await goesOn())))
  const exchanged = rounds.reduce(joined)
  const together = !exchanged.refused.some(isOver) && !(await goesOn())
  return { ...exchanged, older, rejoined: together && (older.length > 0 || wasBroken(exchanged)) }
}

const wasBroken = ({ received, refused }: Round): boolean =>
  [...received, ...refused].some(({ code }) => code === 'LINK_REJOINING')

/** After a break each side says where it stands, and then what the other has forgotten; both may have been restored. */
const ROUNDS = 6

const joined = (a: Round, b: Round): Round => ({
  sent: [...a.sent, ...b.sent],
  received: [...a.received, ...b.received],
  refused: [...a.refused, ...b.refused],
})

/** They have not found together yet, or each waits for a packet of the other's that it has to ask for. */
async function isUnfinished(parent: Site, child: Site, { received }: Round): Promise<boolean> {
  if ((await isRejoining(parent, child)) || received.some(({ what }) => what === 'waiting')) return true
  const { life } = await child.db.snapshot(read => readRejoin(read, PARENT_LINK))
  // Right after a break the last UP has brought news, and ids that the child has not been told.
  return life !== '' && (await linkOf(parent, child)).owes_ack === 1
}

/** After a break, until each side knows where the other stands. */
export async function isRejoining(parent: Site, child: Site): Promise<boolean> {
  const link = await linkOf(parent, child)
  const above = await parent.db.snapshot(read => readRejoin(read, link.link_id))
  const below = await child.db.snapshot(read => readRejoin(read, PARENT_LINK))
  return [above, below].some(({ pending, retell }) => pending !== '' || retell)
}

/** With both ends at hand an older copy is noticed even where neither has anything to say. */
export async function noticeOlder(parent: Site, child: Site, link: Link): Promise<readonly End[]> {
  const below = (await child.db.snapshot(read => linkById(read, PARENT_LINK)))!
  const sameEnd = (hash: Uint8Array | null, other: Uint8Array | null): boolean =>
    hash === null || other === null || sameBytes(hash, other)
  const childIsOlder =
    link.in_number > below.out_number ||
    (link.in_number === below.out_number && !sameEnd(link.in_hash, below.out_hash))
  if (childIsOlder) await child.db.change(write => updateLink(write, PARENT_LINK, { owes_ack: 1 }))
  const parentIsOlder =
    below.in_number > link.out_number ||
    (below.in_number === link.out_number && !sameEnd(below.in_hash, link.out_hash))
  if (parentIsOlder) await parent.db.change(write => updateLink(write, link.link_id, { owes_ack: 1 }))
  return [...(parentIsOlder ? (['parent'] as const) : []), ...(childIsOlder ? (['child'] as const) : [])]
}

/** What the carrier holds as read, and was read by a copy that is gone: that side has nothing to say that would show it. */
async function noticeUnread(parent: Site, child: Site, carrier: Carrier): Promise<void> {
  const above = await linkOf(parent, child)
  const below = (await child.db.snapshot(read => linkById(read, PARENT_LINK)))!
  if (above.state !== 'away') return
  await sendUnread(parent, above, below.in_number, await carrier.waiting('dwn'))
  await sendUnread(child, below, above.in_number, await carrier.waiting('up'))
}

/** @param received the last packet that the other side has read @param waiting names of those that lie there for it */
async function sendUnread(
  site: Site,
  link: Link,
  received: number,
  waiting: readonly string[],
): Promise<void> {
  if (received >= link.out_number) return
  const unread = (await site.db.snapshot(read => unacknowledged(read, link)))
    .filter(({ number, name }) => number > received && !waiting.includes(name))
    .map(({ number }) => number)
  if (unread.length === 0) return
  await site.db.change(async write => {
    const asked = await readAsked(write, link.link_id)
    await noteAsked(write, link.link_id, [...new Set([...asked, ...unread])])
  })
}

async function exchangeOnce(parent: Site, child: Site, carrier: Carrier, progress: Progress): Promise<Round> {
  progress('sending news up', 0, STEPS)
  const sent = await sendUp(child, carrier)
  progress('the parent reads', 1, STEPS)
  const above = await receive(parent, carrier)
  // Whoever goes on with another copy gets the answers.
  if (above.some(isTwin)) return { sent, received: [], refused: above.filter(isTwin) }
  // Not before: what a lost laptop still has is kept in quarantine, for people to look at.
  const link = await welcomedLink(parent, child)
  // Nobody is answered who is home, with another copy: what this one sends is put aside, once.
  if (link.state === 'home' && above.some(isRetired))
    return { sent, received: [], refused: above.filter(isRetired) }
  progress('the parent answers', 2, STEPS)
  await sendDwn(parent, link.link_id, carrier)
  progress('reading the answer', 3, STEPS)
  const received = await receive(child, carrier, undefined, 'parent')
  const acknowledged = await sendUp(child, carrier)
  above.push(...(await receive(parent, carrier)))
  const ends = { parent, child, carrier, link: link.link_id }
  await compareEnds(parent, child, link.link_id)
  await askOn(ends, { sent: acknowledged, received, above })
  return {
    // What could not be sent may have been read before: the answer tells, and it is looked for no more.
    sent: [...sent.filter(packet => !isLost(packet)), ...acknowledged],
    received,
    refused: above.filter(packet => packet.what === 'quarantined' || isStopped(packet)),
  }
}

const isTwin = ({ code }: Received): boolean => code === 'LINK_TWIN'
const isRetired = ({ code }: Received): boolean => code === 'PACKET_RETIRED'
/** The two will not find together. */
const isOver = (each: Received): boolean => isTwin(each) || isRetired(each) || each.code === 'LINK_BROKEN'

/** A walk down the tree, and the repair at its end; a second one where more differed than fits into a packet. */
const LEVELS = 16

interface Ends {
  readonly parent: Site
  readonly child: Site
  readonly carrier: Carrier
  readonly link: number
}

interface Report {
  readonly sent: Sent[]
  readonly received: Received[]
  readonly above: Received[]
}

/** What differs is found level by level: an UP that asks and a DWN that answers for each. */
async function askOn(ends: Ends, report: Report): Promise<void> {
  for (let level = 0; level < LEVELS && (await isAsking(ends.child)); level++) {
    const before = report.received.length
    await goUp(ends, report)
    await sendDwn(ends.parent, ends.link, ends.carrier)
    report.received.push(...(await receive(ends.child, ends.carrier, undefined, 'parent')))
    await goUp(ends, report)
    if (report.received.length === before) return
  }
}

async function goUp({ parent, child, carrier }: Ends, { sent, above }: Report): Promise<void> {
  sent.push(...(await sendUp(child, carrier)))
  above.push(...(await receive(parent, carrier)))
}

/** @throws {HomecomingError} PACKET_RETIRED, LINK_BROKEN, PACKET_FOREIGN, CHILD_CLOSED: this child can neither exchange nor come home */
export async function welcomedLink(parent: Site, child: Site): Promise<Link> {
  const link = await linkOf(parent, child)
  if (link.state === 'written-off')
    throw new HomecomingError('PACKET_RETIRED', `${link.name} was written off at ${parent.path}`, {
      name: link.name,
    })
  if (link.state === 'broken') throw new HomecomingError('LINK_BROKEN', whyBroken(link), { name: link.name })
  if (link.state === 'away') await parent.db.snapshot(read => requireOpen(parent, read))
  return link
}

/** @throws {HomecomingError} PACKET_FOREIGN when the two do not belong together */
export async function linkOf(parent: Site, child: Site): Promise<Link> {
  const known = await parent.db.snapshot(read => linkByTag(read, child.identity.tag))
  const link = known ?? (await takeUp(parent, child))
  if (!link)
    throw new HomecomingError('PACKET_FOREIGN', `${child.path} is no child of ${parent.path}`, {
      child: child.path,
      parent: parent.path,
    })
  return link
}
