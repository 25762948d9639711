/**
 * Apply UP: one block of operations of one table, judged and written at the parent.
 * Shape:  translate -> look up versions -> judge -> write rows -> write versions -> journal, answers, tally.
 * Source: SPEC 9. The caller holds the transaction for the whole packet.
 */
import type { Row } from '../core/values.ts'
import { sameValue } from '../core/values.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import type { Databases } from '../log/databases.ts'
import { readVersions, type Version, writeVersions } from '../log/version.ts'
import type { Operation } from '../packet/content.ts'
import type { Link } from '../packet/link.ts'
import type { Writing } from '../storage/contract.ts'
import type { Collisions } from './collisions.ts'
import { hold } from './held.ts'
import type { History } from './history.ts'
import { type ConflictEntry, type Side, writeJournal } from './journal.ts'
import { judge, type Ruling } from './judge.ts'
import { type Incoming, incoming } from './operation.ts'
import { type Ownerless, type Owners, reasonOfOwner } from './owners.ts'
import type { ParentIds } from './parent-ids.ts'
import { putRows, removeRows, wholeRow } from './rows.ts'
import { correctTime, type TimeBounds } from './time.ts'
import type { Reason, Tally, Verdict } from './verdict.ts'

/** What the steps of reading one UP share. */
export interface UpContext {
  readonly write: Writing
  readonly dictionary: LoadedDictionary
  readonly link: Link
  readonly packet: number
  readonly databases: Databases
  readonly ids: ParentIds
  readonly owners: Owners
  readonly collisions: Collisions
  readonly history: History
  readonly tally: Tally
  readonly bounds: TimeBounds
  readonly now: number
  /** Position that the versions of this packet get: the first after what has been read. */
  readonly position: number
}

interface Case {
  readonly operation: Incoming
  readonly current: Version | undefined
  /** The receiver's row; undefined where nobody asked for it. */
  before: Row | undefined
  ruling: Ruling | { readonly kind: 'refuse'; readonly verdict: Verdict; readonly reason: Reason }
  /** What is written, where it is not just as it came. */
  values: Row | null
  verdict: Verdict
  /** What the database said of a row that it refused. */
  message: string
}

export async function applyUpBlock(
  context: UpContext,
  table: Table,
  operations: readonly Operation[],
): Promise<void> {
  const translated = await context.ids.operations(table, operations)
  const cases = await casesOf(
    context,
    table,
    await incoming(context.databases, translated, time => correctTime(time, context.bounds)),
  )
  await settle(context, table, cases)
}

