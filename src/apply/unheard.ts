/**
 * Unheard: what waits here of a life that its sender has lost, and an edit of the sender's that has not heard of it. The edit
 * stands, as the later one. What it says otherwise is lost, and goes to the journal: who edits again is in no conflict only
 * where he knows what he edits.
 */
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { sameInOneForm } from '../hashes/one-form.ts'
import { sameVersion } from '../log/version.ts'
import { overlay } from './field-rows.ts'
import type { HeldOperation } from './held.ts'
import { isNoEdit } from './join.ts'
import { type ConflictEntry, type Side, writeJournal } from './journal.ts'
import { followsOwn } from './judge.ts'
import { type Incoming, isPartial, partOf } from './operation.ts'
import { wholeRow } from './rows.ts'
import { decideWaiting } from './together.ts'
import type { UpContext } from './up-context.ts'
import { Tally, type Verdict } from './verdict.ts'

/** @param waiting of one record, each joined by the next @returns those that `later` joins; what is lost altogether is decided */
export async function loseUnheard(
  context: UpContext,
  table: Table,
  later: Incoming,
  waiting: readonly HeldOperation[],
): Promise<readonly HeldOperation[]> {
  const heard = waiting.findLastIndex(held => isHeard(context, later, held)) + 1
  const last = waiting.at(-1)
  if (!last || heard === waiting.length || isNoEdit(later)) return waiting
  const fields = differing(table, last.operation, later)
  if (fields.length === 0) return waiting
  const verdict = isAllNamed(table, last.operation, later) ? 'overruled' : 'merged'
  const entry = await entryOf(context, table, last.operation, later, { fields, verdict })
  await writeJournal(context.write, [entry], {
    link: context.link.link_id,
    packet: last.packet,
    now: context.bounds.latest,
  })
  if (verdict === 'merged') return waiting
  const tally = new Tally()
  tally.add(verdict)
  await decideWaiting(context, table, waiting.slice(heard), last, tally)
  return waiting.slice(0, heard)
}

/** What another parent's child only brought back, in no packet of its own, it has. */
const isHeard = (
  { ended, seen }: UpContext,
  later: Incoming,
  { packet, operation }: HeldOperation,
): boolean =>
  packet === 0 ||
  packet > ended ||
  operation.version === null ||
  sameVersion(later.replaces, operation.version) ||
  sameVersion(later.version, operation.version) ||
  followsOwn(seen, later, operation.version)

/** Fields that the two say otherwise; a deletion concerns them all. */
function differing(table: Table, earlier: Incoming, later: Incoming): number[] {
  if (earlier.kind === 'delete' && later.kind === 'delete') return []
  const fields = allFields(table)
  if (earlier.kind !== 'put' || later.kind !== 'put') return fields
  return fields.filter(field => {
    const [mine, theirs] = [partOf(earlier, field), partOf(later, field)]
    if (!mine || !theirs || table.fields[field]!.derived) return false
    return !sameInOneForm(table.fields[field]!, earlier.values![field], later.values![field])
  })
}

/** Nothing is left of the earlier one: whole records are taken whole, as they are judged. */
const isAllNamed = (table: Table, earlier: Incoming, later: Incoming): boolean =>
  later.kind !== 'put' ||
  allFields(table).every(field => !partOf(earlier, field) || partOf(later, field) !== undefined)

const allFields = ({ fields }: Table): number[] => fields.map((_, field) => field).slice(1)

/** Both sides are shown as whole records that differ in the fields that were lost, and in no others. */
async function entryOf(
  context: UpContext,
  table: Table,
  earlier: Incoming,
  later: Incoming,
  lost: { readonly fields: readonly number[]; readonly verdict: Verdict },
): Promise<ConflictEntry> {
  const [here] = await context.write.lookup(wholeRow(table), [[later.record]])
  const now = rowOf(later, here ?? earlier.values)
  const mine = rowOf(earlier, now ?? here ?? null)
  return {
    table,
    record: later.record,
    verdict: lost.verdict,
    reason: 'later-wins',
    loserLink: context.link.link_id,
    loser: sideOf(earlier, mine && now ? overlay(now, mine, lost.fields) : mine, lost.fields),
    winner: sideOf(later, now, lost.fields),
    base: earlier.base && overlay(mine ?? earlier.base, earlier.base, carriedOf(earlier)),
  }
}

const rowOf = (operation: Incoming, under: Row | null): Row | null =>
  operation.values && overlay(under ?? operation.values, operation.values, carriedOf(operation))

const carriedOf = (operation: Incoming): Iterable<number> =>
  isPartial(operation) ? operation.carried : operation.values!.keys()

/** Who wrote the first of these fields. */
function sideOf(operation: Incoming, values: Row | null, [field]: readonly number[]): Side {
  const { associate, time } = partOf(operation, field!) ?? operation
  return { kind: operation.kind, associate, time, values }
}
