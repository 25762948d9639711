/**
 * DWN sameness: when a packet of the parent has been applied, is everything here as it is there? (SPEC 10, "Sameness")
 * Shape:  roots alike: done · unlike: ask for the sums below, level by level, until the records are named; then ask for those.
 * When:   nothing of ours is on its way and nothing is held: what the parent had when it cut the packet is then what is here.
 */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { readHashes } from '../hashes/leaves.ts'
import { type Hash, NO_HASH } from '../hashes/record-hash.ts'
import { hashedTables, PARENT_SIDE } from '../hashes/tables.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import { PARENT_LINK } from '../log/version.ts'
import type { PacketHead } from '../packet/content.ts'
import { KINDS } from '../packet/sums-frame.ts'
import { COMPARED } from '../prototype/copy-hashes.ts'
import { type Asks, FROM_THE_TOP, MOST, readAsks, writeAsks } from '../sameness/asks.ts'
import { type DifferenceKind, noteDifferences, noteRepaired } from '../sameness/differences.ts'
import { CHILD_VIEW, type Node, sumsBelow, WHOLE } from '../sameness/nodes.ts'
import { childSums, mayBeTooOld, rootOf, sameRoot } from '../sameness/roots.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { toJson } from './journal.ts'
import type { LocalIds } from './local-ids.ts'
import { wholeRow } from './rows.ts'

/** One node as a packet has it: its children's bits, their sums, and which they are. */
export type AnsweredSums = readonly [
  table: number,
  bits: number,
  index: number,
  below: number,
  sums: Uint8Array,
  which: readonly number[],
]

/** Of DwnContext. */
export interface Comparing {
  readonly site: { readonly dictionary: LoadedDictionary }
  readonly write: Writing
  readonly ids: LocalIds
  readonly head: PacketHead
  readonly now: number
}

const isAnswered = (asks: Asks, head: PacketHead): boolean => asks.sent > 0 && asks.sent <= head.acknowledged

export async function compareSums(context: Comparing, answered: readonly AnsweredSums[]): Promise<void> {
  const { write, head } = context
  const compared = await readSetting(write, COMPARED)
  if (compared === undefined || head.final) return
  const asks = await readAsks(write)
  const due = asks === undefined || isAnswered(asks, head)
  if (!(await atRest(write, head.acknowledged))) {
    if (asks && due && asks.nodes.length > 0) await writeAsks(write, { ...asks, sent: 0 })
  } else if (answered.length > 0) await goDown(context, answered, compared === 'all')
  else if (head.root) await compareRoots(context, head.root, compared === 'all', due)
  else if (asks && due) await writeAsks(write, undefined)
}

/** No edit is on its way that the packet does not answer, and nothing waits here. */
export async function atRest(read: Reading, acknowledged: number): Promise<boolean> {
  const row = await read.row(sql`select 1 where
    exists (select 1 from hc_packet where link_id = ${PARENT_LINK} and outgoing = 1 and content = 1 and number > ${acknowledged})
    or exists (select 1 from hc_held where link_id = ${PARENT_LINK})
    or exists (select 1 from hc_wanted where link_id = ${PARENT_LINK})`)
  return row === undefined
}

/** @param everything false: this copy left out what was too old @param due nothing is being asked for */
export async function compareRoots(
  { site, write, now }: Pick<Comparing, 'site' | 'write' | 'now'>,
  theirs: Uint8Array,
  everything: boolean,
  due = true,
): Promise<boolean> {
  const mine = rootOf(site.dictionary, await childSums(write))
  const same = sameRoot(mine, theirs, everything)
  if (same) {
    await writeAsks(write, undefined)
    await noteRepaired(write, now)
    if (await readSetting(write, BEGUN)) await writeSetting(write, BEGUN, '')
  } else if (due) await beginWalk(write, mine, theirs)
  return same
}

const BEGUN = 'sameness-begun'

/** A walk that changed nothing at either end would change nothing again. */
async function beginWalk(write: Writing, mine: Uint8Array, theirs: Uint8Array): Promise<void> {
  const pair = [...mine, ...theirs].map(byte => byte.toString(16).padStart(2, '0')).join('')
  const again = (await readSetting(write, BEGUN)) === pair
  await writeAsks(write, again ? undefined : FROM_THE_TOP)
  if (!again) await writeSetting(write, BEGUN, pair)
}

