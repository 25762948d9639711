/**
 * Payload: the news of an area, built once for all of its children who have got as far.
 * Role:   remembers packed frames, so that a further child costs sealing and writing only. Too large a payload is not
 *         remembered: it is built again for each.
 * Why in memory: the same position is the same data, but only for a process that has seen the transaction commit or
 *         repeat; a file would outlive both.
 */
import { sql } from 'kysely'
import { isPartOf } from '../areas/membership.ts'
import type { Database } from '../storage/contract.ts'
import { type Frame, type PackedFrame, packFrame } from './container.ts'
import { type DwnScope, tablesDown } from './dwn-scope.ts'
import { newsFrames } from './news.ts'

/** Bytes of packed frames kept per database, all payloads together. */
const MOST = 16 * 1024 * 1024

interface Packed {
  readonly frame: PackedFrame
  readonly from: number
}

export interface Payload {
  /** False: there is nothing in it for this child. */
  hasNewsFor(scope: DwnScope): boolean
  framesFor(scope: DwnScope): AsyncIterable<Frame | PackedFrame>
}

const NOTHING: Payload = { hasNewsFor: () => false, framesFor: async function* () {} }

const remembered = new WeakMap<Database, Map<string, SharedPayload>>()

/** The newest payloads stay, as far as there is room; those of older positions are not asked for again. */
export async function payloadOf(scope: DwnScope): Promise<Payload> {
  if (scope.cut >= scope.position) return NOTHING
  const all = remembered.get(scope.site.db) ?? new Map<string, SharedPayload>()
  remembered.set(scope.site.db, all)
  const name = nameOf(scope)
  const known = all.get(name)
  if (known) return known
  for (const [other, payload] of all) if (payload.position !== scope.position) all.delete(other)
  const payload = new SharedPayload(scope.position, await bringersOf(scope), () => room(all))
  all.set(name, payload)
  return payload
}

const nameOf = ({ site, area, cut, position, byField }: DwnScope): string =>
  [area.area_id, cut, position, site.dictionary.fingerprint, ...[...byField].sort()].join(' ')

const room = (all: ReadonlyMap<string, SharedPayload>): number =>
  MOST - [...all.values()].reduce((sum, payload) => sum + payload.bytes, 0)

/** The links that brought what is new, 0 for everybody; nobody: there is nothing. */
async function bringersOf(scope: DwnScope): Promise<Set<number>> {
  const { area, cut, write, moved } = scope
  const partly = tablesDown(scope).filter(table => isPartOf(area, table))
  const hidden =
    partly.length === 0
      ? sql``
      : sql`and (v.tablenumber not in (${sql.join(partly.map(table => sql.lit(table.number)))}) or
        exists (select 1 from hc_member m where m.word = ${area.word} and m.tablenumber = v.tablenumber
          and m.record_id = v.record_id and (m.mask & ${area.bit}) <> 0))`
  const news = sql`from hc_version v where v.position > ${cut} ${hidden}`
  // The rule, and found at once; to ask every version which link brought it takes a twentieth of the packet's time.
  if (moved.any || (await write.row(sql`select 1 ${news} and v.link <= 0 limit 1`))) return new Set([0])
  const rows = await write.rows(sql<{ link: number }>`select distinct v.link as link ${news}`)
  return new Set(rows.map(row => row.link))
}

class SharedPayload implements Payload {
  readonly position: number
  readonly #bringers: ReadonlySet<number>
  readonly #room: () => number
  #frames: Packed[] | undefined
  bytes = 0

  constructor(position: number, bringers: ReadonlySet<number>, room: () => number) {
    this.position = position
    this.#bringers = bringers
    this.#room = room
  }

  hasNewsFor({ has }: DwnScope): boolean {
    return this.#bringers.size > (this.#bringers.has(has) ? 1 : 0)
  }

  async *framesFor(scope: DwnScope): AsyncGenerator<PackedFrame> {
    for await (const { frame, from } of this.#frames ?? this.#build(scope))
      if (from !== scope.has) yield frame
  }

  /** Remembers what it has come to the end of. */
  async *#build(scope: DwnScope): AsyncGenerator<Packed> {
    const most = this.#room()
    let frames: Packed[] | undefined = []
    let bytes = 0
    for await (const { frame, from } of newsFrames(scope)) {
      const packed = { frame: packFrame(scope.site.platform, frame), from }
      bytes += packed.frame.packed.length
      if (bytes > most) frames = undefined
      frames?.push(packed)
      yield packed
    }
    this.#frames = frames
    this.bytes = frames ? bytes : 0
  }
}
