/**
 * Receive: reads whatever waits at a carrier, in order, each packet in one transaction (SPEC 6).
 * A damaged, foreign, retired or future packet goes to quarantine with its reason; nothing else stops.
 */
import { sql } from 'kysely'
import { type Acceptance, accept } from '../apply/accept.ts'
import type { ReadPacket } from '../apply/read-up.ts'
import type { Carrier } from '../carrier/contract.ts'
import { crashPoint } from '../core/crash-points.ts'
import { type ErrorCode, HomecomingError } from '../core/errors.ts'
import { sameBytes } from '../core/values.ts'
import { freshenDictionary } from '../log/fresh-dictionary.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { hashFile, type PacketLabel } from '../packet/container.ts'
import type { PacketHead } from '../packet/content.ts'
import { type Link, linkById, linkByTag, whyBroken } from '../packet/link.ts'
import { noteAsked } from '../packet/missing.ts'
import { requireRestored } from '../packet/restored-at.ts'
import { applyWhole, opened, type PacketFile, readToEnd } from './apply-packet.ts'
import { requireOpen, requirePresent } from './home-state.ts'
import { keepRelease } from './release.ts'
import { isGone, labelled, putAside, type Received, settle, type Waiting } from './waiting.ts'

export type { Received } from './waiting.ts'

/** Codes that stop one link only: its packets wait until somebody has done something about it. */
const STOPPED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ID_RANGE_EXHAUSTED'])

function directionOf({ identity }: Site, whose: Whose): 'up' | 'dwn' {
  if (identity.kind === 'satellite') return whose === 'parent' ? 'dwn' : 'up'
  return identity.kind === 'traveller' ? 'dwn' : 'up'
}

/** Waits, and not only for the packets before it. */
export const isStopped = ({ what, code }: Received): boolean =>
  what === 'waiting' && code !== undefined && STOPPED.has(code)

/** Whose packets lie at a carrier: a satellite has both. */
export type Whose = 'parent' | 'children'

/**
 * @param only the carrier is that of this child: what anybody else wrote is put aside
 * @param whose a traveller reads its parent's, central its children's, whatever is said here
 * @returns one line a file, in the order in which they were read
 */
export async function receive(
  site: Site,
  carrier: Carrier,
  only?: string,
  whose: Whose = 'children',
): Promise<Received[]> {
  await site.db.snapshot(requireRestored)
  await site.db.snapshot(read => requirePresent(site, read))
  const direction = directionOf(site, whose)
  const results: Received[] = []
  const waiting = await labelled(site, carrier, direction, results)
  const stopped = new Map<string, Received>()
  for (const one of waiting.sort(byNumber)) {
    if (only !== undefined && one.label.sender !== only) {
      results.push(await putAside(carrier, one.name, one.label.number, misplaced(one)))
      continue
    }
    const before = stopped.get(one.label.sender)
    const result = before ? behind(one, before) : await readOne(site, carrier, one)
    if (!result) continue
    results.push(result)
    if (isStopped(result)) stopped.set(one.label.sender, result)
  }
  return results
}

/** The name is for people; the sender of what should have it sends that again. */
const misplaced = ({ label }: Waiting): HomecomingError =>
  new HomecomingError(
    'PACKET_FOREIGN',
    'it was written by another database than the one whose packets lie here',
    {
      sender: label.sender,
    },
  )

const behind = ({ name, label }: Waiting, before: Received): Received => ({
  name,
  number: label.number,
  what: 'waiting',
  code: 'PACKET_EARLY',
  message: `waits for ${before.number}`,
})

const byNumber = (a: Waiting, b: Waiting): number =>
  a.label.sender < b.label.sender ? -1 : a.label.sender > b.label.sender ? 1 : a.label.number - b.label.number

/** @returns undefined where another process was faster */
async function readOne(
  site: Site,
  carrier: Carrier,
  { name, path, label }: Waiting,
): Promise<Received | undefined> {
  try {
    const link = await senderOf(site, label)
    const result = await readWhole(site, link, path, name, await shiftOf(link, carrier))
    if (result.what !== 'waiting') await settle(carrier, name, 'done')
    crashPoint('packet-settled')
    return result
  } catch (error) {
    if (await isGone(carrier, name, error)) return undefined
    if (error instanceof HomecomingError && STOPPED.has(error.code))
      return { name, number: label.number, what: 'waiting', code: error.code, message: error.message }
    return putAside(carrier, name, label.number, error)
  }
}

/** The difference is measured now, and taken to have been the same when the sender's rows were written. */
async function shiftOf(link: Link, carrier: Carrier): Promise<number> {
  if (link.link_id === PARENT_LINK) return 0
  return -((await carrier.clockDifference?.()) ?? 0)
}

