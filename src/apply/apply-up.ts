/**
 * Apply UP: one block of operations of one table, judged and written at the parent.
 * Shape:  translate -> look up versions -> judge -> write rows -> write versions -> journal, answers, tally.
 * Source: SPEC 9. The caller holds the transaction for the whole packet.
 */
import { type Row, sameValue } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { type FieldVersions, readFieldVersions, writeFieldVersions } from '../log/field-version.ts'
import { readVersions, sameVersion, type Version, writeVersions } from '../log/version.ts'
import type { Operation } from '../packet/content.ts'
import { accountFor, answer, journalCovered } from './account.ts'
import { asItCame, type Case, isTaken, takenOf } from './case.ts'
import { overlay, takenFields } from './field-rows.ts'
import { type HeldOperation, heldOn, releaseHeld } from './held.ts'
import { inFull, join } from './join.ts'
import { judge } from './judge.ts'
import { type FieldRuling, judgeFields } from './judge-fields.ts'
import { moveVerdict } from './ledger.ts'
import { type Incoming, incoming, isPartial } from './operation.ts'
import { neverHeld } from './outside.ts'
import { type Ownerless, reasonOfOwner } from './owners.ts'
import { putRows, removeRows, wholeRow } from './rows.ts'
import { type Decided, tellDecided } from './tell.ts'
import { correctTime } from './time.ts'
import type { UpContext } from './up-context.ts'
import { Tally, type Verdict } from './verdict.ts'

export async function applyUpBlock(
  context: UpContext,
  table: Table,
  operations: readonly Operation[],
): Promise<void> {
  const translated = await lengthen(context, table, await context.ids.operations(table, operations))
  const judged = await incoming(context.databases, translated, time => correctTime(time, context.bounds))
  const waiting = await waitingIn(context, table)
  const heldWith = ({ record }: Incoming) => waiting.get(record) ?? []
  const alone = (operation: Incoming) => !operation.wanted && !waiting.has(operation.record)
  for (const round of rounds(judged.filter(alone)))
    await settle(context, table, await casesOf(context, table, round))
  for (const operation of judged) {
    if (!alone(operation)) await applyJoined(context, table, operation, heldWith(operation))
  }
}

/** After a merge two operations of a packet may be about one record: they are judged one after the other. */
function rounds(operations: readonly Incoming[]): Incoming[][] {
  const result: Incoming[][] = [[]]
  const times = new Map<number, number>()
  for (const operation of operations) {
    const round = times.get(operation.record) ?? 0
    times.set(operation.record, round + 1)
    const into = result[round] ?? []
    result[round] = into
    into.push(operation)
  }
  return result
}

/** What waits here on this link, by record. */
async function waitingIn(context: UpContext, table: Table): Promise<Map<number, HeldOperation[]>> {
  const held = await heldOn(context.write, context.link.link_id)
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
  const earlier = waiting.map(held => held.operation)
  const last = earlier.at(-1)
  const joined = operation.wanted ? inFull(earlier, operation) : last ? join(last, operation) : operation
  const tally = new Tally()
  await settle({ ...context, tally }, table, await casesOf(context, table, [joined]))
  if (tally.held === 0) {
    for (const held of waiting) {
      await releaseHeld(context.write, held.held_id)
      await moveVerdict(context.write, context.link.link_id, held.packet, tally)
    }
    if (waiting.length > 0) await tellDecided(context.write, decidedNow(context, table, joined), tally)
  }
  const counted = waiting.some(held => sameVersion(held.operation.version, operation.version))
  if (!counted) context.tally.addAll(tally)
}

/** What a message says of an edit that had waited. */
export const decidedNow = (context: UpContext, table: Table, operation: Incoming): Decided => ({
  link: context.link.link_id,
  packet: context.packet,
  table: table.number,
  record: operation.record,
  associate: operation.associate,
  time: context.now,
})

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
  const fields = await fieldsOf(context, table, operations)
  const strangers = await neverHeld(context, table, operations)
  const cases = operations.map((operation, index): Case => {
    const current = versions[index]
    const known = fields.get(operation.record)
    const ruling = strangers.has(operation.record)
      ? NEVER_HELD
      : rule(context, table, operation, current, known)
    return {
      operation,
      current,
      fields: known,
      before: undefined,
      ruling,
      values: operation.values,
      verdict: 'applied',
      changed: false,
      turned: context.ids.turned(table, operation.record),
      message: '',
    }
  })
  await readBefore(context, table, cases)
  for (const one of cases) {
    if (sameOutcome(table, one)) one.ruling = { kind: 'take' }
    if (one.ruling.kind === 'fields') composeFields(one, one.ruling)
  }
  return cases
}

