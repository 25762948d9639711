/**
 * Apply UP: one block of operations of one table, judged and written at the parent.
 * Shape:  translate -> look up versions -> judge -> write rows -> write versions -> journal, answers, tally.
 * Source: SPEC 9. The caller holds the transaction for the whole packet.
 */
import { inRounds } from '../core/rounds.ts'
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { sameVersion } from '../log/version.ts'
import type { Operation } from '../packet/content.ts'
import { accountFor, answer } from './account.ts'
import { type Case, isTaken } from './case.ts'
import { casesOf } from './cases.ts'
import { type HeldOperation, waitingOn } from './held.ts'
import { inFull, join } from './join.ts'
import { type Correct, type Incoming, incoming } from './operation.ts'
import { type Ownerless, reasonOfOwner } from './owners.ts'
import { passOn } from './pass-on.ts'
import { decided, notBehind, type Settle } from './postponed.ts'
import { wholeRow } from './rows.ts'
import { correctTime } from './time.ts'
import { decideWaiting } from './together.ts'
import { loseUnheard } from './unheard.ts'
import type { UpContext } from './up-context.ts'
import { Tally, type Verdict } from './verdict.ts'
import { writeCases } from './write-cases.ts'

export async function applyUpBlock(
  context: UpContext,
  table: Table,
  operations: readonly Operation[],
): Promise<void> {
  const translated = await lengthen(context, table, await context.ids.operations(table, operations))
  const all = await incoming(context.databases, translated, correctedBy(context))
  const waiting = await waitingIn(context, table)
  const judged = await passOn(context, table, all, waiting)
  const heldWith = ({ record }: Incoming) => waiting.get(record) ?? []
  const alone = (operation: Incoming) => !operation.wanted && !waiting.has(operation.record)
  // After a merge two operations of a packet may be about one record.
  for (const round of inRounds(judged.filter(alone), ({ record }) => record))
    await settle(context, table, await casesOf(context, table, notBehind(context, table, round)))
  for (const operation of judged) {
    if (alone(operation)) continue
    const earlier = heldWith(operation)
    if (earlier.length > 0 || isEdit(operation, earlier))
      await applyJoined(context, table, operation, earlier)
    // Asked for in a life that is lost, or come back with somebody meanwhile.
    else await answer(context, table, [operation.record])
  }
}

/**
 * What a satellite hands on was corrected by the satellite, the first parent that read it (SPEC 9, "Time"). What its own traveller
 * has brought back of a life that it lost is named by a position below all of this packet: what it knew then is unknown.
 */
const correctedBy = ({ link, bounds, first }: UpContext): Correct => {
  const before = { ...bounds, earliest: link.prototype_time }
  return (time, version) => {
    if (version && version.maker !== link.tag) return time
    return correctTime(time, version && version.position < first ? before : bounds)
  }
}

/** What waits here on this link, by record. */
async function waitingIn(context: UpContext, table: Table): Promise<Map<number, HeldOperation[]>> {
  const held = await waitingOn(context)
  return Map.groupBy(
    held.filter(each => each.table === table.number),
    each => each.operation.record,
  )
}

/** Written before the table grew: the fields that its sender does not know keep the values they have here. */
async function lengthen(
  context: UpContext,
  table: Table,
  operations: readonly Operation[],
): Promise<Operation[]> {
  const short = operations.filter(
    ({ values, parts }) => parts === null && values && values.length < table.fields.length,
  )
  if (short.length === 0) return [...operations]
  const here = await context.write.lookup(
    wholeRow(table),
    short.map(operation => [operation.record]),
  )
  const rows = new Map(short.map((operation, index) => [operation, here[index]]))
  return operations.map(operation =>
    rows.has(operation)
      ? { ...operation, values: filled(table, operation.values!, rows.get(operation)) }
      : operation,
  )
}

const filled = (table: Table, values: Row, here: Row | undefined): Row =>
  table.fields.map((field, index) =>
    index < values.length ? values[index]! : (here?.[index] ?? field.default ?? null),
  )

/**
 * An operation on a record of which an earlier one waits here joins it: what is decided now is decided for both.
 * The record in full that the parent wanted is the earlier edit itself, and counts once.
 */
