/**
 * Sums frame: what a parent says of its hash tree: the root in the head of each DWN, and the nodes that a child asked for.
 * Shape:  a child asks in the head of an UP; what it asked for is kept until the next DWN is cut, and said as of that moment.
 * Format: docs/packet-format.md. Change both or neither.
 */
import { sql } from 'kysely'
import type { AreaSlot } from '../areas/definitions.ts'
import { hashesPosition } from '../areas/keep-hashes.ts'
import { slotOf } from '../areas/membership.ts'
import type { Hash } from '../hashes/record-hash.ts'
import { hashedTables, OWN_SIDE } from '../hashes/tables.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import type { Created } from '../sameness/created.ts'
import { type DifferenceKind, noteDifferences } from '../sameness/differences.ts'
import { type Node, parentView, sumsBelow, WHOLE } from '../sameness/nodes.ts'
import { parentSums, rootOf } from '../sameness/roots.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import type { Frame } from './container.ts'
import { FRAME, type PacketHead } from './content.ts'
import type { Link } from './link.ts'
import { readRuns } from './pairs.ts'

/** @returns null where this end keeps no hashes, or has something of the child in hand that is not decided */
export async function rootFor(site: Site, read: Reading, link: Link): Promise<Uint8Array | null> {
  const area = await slotOf(read, link.area_id)
  if (!area || (await hashesPosition(read)) === undefined || (await undecided(read, link))) return null
  return rootOf(site.dictionary, await sumsFor(site, read, link, area))
}

const sumsFor = async (site: Site, read: Reading, link: Link, area: AreaSlot) =>
  parentSums(read, site.dictionary, area, await readRuns(read, link.tag))

const undecided = async (read: Reading, { link_id: link }: Link): Promise<boolean> =>
  (await read.row(sql`select 1 where exists (select 1 from hc_held where link_id = ${link})
    or exists (select 1 from hc_wanted where link_id = ${link})`)) !== undefined

const settingOf = (link: Link): string => `sameness-asked-${link.link_id}`

/** What a child asked for is kept until it is said; records that it lacks or has otherwise are answered. */
export async function noteAsked(site: Site, write: Writing, link: Link, head: PacketHead): Promise<void> {
  const { compare = [], repair = [] } = head
  if (compare.length > 0) await writeSetting(write, settingOf(link), JSON.stringify(compare))
  const hashed = new Set(hashedTables(site.dictionary).map(table => table.number))
  const records = repair.filter(([table]) => hashed.has(table!))
  if (records.length === 0) return
  await write.upsert(
    { table: 'hc_answer', key: ['link_id', 'tablenumber', 'record_id'], columns: [] },
    records.map(([table, record]) => [link.link_id, table!, record!]),
  )
  const now = site.platform.clock.now()
  await noteDifferences(
    write,
    records.map(([table, record, what]) => ({
      table: table!,
      record: record!,
      what: KINDS[what!] ?? 'differs',
      before: '',
    })),
    { link: link.link_id, reason: 'hash', time: now, repaired: now },
  )
}

/** As `repair` names them. */
export const KINDS: readonly DifferenceKind[] = ['differs', 'missing', 'extra']

export async function readAsked(read: Reading, link: Link): Promise<Node[]> {
  const text = await readSetting(read, settingOf(link))
  const asked = text ? (JSON.parse(text) as number[][]) : []
  return asked.map(([table, bits, index]) => ({ table: table!, bits: bits!, index: index! }))
}

export async function forgetAsked(write: Writing, link: Link): Promise<void> {
  await write.run(sql`delete from hc_setting where name = ${settingOf(link)}`)
}

export async function* sumsFrames(
  site: Site,
  read: Reading,
  link: Link,
  asked: readonly Node[],
): AsyncGenerator<Frame> {
  const area = asked.length > 0 ? await slotOf(read, link.area_id) : undefined
  if (!area) return
  const view = parentView(read, area, await createdOn(read, link))
  const body: unknown[] = []
  for (const node of asked) {
    if (node.table === 0) body.push(encodeTables(await sumsFor(site, read, link, area)))
    else {
      const bits = await childBits(read, node, asked.length)
      body.push(encodeSums(node, bits, await sumsBelow(read, site.dictionary, view, node, bits)))
    }
  }
  yield { kind: FRAME.sums, body }
}

const createdOn = (read: Reading, link: Link): Promise<readonly Created[]> => readRuns(read, link.tag)

/** Sums that one answer should have at most: a few KB. */
const ROOM = 512

/** The fewer nodes are asked for, the further down each is summed. */
async function childBits(read: Reading, { table, bits }: Node, asked: number): Promise<number> {
  const step = Math.max(4, Math.floor(Math.log2(ROOM / asked)))
  if (bits < WHOLE) return Math.max(0, bits - step)
  const row = await read.row(sql<{ n: number }>`select count(*) as n from hc_hash
    where side = ${OWN_SIDE} and tablenumber = ${table}`)
  const records = (row?.n ?? 0) * 32
  return Math.max(0, Math.ceil(Math.log2(Math.max(records, 1) / (ROOM / 2))))
}

/** [table, bits, index, bits of the children, their sums, which]: sums of 4 bytes, of tables 8. */
function encodeTables(sums: ReadonlyMap<number, Hash>): unknown[] {
  const bytes = new Uint8Array(sums.size * 8)
  const view = new DataView(bytes.buffer)
  for (const [index, { a, b }] of [...sums.values()].entries()) {
    view.setInt32(index * 8, a)
    view.setInt32(index * 8 + 4, b)
  }
  return [0, WHOLE, 0, WHOLE, bytes, [...sums.keys()]]
}

function encodeSums({ table, bits, index }: Node, below: number, sums: ReadonlyMap<number, Hash>): unknown[] {
  const some = [...sums].filter(([, { a }]) => a !== 0).sort(([a], [b]) => a - b)
  const bytes = new Uint8Array(some.length * 4)
  const view = new DataView(bytes.buffer)
  for (const [at, [, { a }]] of some.entries()) view.setInt32(at * 4, a)
  return [table, bits, index, below, bytes, gaps(some.map(([child]) => child))]
}

/** Ascending numbers as the distances between them: nearly all are 1. */
const gaps = (numbers: readonly number[]): number[] =>
  numbers.map((number, at) => number - (at === 0 ? -1 : numbers[at - 1]!))