const NEVER_HELD: Case['ruling'] = { kind: 'refuse', verdict: 'rejected', reason: 'never-held' }

/** The row that stands afterwards: the parent's, with the fields that were taken. */
function composeFields(one: Case, ruling: FieldRuling & { kind: 'fields' }): void {
  const { before, operation } = one
  if (!before) {
    one.ruling = isPartial(operation) ? { kind: 'want' } : { kind: 'take' }
    return
  }
  const values = operation.values!
  const same = ruling.lost.filter(field => sameValue(before[field] ?? null, values[field] ?? null))
  const lost = ruling.lost.filter(field => !same.includes(field))
  one.ruling = { ...ruling, taken: [...ruling.taken, ...same], lost }
  one.values = overlay(before, values, takenOf(one.ruling))
}

async function fieldsOf(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<Map<number, FieldVersions>> {
  if (!context.byField.has(table.number)) return new Map()
  const records = operations.map(operation => operation.record)
  return readFieldVersions(context.write, table.number, records)
}

function rule(
  context: UpContext,
  table: Table,
  operation: Incoming,
  current: Version | undefined,
  fields: FieldVersions | undefined,
): Case['ruling'] {
  if (!context.dictionary.goesUp(table))
    return { kind: 'refuse', verdict: 'rejected', reason: 'not-allowed-up' }
  const began = context.link.prototype_position
  if (operation.parts === null && fields === undefined) return judge(operation, current, began)
  return judgeFields({
    operation,
    current,
    fields,
    width: table.fields.length,
    began,
    link: context.link.link_id,
  })
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
function sameOutcome(table: Table, { ruling, before, operation }: Case): boolean {
  if (ruling.kind !== 'displace' && ruling.kind !== 'overrule') return false
  return (
    before !== undefined &&
    operation.values !== null &&
    before.every(
      (value, index) => table.fields[index]?.derived || sameValue(value, operation.values![index] ?? null),
    )
  )
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
  if (gone.length > 0) noteGone(context, table, gone)
}

function noteGone(context: UpContext, table: Table, gone: readonly Incoming[]): void {
  context.owners.noteDeletions(table)
  context.gone.push({ table, records: gone })
}

/**
 * What belongs to a deleted record goes too; edits there that who deleted had not seen are overruled, and kept.
 * Not before all operations are applied: what was moved away before its owner was deleted stays.
 */
export async function coverBelow(context: UpContext): Promise<void> {
  const { link, told } = context
  const known = (version: Version) => version.link === link.link_id || version.position <= told
  for (const { table, records } of context.gone.splice(0)) {
    await journalCovered(context, await context.owners.cover(table, records, known))
  }
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
    const { operation, ruling } = one
    if (context.byField.has(table.number)) await stampFieldRows(context, table, one)
    context.history.took(
      table,
      operation.values === one.values ? operation : { ...operation, values: one.values },
      one.before,
    )
    if (ruling.kind === 'fields') context.history.lost(table, operation.record, ruling.lost)
    if (operation.kind === 'put') context.owners.alive(table, operation.record)
  }
}

async function stampFieldRows(context: UpContext, table: Table, one: Case): Promise<void> {
  const taken = one.ruling.kind === 'fields' ? takenOf(one.ruling) : undefined
  const where = { position: context.position, link: context.link.link_id }
  const rows = takenFields(one.operation, one.current, one.fields, taken, where)
  if (rows.size > 0) await writeFieldVersions(context.write, table.number, one.operation.record, rows)
}

/** Taken as it came: the version's own name, wherever it was made. A changed value is a version of ours. */
function versionOf(context: UpContext, one: Case): Version {
  const { operation, current } = one
  const whole = asItCame(one)
  return {
    name: whole ? operation.version! : { maker: 0, position: context.position },
    time: Math.max(operation.time, current?.time ?? 0),
    associate: operation.associate,
    position: context.position,
    link: whole ? context.link.link_id : 0,
    deleted: operation.kind === 'delete',
    born: current ? current.born : operation.born,
    agreed: current?.agreed ?? null,
    sent: current?.sent ?? 0,
  }
}