/** @throws {HomecomingError} PACKET_FOREIGN, PACKET_RETIRED, LINK_BROKEN, CHILD_CLOSED */
async function senderOf(site: Site, label: PacketLabel): Promise<Link> {
  const link = await site.db.snapshot(read =>
    label.direction === 'dwn' ? linkById(read, PARENT_LINK) : linkByTag(read, label.sender),
  )
  if (
    !link ||
    link.link_id > 0 !== (label.direction === 'up') ||
    link.tag !== label.sender ||
    label.receiver !== site.identity.tag
  ) {
    throw new HomecomingError('PACKET_FOREIGN', 'it was written by or for another database', {
      sender: label.sender,
    })
  }
  if (link.state === 'written-off')
    throw new HomecomingError('PACKET_RETIRED', `${link.name} was written off`, { name: link.name })
  if (link.state === 'broken') throw new HomecomingError('LINK_BROKEN', whyBroken(link), { name: link.name })
  if (link.link_id > 0 && link.state === 'away') await site.db.snapshot(read => requireOpen(site, read))
  if (link.mode !== label.mode)
    throw new HomecomingError('PACKET_FOREIGN', 'its encryption is not that of this link', {
      mode: label.mode,
    })
  return link
}

async function readWhole(
  site: Site,
  link: Link,
  path: string,
  name: string,
  shift: number,
): Promise<Received> {
  const file: PacketFile = { path, name, shift, hash: await hashFile(site.platform, path) }
  const first = await opened(site, link, file, async packet => packet)
  await requireDictionary(site, link, first.head)
  if (link.state === 'home') return opened(site, link, file, packet => readFromHome(site, link, packet))
  const acceptance = await applyWhole(site, link, file)
  if (isRelease(link, first, acceptance)) await keepRelease(site, path)
  crashPoint('packet-applied')
  return resultOf(site, link, first, acceptance)
}

async function resultOf(
  site: Site,
  link: Link,
  packet: ReadPacket,
  acceptance: Acceptance,
): Promise<Received> {
  const { name } = packet
  switch (acceptance.kind) {
    case 'next':
      if (acceptance.dictionary) site.dictionary = acceptance.dictionary
      return { name, number: packet.number, what: 'applied' }
    case 'repeated':
      return { name, number: packet.number, what: 'repeated' }
    case 'early':
      return {
        name,
        number: packet.number,
        what: 'waiting',
        code: 'PACKET_EARLY',
        message: `waits for ${acceptance.missing.join(', ')}`,
      }
    case 'noted':
      return { name, number: packet.number, what: 'applied' }
    case 'put-off':
      return {
        name,
        number: packet.number,
        what: 'waiting',
        code: codeOf(acceptance),
        message: acceptance.why,
      }
    case 'break':
      throw new HomecomingError(await codeOfBreak(site, link, acceptance), acceptance.why, {
        link: link.name,
      })
    default:
      throw acceptance satisfies never
  }
}

const codeOf = ({ who }: { readonly who: 'here' | 'there' | 'twin' }) =>
  who === 'twin' ? 'LINK_TWIN' : 'LINK_REJOINING'

/** Where the two cannot find together by themselves, the link was stopped. */
async function codeOfBreak(site: Site, { link_id }: Link, broken: Acceptance & { kind: 'break' }) {
  const link = await site.db.snapshot(read => linkById(read, link_id))
  return link?.state === 'broken' ? 'LINK_BROKEN' : codeOf(broken)
}

/** The parent's last word, read now, or read again before anything was read after it. */
const isRelease = (link: Link, { head, hash }: ReadPacket, { kind }: Acceptance): boolean =>
  link.link_id === PARENT_LINK &&
  head.final &&
  (kind === 'next' || (kind === 'repeated' && link.in_hash !== null && sameBytes(hash, link.in_hash)))

/** A child learns a newer dictionary from the packet itself; a parent knows those that it had before. */
async function requireDictionary(site: Site, link: Link, head: PacketHead): Promise<void> {
  await site.db.snapshot(read => freshenDictionary(site, read))
  if (head.dictionary === site.dictionary.fingerprint) return
  const { version } = site.dictionary.dictionary
  if (
    link.link_id === PARENT_LINK
      ? head.dictionaryVersion > version
      : await hadDictionary(site, head.dictionary)
  )
    return
  throw new HomecomingError('DICTIONARY_DIFFERS', 'the packet was written with another dictionary', {
    packet: head.dictionaryVersion,
    here: version,
  })
}

const hadDictionary = (site: Site, fingerprint: string): Promise<boolean> =>
  site.db.snapshot(async read => {
    const row = await read.row(sql`select 1 from hc_dictionary where fingerprint = ${fingerprint}`)
    return row !== undefined
  })

/** The repetition of what was read before is answered with the release; anything else comes from a retired sender. */
async function readFromHome(site: Site, link: Link, packet: ReadPacket): Promise<Received> {
  const acceptance = await site.db.snapshot(read =>
    accept(read, link, packet.number, packet.head, packet.hash),
  )
  if (acceptance.kind !== 'repeated') {
    await readToEnd(packet)
    // It carries nothing: written before its sender knew that its last one had been read, or to ask for what did not come.
    if (!packet.head.content) {
      await noteResend(site, link, packet.head)
      return { name: packet.name, number: packet.number, what: 'repeated' }
    }
    throw new HomecomingError('PACKET_RETIRED', `${link.name} is home already`, { name: link.name })
  }
  return { name: packet.name, number: packet.number, what: 'repeated' }
}

async function noteResend(site: Site, link: Link, { resend }: PacketHead): Promise<void> {
  if (resend.length > 0) await site.db.change(write => noteAsked(write, link.link_id, resend))
}
