/**
 * Cases: operations of one table with what they meet at the parent, and what the judge says of each.
 * Role:  versions, field versions and rows are looked up for a block at once; nothing is written.
 */
import type { Table } from '../dictionary/model.ts'
import { sameInOneForm } from '../hashes/one-form.ts'
import { type FieldVersions, readFieldVersions, versionOfField } from '../log/field-version.ts'
import { readVersions, sameVersion, type Version } from '../log/version.ts'
import { NOBODY_HAS } from '../packet/dwn-scope.ts'
import { type Case, takenOf } from './case.ts'
import { overlay } from './field-rows.ts'
import { knowsItself, readInstead } from './instead.ts'
import { judge, type Seen } from './judge.ts'
import { type FieldRuling, judgeFields } from './judge-fields.ts'
import { knownEdits } from './known-edits.ts'
import { namedFields } from './obey-fields.ts'
import { type Incoming, lacksValues, partOf } from './operation.ts'
import { neverHeld } from './outside.ts'
import { wholeRow } from './rows.ts'
import type { UpContext } from './up-context.ts'

export async function casesOf(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<Case[]> {
  const keys = operations.map(operation => ({ table: table.number, record: operation.record }))
  const versions = await readVersions(context.write, keys)
  const fields = await fieldsOf(context, table, operations)
  const instead = await readInstead(
    context.write,
    table,
    keys.map(({ record }) => record),
  )
  const strangers = isToldAgain(context) ? NOBODY : await neverHeld(context, table, operations)
  const told = await knownEdits(context, table, operations)
  const cases = operations.map((operation, index): Case => {
    const current = versions[index]
    const known = fields.get(operation.record)
    const verdict = told.get(operation)
    const ruling: Case['ruling'] = verdict
      ? { kind: 'known', verdict }
      : strangers.has(operation.record) && !operation.passed
        ? NEVER_HELD
        : knowsItself(operation.replaces, current, instead, operation.record)
          ? TAKEN
          : able(operation, rule(context, table, operation, current, known))
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
    if (isRepetition(table, one)) one.ruling = { kind: 'agree' }
    if (sameOutcome(table, one)) one.ruling = { kind: 'take' }
    if (one.ruling.kind === 'fields') composeFields(table, one, one.ruling)
  }
  return cases
}

/** After a restore: what its sender was sent in the lost life it held, and here nobody knows of that. */
const isToldAgain = ({ returned, seen }: UpContext): boolean => returned || seen.position >= 0

const NOBODY: ReadonlySet<number> = new Set()

const TAKEN: Case['ruling'] = { kind: 'take' }

const NEVER_HELD: Case['ruling'] = { kind: 'refuse', verdict: 'rejected', reason: 'never-held' }

/** Of a record that has left who edited it nobody can give the rest: the deletion stands. */
const able = ({ passed }: Incoming, ruling: Case['ruling']): Case['ruling'] =>
  passed && ruling.kind === 'want' ? { kind: 'overrule', reason: 'deleted-meanwhile' } : ruling

/** The row that stands afterwards: the parent's, with the fields that were taken. */
function composeFields(table: Table, one: Case, ruling: FieldRuling & { kind: 'fields' }): void {
  const { before, operation } = one
  if (!before) {
    one.ruling = lacksValues(operation, table.fields.length)
      ? able(operation, { kind: 'want' })
      : { kind: 'take' }
    return
  }
  const values = operation.values!
  // Two people who wrote the same are no conflict.
  const isSame = (field: number): boolean => sameInOneForm(table.fields[field]!, before[field], values[field])
  const differ = (fields: readonly number[]) => fields.filter(field => !isSame(field))
  const taken = [...ruling.taken, ...[...ruling.displaced, ...ruling.lost].filter(isSame)]
  one.ruling = { ...ruling, taken, displaced: differ(ruling.displaced), lost: differ(ruling.lost) }
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
  if (!context.dictionary.goesUp(table) && !context.returned)
    return { kind: 'refuse', verdict: 'rejected', reason: 'not-allowed-up' }
  const { began } = context
  const seen = seenOf(context, table, operation)
  if (operation.parts === null && fields === undefined) return judge(operation, current, began, seen)
  return judgeFields({
    operation,
    current,
    fields,
    width: table.fields.length,
    began,
    told: context.told,
    seen,
    link: context.link.link_id,
  })
}

/**
 * What whoever made the edit had seen. What its maker had made of the record that it was merged into, the edit of the other
 * one has not. And who passes an edit on had seen more than its author: what he had seen, what it replaces tells.
 */
function seenOf({ ids, seen }: UpContext, table: Table, { record, passed }: Incoming): Seen {
  const { copy, ...others } = seen
  const own = ids.turned(table, record) ? { ...others, merged: true } : seen
  return passed && own.position >= 0 ? { ...own, position: 0, link: NOBODY_HAS } : own
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
const sameOutcome = (table: Table, one: Case): boolean =>
  isConflict(one) &&
  saysWhatStands(
    table,
    one,
    table.fields.map((_, field) => field),
  )

/**
 * The change that stands here, told with a later time: by a clock that is fast, whose times are cut to the moment of reading,
 * and this is the second reading.
 */
function isRepetition(table: Table, one: Case): boolean {
  const { operation, current, fields, ruling } = one
  if ((!isConflict(one) && ruling.kind !== 'fields') || !operation.version || !current) return false
  const named = namedFields(table, operation)
  const isStanding = (field: number): boolean => {
    const version = versionOfField(current, fields, field)
    return version !== undefined && sameVersion(partOf(operation, field)?.version ?? null, version.name)
  }
  return named.length > 0 && named.every(isStanding) && saysWhatStands(table, one, named)
}

const isConflict = ({ ruling: { kind } }: Case): boolean => kind === 'displace' || kind === 'overrule'

const saysWhatStands = (
  table: Table,
  { before, operation: { values } }: Case,
  fields: readonly number[],
): boolean =>
  before !== undefined &&
  values !== null &&
  fields.every(
    field =>
      table.fields[field]?.derived || sameInOneForm(table.fields[field]!, before[field], values[field]),
  )
