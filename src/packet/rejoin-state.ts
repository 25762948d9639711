/** Rejoin state: what a side of a link keeps about breaks (`hc_rejoin`), and what heads say of it. */
import { sql } from 'kysely'
import { fromHex, toHex } from '../platform/keys.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import type { PacketHead } from './content.ts'
import type { Link } from './link.ts'
import type { BehindNote, Life, RejoinNote, Renumbered } from './rejoin-notes.ts'

export interface RejoinState {
  readonly own: Life
  readonly ended: readonly Life[]
  readonly life: Life
  readonly position: number
  readonly pending: '' | RejoinNote['kind']
  readonly note: BehindNote | undefined
  readonly asked: number
  readonly alive: number
  readonly since: number
  readonly seen: number
  readonly retell: boolean
  readonly knew: number
  readonly unheard: boolean
  /** Of a journey that began in a life that is lost: the position of its prototype in that. */
  readonly began: number
  readonly former: readonly FormerLife[]
  /** Hexadecimal. */
  readonly strays: readonly string[]
  readonly refused: readonly string[]
}

export interface FormerLife {
  readonly life: Life
  readonly number: number
  /** Hexadecimal; empty: nothing of it was read. */
  readonly hash: string
  /** Hexadecimal: packets that whoever took it up has taken back. */
  readonly unread?: readonly string[]
  /** Positions here at which stands what was read of it, and what whoever took it up had not sent: from behind the first to the second. */
  readonly unknown?: readonly [number, number]
  /** The highest ids that whoever took it up has jumped to, by table. */
  readonly reached?: readonly (readonly [table: number, id: number])[]
  /** New records of it that whoever took it up has given other ids. */
  readonly renumbered?: readonly Renumbered[]
}

export const NO_BREAK: RejoinState = {
  own: '',
  ended: [],
  life: '',
  position: 0,
  pending: '',
  note: undefined,
  asked: 0,
  alive: 0,
  since: 0,
  seen: 0,
  retell: false,
  knew: 0,
  unheard: false,
  began: 0,
  former: [],
  strays: [],
  refused: [],
}

export async function readRejoin(read: Reading, link: number): Promise<RejoinState> {
  const row = await read.row(
    sql<Record<keyof RejoinState, string | number>>`select * from hc_rejoin where link_id = ${link}`,
  )
  if (!row) return NO_BREAK
  return {
    own: row.own as Life,
    ended: listFrom<Life>(row.ended),
    life: row.life as Life,
    position: row.position as number,
    pending: row.pending as RejoinState['pending'],
    note: row.note === '' ? undefined : noteFrom(row.note as string),
    asked: row.asked as number,
    alive: row.alive as number,
    since: row.since as number,
    seen: row.seen as number,
    retell: row.retell === 1,
    knew: row.knew as number,
    unheard: row.unheard === 1,
    began: row.began as number,
    former: listFrom<FormerLife>(row.former),
    strays: listFrom<string>(row.strays),
    refused: listFrom<string>(row.refused),
  }
}

export async function updateRejoin(
  write: Writing,
  link: number,
  values: Partial<RejoinState>,
): Promise<void> {
  const stored = Object.entries(values).map(([name, value]) => [name, storedForm(value)] as const)
  await write.upsert({ table: 'hc_rejoin', key: ['link_id'], columns: stored.map(([name]) => name) }, [
    [link, ...stored.map(([, value]) => value)],
  ])
}

const listFrom = <T>(text: string | number): T[] => (text === '' ? [] : (JSON.parse(String(text)) as T[]))

function storedForm(value: RejoinState[keyof RejoinState]): string | number {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'object') return JSON.stringify(value, (_, one) => hexed(one))
  return value
}

const hexed = (value: unknown): unknown => (value instanceof Uint8Array ? toHex(value) : value)

function noteFrom(text: string): BehindNote {
  const note = JSON.parse(text) as { [K in keyof BehindNote]: BehindNote[K] }
  const takenBack = (note.takenBack as readonly unknown[]).map(hash => fromHex(String(hash)))
  return { ...note, baseHash: bytesOf(note.baseHash), readHash: bytesOf(note.readHash), takenBack }
}

const bytesOf = (hex: unknown): Uint8Array | null => (typeof hex === 'string' ? fromHex(hex) : null)

type Marks = Pick<PacketHead, 'acknowledgedHash' | 'life' | 'to' | 'refused'>

/** What every head says, so that the receiver sees who of the two went back. What is as in the first life is left out. */
export async function marksOf(read: Reading, link: Link): Promise<Marks> {
  const state = await readRejoin(read, link.link_id)
  return {
    acknowledgedHash: link.in_hash,
    ...(state.own === '' ? {} : { life: state.own }),
    ...(state.life === '' ? {} : { to: state.life }),
    ...(state.refused.length === 0 ? {} : { refused: state.refused.map(fromHex) }),
  }
}
