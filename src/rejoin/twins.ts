/** Twins: a copy of a database goes on beside another. One of the two is refused; what it wrote stays readable. */
import { sql } from 'kysely'
import type { ReadPacket } from '../apply/read-up.ts'
import { sameBytes } from '../core/values.ts'
import type { PacketHead } from '../packet/content.ts'
import type { Link } from '../packet/link.ts'
import type { RejoinState } from '../packet/rejoin-state.ts'
import { toHex } from '../platform/keys.ts'
import type { Reading } from '../storage/contract.ts'

/**
 * It follows from the end of a life that somebody else has taken up, or from a packet that was refused for that: a copy
 * that was merely restored would begin further back.
 */
export function belongsToTwin(state: RejoinState, { number, head }: ReadPacket): boolean {
  const previous = head.previous ? toHex(head.previous) : ''
  if (state.refused.includes(previous)) return true
  if (state.alive > 0 && state.strays.includes(previous)) return true
  const ended = state.former.find(({ life }) => life === (head.life ?? ''))
  if (!ended || ended.life === state.life) return false
  return number === ended.number + 1 && previous === ended.hash
}

/** The other side says that it refused a packet of ours. */
export async function isOwnRefused(read: Reading, link: Link, head: PacketHead): Promise<boolean> {
  if (!head.refused?.length) return false
  const rows = await read.rows(
    sql<{ hash: Uint8Array }>`select hash from hc_packet where link_id = ${link.link_id} and outgoing = 1`,
  )
  return rows.some(({ hash }) => head.refused!.some(refused => sameBytes(refused, hash)))
}