async function applyJoined(
  context: UpContext,
  table: Table,
  operation: Incoming,
  waiting: readonly HeldOperation[],
): Promise<void> {
  const joins = await loseUnheard(context, table, operation, waiting)
  const earlier = joins.map(held => held.operation)
  const last = earlier.at(-1)
  const joined = operation.wanted ? inFull(earlier, operation) : last ? join(last, operation) : operation
  const tally = new Tally()
  const now = { ...context, tally, postponed: undefined }
  await settle(now, table, await casesOf(now, table, [joined]))
  if (operation.wanted && tally.applied + tally.merged > 0) context.history.untold(table, joined)
  if (tally.held === 0 && joins.length > 0) {
    await decideWaiting(context, table, joins, { packet: context.packet, operation: joined }, tally)
    if (joins.some(({ packet }) => packet <= context.ended)) await answer(context, table, [joined.record])
  }
  if (isEdit(operation, waiting) || isRetold(context, operation)) context.tally.addAll(tally)
}

/** It counts in the packet that it comes with now, as in the one that its sender has forgotten. */
const isRetold = ({ retold }: UpContext, { wanted }: Incoming): boolean => retold === 'all' && !wanted

/** Not just the values of what had been sent before. */
const isEdit = ({ version, replaces }: Incoming, waiting: readonly HeldOperation[]): boolean =>
  !sameVersion(version, replaces) && !waiting.some(held => sameVersion(held.operation.version, version))

/** The same for operations that wait here translated. */
export async function applyJudged(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<void> {
  await settle(context, table, await casesOf(context, table, operations))
}

/** What had to wait for the rest of the packet. */
export const settleAgain: Settle = async (context, table, operations) => {
  await settle(context, table, await casesOf(context, table, notBehind(context, table, operations)))
}

async function settle(context: UpContext, table: Table, cases: Case[]): Promise<void> {
  await refuseWithoutOwner(context, table, cases)
  await refuseCollisions(context, table, cases)
  await writeCases(context, table, cases)
  await accountFor(context, table, decided(context, table, cases))
}

/** A deletion covers what belongs to the record, also later edits there, unless the record itself came back. */
async function refuseWithoutOwner(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const puts = cases.filter(one => one.operation.kind === 'put' && isTaken(one))
  const gone = await context.owners.missing(
    table,
    puts.map(one => one.values!),
  )
  puts.forEach((one, index) => {
    const why = gone[index]
    if (!why) return
    one.ruling = { kind: 'refuse', verdict: VERDICT_WITHOUT_OWNER[why], reason: reasonOfOwner(why) }
    one.early = why === 'owner-postponed'
  })
}

const VERDICT_WITHOUT_OWNER: Readonly<Record<Ownerless, Verdict>> = {
  'owner-deleted': 'overruled',
  'owner-refused': 'rejected',
  'owner-held': 'held',
  'owner-postponed': 'held',
}

async function refuseCollisions(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const puts = cases.filter(one => one.operation.kind === 'put' && isTaken(one))
  const outcomes = await context.collisions.resolve(
    table,
    puts.map(one => one.values!),
  )
  for (const [index, outcome] of outcomes.entries()) {
    const one = puts[index]!
    if (!outcome) continue
    if (outcome.kind === 'reject')
      one.ruling = { kind: 'refuse', verdict: 'rejected', reason: 'unique-rejected' }
    else if (outcome.kind === 'merge') {
      await merge(context, table, one.operation, outcome.kept)
      one.unseen = one.ruling.kind !== 'take' && one.before !== undefined
      one.ruling = { kind: 'refuse', verdict: 'merged', reason: 'unique-merged' }
    } else {
      one.values = outcome.values
      one.verdict = 'merged'
      one.changed = true
    }
  }
}

/** The child hears of the alias, and gets the record that stays. */
async function merge(context: UpContext, table: Table, operation: Incoming, kept: number): Promise<void> {
  const old = operation.record
  await context.collisions.merge(table, old, kept, context.position)
  context.ids.alias(table, old, kept)
  context.history.merged(table, operation, kept)
  await answer(context, table, [kept])
}
