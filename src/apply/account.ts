/**
 * Account: every edit ends in one of five ways; whoever lost is told, and what did not come through whole is answered.
 */
import type { Table } from '../dictionary/model.ts'
import { versionOfField } from '../log/field-version.ts'
import { MADE_HERE } from '../log/version.ts'
import { noteWanted } from '../packet/wanted.ts'
import { asItCame, type Case, isTaken, verdictOf } from './case.ts'
import { overlay } from './field-rows.ts'
import { hold } from './held.ts'
import { type ConflictEntry, type Side, writeJournal } from './journal.ts'
import type { FieldRuling } from './judge-fields.ts'
import { isPartial, partOf } from './operation.ts'
import type { Covered, Ownerless } from './owners.ts'
import type { UpContext } from './up-context.ts'
import type { Verdict } from './verdict.ts'
import { noteBrought, noteVerdict } from './verdicts.ts'

export async function accountFor(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const entries: ConflictEntry[] = []
  const answers: number[] = []
  for (const one of cases) {
    const verdict = verdictOf(one)
    context.tally.add(verdict)
    if (!isTaken(one)) await leaveOut(context, table, one, verdict)
    if (needsAnswer(one)) answers.push(one.operation.record)
    if (verdict !== 'applied' || one.operation.passed)
      await noteVerdict(context, table, one.operation, verdict)
    entries.push(...entriesOf(context, table, one, verdict))
  }
  await writeJournal(context.write, entries, {
    link: bringer(context),
    packet: packetOf(context),
    now: context.bounds.latest,
  })
  await answer(context, table, answers)
  if (context.relays) await noteBroughtBy(context, table, cases)
}

/** As it will be sent on: what was changed here is a version of ours. */
async function noteBroughtBy(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const brought = cases.filter(isTaken).map(one => ({
    record: one.operation.record,
    ...(asItCame(one) ? one.operation.version! : { maker: MADE_HERE, position: context.named }),
    verdict: verdictOf(one),
  }))
  await noteBrought(context, table, brought)
}

/** What was only brought back may be anybody's: its author is told wherever that person is. */
const bringer = ({ link, returned }: UpContext): number => (returned ? 0 : link.link_id)

/** Nobody's edit of this journey is in no account. */
const packetOf = ({ packet, returned }: UpContext): number => (returned ? 0 : packet)

/** Edits of others below a record that the child deleted without having seen them. */
export async function journalCovered(context: UpContext, covered: readonly Covered[]): Promise<void> {
  const entries = covered.map(({ table, record, version, row, by }): ConflictEntry => {
    const loser: Side = { kind: 'put', associate: version.associate, time: version.time, values: row }
    const winner: Side = { kind: 'delete', associate: by.associate, time: by.time, values: null }
    const loserLink = Math.max(version.link, 0)
    return {
      table,
      record,
      verdict: 'overruled',
      reason: 'owner-deleted',
      loserLink,
      stood: true,
      loser,
      winner,
      base: null,
    }
  })
  await writeJournal(context.write, entries, {
    link: context.link.link_id,
    packet: context.packet,
    now: context.bounds.latest,
  })
}

/** Its history is not written, and what belongs to a new record that was not taken cannot live either. */
async function leaveOut(context: UpContext, table: Table, one: Case, verdict: Verdict): Promise<void> {
  const { operation, ruling } = one
  if (context.returned) context.history.setAside(table, operation.record)
  else context.history.refused(table, operation.record)
  if (verdict === 'held')
    await hold({ ...context, packet: packetOf(context) }, table, operation, holdCode(one), one.message)
  if (ruling.kind === 'want')
    await noteWanted(context.write, context.link.link_id, table.number, [operation.record])
  if (operation.born && ruling.kind === 'refuse' && verdict !== 'merged')
    context.owners.refuse(table, operation.record, WITHOUT[verdict])
}

const holdCode = ({ ruling, message }: Case): string =>
  ruling.kind === 'want' ? 'wanted' : message === '' ? 'owner-held' : 'constraint'

const WITHOUT: Readonly<Record<Exclude<Verdict, 'merged'>, Ownerless>> = {
  applied: 'owner-refused',
  overruled: 'owner-deleted',
  rejected: 'owner-refused',
  held: 'owner-held',
}

/** Everything that did not come through whole, unless it still waits. */
function needsAnswer(one: Case): boolean {
  const { ruling } = one
  const changed = one.changed || one.turned || one.rewritten === true
  if (one.operation.passed) return true
  if (ruling.kind === 'want' || (ruling.kind === 'refuse' && ruling.verdict === 'held')) return false
  // What is told again is in flight: its sender has passed over what he was told of it meanwhile.
  if (ruling.kind === 'fields') return ruling.lost.length > 0 || ruling.former || changed
  return !isTaken(one) || changed
}

