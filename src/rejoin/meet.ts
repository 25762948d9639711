/**
 * Meet: the first look at a packet. Does it fit what this side remembers, and if not, who was set back?
 *   it tells of what was never written here        -> this side was set back: it asks how far
 *   it does not follow from what was read here     -> the sender was: the next packet says what is known of it
 *   it says that this side was set back            -> this side goes on past everything known of it (went-back.ts)
 *   it says that its sender was, and has jumped    -> the sender is told again what it has forgotten (sent-again.ts)
 *   it is of a copy that somebody else goes on for -> a twin: refused, and kept for people to read
 * Role:  runs in the transaction that would apply the packet, before anything of it is read.
 */
import { type Acceptance, accept, forgottenHere, hashOf } from '../apply/accept.ts'
import type { ReadPacket } from '../apply/read-up.ts'
import { crashPoint } from '../core/crash-points.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { type Link, linkById, updateLink, whyBroken } from '../packet/link.ts'
import type { AheadNote, BehindNote } from '../packet/rejoin-notes.ts'
import { type RejoinState, readRejoin, updateRejoin } from '../packet/rejoin-state.ts'
import { toHex } from '../platform/keys.ts'
import type { Writing } from '../storage/contract.ts'
import { isBeforeLife, passOver, toldAgain } from './pass-over.ts'
import { goesOnFromHere, hearOfFormer, sendAgain } from './sent-again.ts'
import { belongsToTwin, goesOnForTwin, isOwnRefused, isTakenBack, newest } from './twins.ts'
import { goOn, hasForgotten } from './went-back.ts'

interface Meeting {
  readonly site: Site
  readonly write: Writing
  readonly link: Link
  readonly state: RejoinState
  readonly packet: ReadPacket
}

/** @returns undefined: it is read as any other */
export async function meet(
  site: Site,
  write: Writing,
  linkId: number,
  packet: ReadPacket,
): Promise<Acceptance | undefined> {
  const link = (await linkById(write, linkId))!
  const meeting = { site, write, link, packet, state: await readRejoin(write, linkId) }
  const acceptance = await accept(write, link, packet.number, packet.head, packet.hash)
  if (acceptance.kind === 'repeated' && !(await isUnheard(meeting))) return heardLate(meeting)
  if (await isOwnRefused(write, link, packet.head))
    return another('somebody goes on with another copy of this database')
  if (isTakenBack(meeting.state, packet)) return aside('its sender has taken it back')
  const { rejoin } = packet.head
  switch (rejoin?.kind) {
    case 'lost':
      return askedHowFar(meeting, acceptance)
    case 'ahead':
      return toldHowFar(meeting, rejoin, acceptance)
    case 'behind':
      return toldToSendAgain(meeting, rejoin)
    case undefined:
      return newsAfterAll(meeting, acceptance)
    default:
      throw rejoin satisfies never
  }
}

/** A parent that was put back says where it stands under a number that this side has jumped over: no packet of that number was read. */
async function isUnheard({ write, link, packet }: Meeting): Promise<boolean> {
  const { rejoin } = packet.head
  if (link.link_id !== PARENT_LINK || !rejoin || rejoin.kind === 'behind') return false
  return (await hashOf(write, link, 0, packet.number)) === undefined
}

/** What is said with a life that this side has taken up already: it had gone back as well, and began with the packet after that. */
async function heardLate({ write, link, packet, state }: Meeting): Promise<undefined> {
  const { rejoin, life } = packet.head
  if (link.link_id <= 0 || rejoin?.kind !== 'behind' || life !== state.life) return
  await hearOfFormer(write, link, rejoin)
}

/** It carries nothing else, and so nothing of it is lost. Where packets before it are missing it is answered, and keeps its place. */
async function askedHowFar(meeting: Meeting, acceptance: Acceptance): Promise<Acceptance | undefined> {
  if (isTwin(meeting)) return refuseTwin(meeting)
  if (acceptance.kind === 'early') {
    if (meeting.state.asked === 0) await answerAhead(meeting)
    return undefined
  }
  if (acceptance.kind === 'break') await noteStray(meeting)
  else await answerAhead(meeting)
  // A copy that had been sent nothing since is not behind in this, and goes on from here.
  if (acceptance.kind === 'next') await passOver(meeting.site, meeting.write, meeting.link, meeting.packet)
  return { kind: 'noted' }
}

async function toldHowFar(
  meeting: Meeting,
  note: AheadNote,
  acceptance: Acceptance,
): Promise<Acceptance | undefined> {
  const { site, write, link, packet } = meeting
  if (isTwin(meeting)) return refuseTwin(meeting)
  if (await hasForgotten(write, link, note)) {
    // Both went back: the child goes on first, and says this again behind what was read here.
    if (link.link_id > 0 && packet.number <= link.in_number) {
      await noteStray(meeting)
      return { kind: 'noted' }
    }
    await goOn(site, write, link, packet, note)
    return { kind: 'noted' }
  }
  return acceptance.kind === 'break' ? { kind: 'noted' } : undefined
}

/**
 * Two copies go on from the same packet only where one of them was heard after the other: then the other is the twin. And so
 * is a copy that has all of a life that somebody else has taken up.
 */
