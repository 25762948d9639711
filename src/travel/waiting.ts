/**
 * Waiting: what lies at a carrier, in the words of its labels, and how it is put away.
 * Never: opens a packet, or minds that another process reads at the same place.
 */
import type { Carrier } from '../carrier/contract.ts'
import { type ErrorCode, HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { type PacketLabel, readLabel } from '../packet/container.ts'

export interface Received {
  readonly name: string
  readonly number: number
  readonly what: 'applied' | 'repeated' | 'waiting' | 'quarantined'
  readonly code?: ErrorCode
  readonly message?: string
}

export interface Waiting {
  readonly name: string
  readonly path: string
  readonly label: PacketLabel
}

/** Codes that concern one packet only: it is put aside and the others go on. */
const ASIDE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PACKET_DAMAGED',
  'PACKET_FOREIGN',
  'PACKET_RETIRED',
  'CHILD_CLOSED',
  'PACKET_TOO_NEW',
  'PACKET_INVALID',
  'LINK_BROKEN',
  'LINK_REJOINING',
  'LINK_TWIN',
  'DICTIONARY_DIFFERS',
])

/** @param results gets a line for each file that has no readable label */
export async function labelled(
  site: Site,
  carrier: Carrier,
  direction: 'up' | 'dwn',
  results: Received[],
): Promise<Waiting[]> {
  const waiting: Waiting[] = []
  for (const name of await carrier.waiting(direction)) {
    const path = await carrier.fetch(name)
    try {
      waiting.push({ name, path, label: await labelOf(site, path) })
    } catch (error) {
      if (!(await isGone(carrier, name, error))) results.push(await putAside(carrier, name, 0, error))
    }
  }
  return waiting
}

async function labelOf(site: Site, path: string): Promise<PacketLabel> {
  const reader = await site.platform.files.reader(path)
  try {
    return await readLabel(site.platform, reader)
  } finally {
    await reader.close()
  }
}

/** Another process reads at the same place: what it has put away meanwhile is none of our business. */
export async function isGone(carrier: Carrier, name: string, error: unknown): Promise<boolean> {
  if (!(error instanceof HomecomingError) || error.code !== 'FILE_FAILED') return false
  const waiting = await carrier.waiting(name.toLowerCase().endsWith('.up') ? 'up' : 'dwn')
  return !waiting.includes(name)
}

/** Where another process has settled it meanwhile, that is as good. */
export async function settle(
  carrier: Carrier,
  ...[name, where, reason]: Parameters<Carrier['settle']>
): Promise<void> {
  try {
    await carrier.settle(name, where, reason)
  } catch (error) {
    if (!(await isGone(carrier, name, error))) throw error
  }
}

export async function putAside(
  carrier: Carrier,
  name: string,
  number: number,
  error: unknown,
): Promise<Received> {
  if (!(error instanceof HomecomingError) || !ASIDE.has(error.code)) throw error
  await settle(carrier, name, 'quarantine', `${error.code}: ${error.message}\n${error.hint}`)
  return { name, number, what: 'quarantined', code: error.code, message: error.message }
}