/** The same for operations that wait here translated. */
export async function applyJudged(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<void> {
  await settle(context, table, await casesOf(context, table, operations))
}

async function settle(context: UpContext, table: Table, cases: Case[]): Promise<void> {
  await refuseWithoutOwner(context, table, cases)
  await refuseCollisions(context, table, cases)
  await writeCases(context, table, cases)
  await accountFor(context, table, cases)
}

async function casesOf(context: UpContext, table: Table, operations: readonly Incoming[]): Promise<Case[]> {
  const keys = operations.map(operation => ({ table: table.number, record: operation.record }))
  const versions = await readVersions(context.write, keys)
  const cases = operations.map((operation, index): Case => {
    const current = versions[index]
    const ruling = rule(context, table, operation, current)
    return {
      operation,
      current,
      before: undefined,
      ruling,
      values: operation.values,
      verdict: 'applied',
      message: '',
    }
  })
  await readBefore(context, table, cases)
  for (const one of cases) if (sameOutcome(one)) one.ruling = { kind: 'take' }
  return cases
}

function rule(
  context: UpContext,
  table: Table,
  operation: Incoming,
  current: Version | undefined,
): Case['ruling'] {
  if (!context.dictionary.goesUp(table))
    return { kind: 'refuse', verdict: 'rejected', reason: 'not-allowed-up' }
  return judge(operation, current, context.link.prototype_position)
}

/** Rows are read only where they matter: for the journal, and where owner, contact or project may change. */
async function readBefore(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const { dictionary } = context
  const roles =
    dictionary.ownerFields(table).length +
      dictionary.contactFields(table).length +
      dictionary.projectFields(table).length >
    0
  const needed = cases.filter(
    one => one.ruling.kind !== 'take' || (roles && !(one.operation.born && !one.current)),
  )
  const rows = await context.write.lookup(
    wholeRow(table),
    needed.map(one => [one.operation.record]),
  )
  needed.forEach((one, index) => {
    one.before = rows[index]
  })
}

/** Two people who wrote the same are no conflict. */
function sameOutcome({ ruling, before, operation }: Case): boolean {
  if (ruling.kind !== 'displace' && ruling.kind !== 'overrule') return false
  return (
    before !== undefined &&
    operation.values !== null &&
    before.every((value, index) => sameValue(value, operation.values![index] ?? null))
  )
}

/** A deletion covers what belongs to the record, also later edits there, unless the record itself came back. */
async function refuseWithoutOwner(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const puts = cases.filter(one => one.operation.kind === 'put' && isTaken(one))
  const gone = await context.owners.missing(
    table,
    puts.map(one => one.operation.values!),
  )
  puts.forEach((one, index) => {
    const why = gone[index]
    if (why) one.ruling = { kind: 'refuse', verdict: VERDICT_WITHOUT_OWNER[why], reason: reasonOfOwner(why) }
  })
}

const VERDICT_WITHOUT_OWNER: Readonly<Record<Ownerless, Verdict>> = {
  'owner-deleted': 'overruled',
  'owner-refused': 'rejected',
  'owner-held': 'held',
}

async function refuseCollisions(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const puts = cases.filter(one => one.operation.kind === 'put' && isTaken(one))
  const outcomes = await context.collisions.resolve(
    table,
    puts.map(one => one.operation.values!),
  )
  for (const [index, outcome] of outcomes.entries()) {
    const one = puts[index]!
    if (!outcome) continue
    if (outcome.kind === 'reject')
      one.ruling = { kind: 'refuse', verdict: 'rejected', reason: 'unique-rejected' }
    else if (outcome.kind === 'merge') {
      await merge(context, table, one.operation.record, outcome.kept)
      one.ruling = { kind: 'refuse', verdict: 'merged', reason: 'unique-merged' }
    } else {
      one.values = outcome.values
      one.verdict = 'merged'
    }
  }
}

/** The child hears of the alias, and gets the record that stays. */
async function merge(context: UpContext, table: Table, old: number, kept: number): Promise<void> {
  await context.collisions.merge(table, old, kept, context.position)
  context.ids.alias(table, old, kept)
  await answer(context, table, [kept])
}

const isTaken = (one: Case): boolean => one.ruling.kind === 'take' || one.ruling.kind === 'displace'

async function writeCases(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const taken = cases.filter(isTaken)
  const puts = taken.filter(one => one.operation.kind === 'put')
  const deletes = taken.filter(one => one.operation.kind === 'delete')
  const refusedPuts = await putRows(
    context.write,
    table,
    puts.map(one => one.values!),
  )
  for (const { index, error } of refusedPuts) refuseForNow(puts[index]!, error.message)
  const refusedDeletes = await removeRows(
    context.write,
    table,
    deletes.map(one => one.operation.record),
  )
  for (const { index, error } of refusedDeletes) refuseForNow(deletes[index]!, error.message)
  await stamp(context, table, cases)
  const gone = deletes.filter(isTaken).map(one => one.operation)
  if (gone.length > 0) await context.owners.cover(table, gone)
}

function refuseForNow(one: Case, message: string): void {
  one.ruling = { kind: 'refuse', verdict: 'held', reason: 'constraint' }
  one.message = message
}

async function stamp(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const taken = cases.filter(isTaken)
  await writeVersions(
    context.write,
    taken.map(one => ({
      table: table.number,
      record: one.operation.record,
      version: versionOf(context, one),
    })),
  )
  for (const one of taken) {
    const { operation } = one
    context.history.took(table, { ...operation, values: one.values }, one.before)
    if (operation.kind === 'put') context.owners.alive(table, operation.record)
  }
}

/** Taken as it came: the version's own name, wherever it was made. A changed value is a version of ours. */
function versionOf(context: UpContext, { operation, current, values }: Case): Version {
  const asItCame = values === operation.values && operation.version !== null
  return {
    name: asItCame ? operation.version! : { maker: 0, position: context.position },
    time: Math.max(operation.time, current?.time ?? 0),
    associate: operation.associate,
    position: context.position,
    link: asItCame ? context.link.link_id : 0,
    deleted: operation.kind === 'delete',
    born: current ? current.born : operation.born,
    agreed: current?.agreed ?? null,
    sent: current?.sent ?? 0,
  }
}

/** Every edit ends in one of five ways; whoever lost is told, and what did not come through whole is answered. */
async function accountFor(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const entries: ConflictEntry[] = []
  const answers: number[] = []
  for (const one of cases) {
    const verdict = verdictOf(one)
    context.tally.add(verdict)
    if (!isTaken(one)) await leaveOut(context, table, one, verdict)
    if (needsAnswer(one)) answers.push(one.operation.record)
    const entry = entryOf(context, table, one, verdict)
    if (entry) entries.push(entry)
  }
  await writeJournal(context.write, entries, {
    link: context.link.link_id,
    packet: context.packet,
    now: context.bounds.latest,
  })
  await answer(context, table, answers)
}

/** Its history is not written, and what belongs to a new record that was not taken cannot live either. */
async function leaveOut(context: UpContext, table: Table, one: Case, verdict: Verdict): Promise<void> {
  const { operation, ruling } = one
  context.history.refused(table, operation.record)
  if (verdict === 'held')
    await hold(context, table, operation, one.message === '' ? 'owner-held' : 'constraint', one.message)
  if (operation.born && ruling.kind === 'refuse' && verdict !== 'merged')
    context.owners.refuse(table, operation.record, WITHOUT[verdict])
}

const WITHOUT: Readonly<Record<Exclude<Verdict, 'merged'>, Ownerless>> = {
  applied: 'owner-refused',
  overruled: 'owner-deleted',
  rejected: 'owner-refused',
  held: 'owner-held',
}

function verdictOf({ ruling, verdict }: Case): Verdict {
  switch (ruling.kind) {
    case 'take':
    case 'displace':
      return verdict
    case 'agree':
      return 'applied'
    case 'overrule':
      return 'overruled'
    case 'refuse':
      return ruling.verdict
    default:
      throw ruling satisfies never
  }
}

const needsAnswer = (one: Case): boolean =>
  !isTaken(one)
    ? !(one.ruling.kind === 'refuse' && one.ruling.verdict === 'held')
    : one.values !== one.operation.values

export async function answer(context: UpContext, table: Table, records: readonly number[]): Promise<void> {
  await context.write.upsert(
    { table: 'hc_answer', key: ['link_id', 'tablenumber', 'record_id'], columns: [] },
    records.map(record => [context.link.link_id, table.number, record]),
  )
}

function entryOf(context: UpContext, table: Table, one: Case, verdict: Verdict): ConflictEntry | undefined {
  const { operation, current, ruling, before } = one
  const child: Side = {
    kind: operation.kind,
    associate: operation.associate,
    time: operation.time,
    values: operation.values,
  }
  const parent: Side = {
    kind: before ? 'put' : 'delete',
    associate: current?.associate ?? 0,
    time: current?.time ?? 0,
    values: before ?? null,
  }
  const common = { table, record: operation.record, base: operation.base }
  const loses = { ...common, loserLink: context.link.link_id, loser: child, winner: parent }
  switch (ruling.kind) {
    case 'take':
      return one.verdict === 'merged' ? { ...loses, verdict, reason: 'unique-suffixed' } : undefined
    case 'agree':
      return undefined
    case 'displace':
      return {
        ...common,
        verdict: 'overruled',
        reason: 'later-wins',
        loserLink: Math.max(current?.link ?? 0, 0),
        loser: parent,
        winner: child,
      }
    case 'overrule':
      return { ...loses, verdict, reason: ruling.reason }
    case 'refuse':
      return verdict === 'held' ? undefined : { ...loses, verdict, reason: ruling.reason }
    default:
      throw ruling satisfies never
  }
}