async function toldToSendAgain(meeting: Meeting, note: BehindNote): Promise<Acceptance | undefined> {
  const { site, write, link, packet, state } = meeting
  const here = await forgottenHere(write, link, packet.head)
  if (here) return setBack(meeting, here)
  if (isTwin(meeting) || (link.link_id > 0 && goesOnForTwin(state, note))) return refuseTwin(meeting)
  if (!goesOnFromHere(link, note)) return stray(meeting, 'it goes on from less than was read here meanwhile')
  if (await sendAgain(site, write, link, packet, note)) return undefined
  await updateLink(write, link.link_id, { state: 'broken' })
  return aside(whyBroken(link))
}

async function newsAfterAll(meeting: Meeting, acceptance: Acceptance): Promise<Acceptance | undefined> {
  const { write, link, packet, state } = meeting
  const { head } = packet
  if ((head.to ?? '') !== state.own) return notForThisLife(meeting, acceptance)
  if ((head.life ?? '') !== state.life) return strange(meeting, acceptance)
  if (acceptance.kind === 'break') return broken(meeting, acceptance)
  if (acceptance.kind !== 'next') return undefined
  await toldAgain(write, link)
  await noteAlive(meeting)
  return undefined
}

const broken = (meeting: Meeting, { who, why }: Acceptance & { kind: 'break' }): Promise<Acceptance> =>
  who === 'here' ? setBack(meeting, why) : stray(meeting, why)

const another = (why: string): Acceptance => ({ kind: 'put-off', who: 'twin', why })
const aside = (why: string): Acceptance => ({ kind: 'break', who: 'there', why })

/** Written before the sender knew that this side has jumped: it will say all of it again. Or for another copy. */
async function notForThisLife(meeting: Meeting, acceptance: Acceptance): Promise<Acceptance | undefined> {
  const { site, write, link, packet, state } = meeting
  if (acceptance.kind === 'break') return broken(meeting, acceptance)
  if (!state.ended.includes(packet.head.to ?? '') && link.link_id > 0)
    return setBack(meeting, 'it was written for a life of this database that it has forgotten')
  if (!state.ended.includes(packet.head.to ?? '') && !(await isBeforeLife(write, link, packet.head)))
    return another('it was written for another copy of this database')
  if (acceptance.kind !== 'next') return undefined
  await passOver(site, write, link, packet)
  return { kind: 'noted' }
}

/** Of a life that has ended, or of one that this side has forgotten. */
async function strange(meeting: Meeting, acceptance: Acceptance): Promise<Acceptance> {
  const { state, packet } = meeting
  if (isTwin(meeting)) return refuseTwin(meeting)
  const known = state.former.some(({ life }) => life === (packet.head.life ?? ''))
  // Its chain leaves what was read here: so it is the sender who went back, though the packet that said so is not here.
  const left = acceptance.kind === 'break' && acceptance.who === 'there'
  if (!known && !left) return setBack(meeting, 'it is of a life of its sender that nobody has heard of here')
  return stray(meeting, acceptance.kind === 'break' ? acceptance.why : 'its sender was restored once more')
}

/** It waits: when both sides have found together it is read, or passed over. */
async function setBack({ write, link }: Meeting, why: string): Promise<Acceptance> {
  await updateRejoin(write, link.link_id, { pending: 'lost' })
  await updateLink(write, link.link_id, { owes_ack: 1 })
  return { kind: 'put-off', who: 'here', why }
}

async function stray(meeting: Meeting, why: string): Promise<Acceptance> {
  if (isTwin(meeting)) return refuseTwin(meeting)
  await noteStray(meeting)
  return aside(why)
}

/** Of a parent there is one: another copy of it is one that was restored. */
const isTwin = ({ link, state, packet }: Meeting): boolean => link.link_id > 0 && belongsToTwin(state, packet)

/** The sender hears with the next packet how far it was set back. */
async function noteStray(meeting: Meeting): Promise<void> {
  const { write, link, state, packet } = meeting
  await updateRejoin(write, link.link_id, { strays: newest([...state.strays, toHex(packet.hash)]) })
  await answerAhead(meeting)
  crashPoint('rejoin-noticed')
}

async function answerAhead({ write, link }: Meeting): Promise<void> {
  await updateRejoin(write, link.link_id, { pending: 'ahead' })
  await updateLink(write, link.link_id, { owes_ack: 1 })
}

async function refuseTwin({ write, link, state, packet }: Meeting): Promise<Acceptance> {
  await updateRejoin(write, link.link_id, { refused: newest([...state.refused, toHex(packet.hash)]) })
  await updateLink(write, link.link_id, { owes_ack: 1 })
  return {
    kind: 'break',
    who: 'twin',
    why: 'another copy of the database that wrote it has gone on meanwhile',
  }
}

/** Somebody whose past fits has read what was told to another whose past did not: both are there, and the other is the twin. */
async function noteAlive({ write, link, state, packet }: Meeting): Promise<void> {
  if (link.link_id <= 0 || state.asked === 0) return
  if (state.alive >= state.asked || packet.head.acknowledged < state.asked) return
  await updateRejoin(write, link.link_id, {
    alive: state.asked,
    strays: [],
    refused: newest([...state.refused, ...state.strays]),
  })
}