async function goDown(
  context: Comparing,
  answered: readonly AnsweredSums[],
  everything: boolean,
): Promise<void> {
  const nodes: Node[] = []
  const records: Differing[] = []
  for (const answer of answered) {
    if (answer[0] === 0) nodes.push(...(await differingTables(context, answer, everything)))
    else if (answer[3] === 0) records.push(...(await differingRecords(context, answer)))
    else nodes.push(...(await differingChildren(context, answer)))
  }
  await noteFound(context, records.slice(0, MOST))
  const found = nodes.length + records.length > 0
  const asks = { sent: 0, nodes: nodes.slice(0, MOST), records: records.slice(0, MOST).map(asAsked) }
  await writeAsks(context.write, found ? asks : undefined)
}

async function differingTables(
  { site, write }: Comparing,
  [, , , , bytes, tables]: AnsweredSums,
  everything: boolean,
): Promise<Node[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const mine = await childSums(write)
  const compared = new Map(hashedTables(site.dictionary).map(table => [table.number, table]))
  return tables.flatMap((number, at) => {
    const table = compared.get(number)
    if (!table || (mayBeTooOld(table) && !everything)) return []
    const { a, b } = mine.get(number) ?? NO_HASH
    const same = a === view.getInt32(at * 8) && b === view.getInt32(at * 8 + 4)
    return same ? [] : [{ table: number, bits: WHOLE, index: 0 }]
  })
}

/** The children whose sums differ, by their index within the node, with theirs. */
async function differing(
  { site, write }: Comparing,
  [table, bits, index, below, bytes, which]: AnsweredSums,
): Promise<number[]> {
  const mine = await sumsBelow(write, site.dictionary, CHILD_VIEW, { table, bits, index }, below)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const theirs = new Map<number, number>()
  let child = -1
  for (const [at, gap] of which.entries()) {
    child += gap
    theirs.set(child, view.getInt32(at * 4))
  }
  const all = new Set([...mine.keys(), ...theirs.keys()])
  return [...all].filter(each => (mine.get(each)?.a ?? 0) !== (theirs.get(each) ?? 0)).sort((a, b) => a - b)
}

async function differingChildren(context: Comparing, answer: AnsweredSums): Promise<Node[]> {
  const [table, bits, index, below] = answer
  const found = await differing(context, answer)
  return found.map(child => ({ table, bits: below, index: index * 2 ** (bits - below) + child }))
}

interface Differing {
  readonly table: Table
  readonly record: number
  readonly what: DifferenceKind
}

async function differingRecords(context: Comparing, answer: AnsweredSums): Promise<Differing[]> {
  const [number, bits, index, , , which] = answer
  const table = context.site.dictionary.tableByNumber(number)!
  const first = index * 2 ** bits
  const records = (await differing(context, answer)).map(child => first + child)
  const mine = await readHashes(context.write, PARENT_SIDE, number, records)
  const theirs = new Set<number>()
  let child = first - 1
  for (const gap of which) {
    child += gap
    theirs.add(child)
  }
  return records.map((record, at) => ({ table, record, what: kindOf(mine[at]!, theirs.has(record)) }))
}

const kindOf = (mine: Hash, there: boolean): DifferenceKind =>
  there ? (mine.a === 0 ? 'missing' : 'differs') : 'extra'

const asAsked = ({ table, record, what }: Differing) => [table.number, record, KINDS.indexOf(what)] as const

/** With the row that is here: it is about to be written over. */
async function noteFound({ write, ids, now }: Comparing, found: readonly Differing[]): Promise<void> {
  if (found.length === 0) return
  const noted = []
  for (const { table, record, what } of found) {
    const local = ids.local(table, record)
    const [row] = await write.lookup(wholeRow(table), [[local]])
    noted.push({ table: table.number, record: local, what, before: toJson(table, row ?? null) })
  }
  await noteDifferences(write, noted, { link: PARENT_LINK, reason: 'hash', time: now, repaired: 0 })
}