export async function answer(context: UpContext, table: Table, records: readonly number[]): Promise<void> {
  await context.write.upsert(
    { table: 'hc_answer', key: ['link_id', 'tablenumber', 'record_id'], columns: [] },
    records.map(record => [context.link.link_id, table.number, record]),
  )
}

/** The loser's side of what was refused, and of what was displaced. */
function entriesOf(context: UpContext, table: Table, one: Case, verdict: Verdict): ConflictEntry[] {
  const { operation, ruling } = one
  const common = { table, record: operation.record, base: operation.base }
  const childLoses = {
    ...common,
    loserLink: bringer(context),
    loser: childSide(one),
    winner: parentSide(one),
  }
  switch (ruling.kind) {
    case 'take':
      return one.changed ? [{ ...childLoses, verdict, reason: 'unique-suffixed' }] : []
    case 'agree':
    case 'want':
    case 'known':
      return []
    case 'displace':
      return [{ ...common, ...parentLoses(one) }]
    case 'overrule':
      return [{ ...childLoses, verdict, reason: ruling.reason }]
    case 'refuse':
      if (verdict === 'held') return []
      return [
        { ...childLoses, verdict, reason: ruling.reason },
        ...(one.unseen ? [{ ...common, ...parentLoses(one) }] : []),
      ]
    case 'fields':
      return fieldEntries(context, table, one, ruling, verdict)
    default:
      throw ruling satisfies never
  }
}

const childSide = ({ operation }: Case): Side => ({
  kind: operation.kind,
  associate: operation.associate,
  time: operation.time,
  values: operation.values,
})

const parentSide = ({ current, before }: Case): Side => ({
  kind: before ? 'put' : 'delete',
  associate: current?.associate ?? 0,
  time: current?.time ?? 0,
  values: before ?? null,
})

const parentLoses = (one: Case) => ({
  verdict: 'overruled' as const,
  reason: 'later-wins' as const,
  loserLink: Math.max(one.current?.link ?? 0, 0),
  stood: true as const,
  loser: parentSide(one),
  winner: childSide(one),
})

/** Both sides are shown as whole records that differ in the fields that somebody lost, and in no others. */
function fieldEntries(
  context: UpContext,
  table: Table,
  one: Case,
  ruling: FieldRuling & { kind: 'fields' },
  verdict: Verdict,
): ConflictEntry[] {
  const { operation, before } = one
  const now = one.values!
  const base =
    operation.base && overlay(before!, operation.base, isPartial(operation) ? operation.carried : now.keys())
  const common = { table, record: operation.record, base }
  const lost = byAuthors(one, ruling.lost).map(
    ({ fields, above, below }): ConflictEntry => ({
      ...common,
      verdict,
      reason: 'later-wins',
      loserLink: bringer(context),
      loser: { ...childSide(one), ...below, values: overlay(now, operation.values!, fields) },
      winner: { ...parentSide(one), ...above.author, values: now },
    }),
  )
  const displaced = byAuthors(one, ruling.displaced).map(
    ({ fields, above, below }): ConflictEntry => ({
      ...common,
      ...parentLoses(one),
      loserLink: above.link,
      loser: { ...parentSide(one), ...above.author, values: overlay(now, before!, fields) },
      winner: { ...childSide(one), ...below, values: now },
    }),
  )
  return [...lost, ...displaced]
}

/** Fields that the same two people have changed: each field has an author of its own, on either side. */
function byAuthors(one: Case, fields: readonly number[]) {
  const groups = new Map<string, ReturnType<typeof authorsOf> & { readonly fields: number[] }>()
  for (const field of fields) {
    const authors = authorsOf(one, field)
    const key = `${authors.above.author.associate} ${authors.above.link} ${authors.below.associate}`
    const group = groups.get(key)
    if (group) group.fields.push(field)
    else groups.set(key, { ...authors, fields: [field] })
  }
  return [...groups.values()]
}

function authorsOf({ operation, current, fields }: Case, field: number) {
  const here = versionOfField(current, fields, field)
  const part = partOf(operation, field)
  return {
    above: {
      author: { associate: here?.associate ?? 0, time: here?.time ?? 0 },
      link: Math.max(here?.link ?? 0, 0),
    },
    below: {
      associate: part?.associate ?? operation.associate,
      time: part?.time ?? operation.time,
    },
  }
}
