import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { rehashThese } from '../hashes/rehash.ts'
import { PARENT_SIDE } from '../hashes/tables.ts'
import { writeFieldVersions } from '../log/field-version.ts'
import { MADE_HERE, PARENT_LINK, type Version, type VersionName, writeVersions } from '../log/version.ts'
import { baseTable } from '../packet/changes.ts'
import type { ConstraintError } from '../storage/contract.ts'
import { journalCovered } from './account.ts'
import { asItCame, type Case, isTaken, takenOf } from './case.ts'
import { takenFields } from './field-rows.ts'
import { noteInstead } from './instead.ts'
import type { Incoming } from './operation.ts'
import { unheldAt } from './outside.ts'
import type { Gone, Seen } from './owners.ts'
import { rewrittenRecords } from './rewritten.ts'
import { putRows, removeRows } from './rows.ts'
import type { UpContext } from './up-context.ts'

export async function writeCases(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const taken = cases.filter(isTaken)
  const puts = taken.filter(one => one.operation.kind === 'put')
  const deletes = taken.filter(one => one.operation.kind === 'delete')
  if (context.relays) await keepBase(context, table, await notFromAbove(context, table, taken))
  const refusedPuts = await putRows(
    context.write,
    table,
    puts.map(one => one.values!),
  )
  for (const { index, error } of refusedPuts) refuseForNow(puts[index]!, error)
  await noteRewritten(context, table, puts.filter(isTaken))
  const refusedDeletes = await removeRows(
    context.write,
    table,
    deletes.map(one => one.operation.record),
  )
  for (const { index, error } of refusedDeletes) refuseForNow(deletes[index]!, error)
  await stamp(context, table, cases)
  const gone = deletes.filter(isTaken).map(one => one.operation)
  if (gone.length > 0) noteGone(context, table, gone)
}

async function noteRewritten(context: UpContext, table: Table, puts: readonly Case[]): Promise<void> {
  const rewritten = await rewrittenRecords(
    context.write,
    table,
    puts.map(one => one.values!),
  )
  for (const one of puts) one.rewritten = rewritten.has(one.operation.record)
}

/** Of what central had sent and this side has forgotten, that is the state that both agree on. */
async function notFromAbove(context: UpContext, table: Table, taken: readonly Case[]): Promise<Case[]> {
  const above = taken.filter(one => isFromAbove(context, one)).map(({ operation: { record } }) => record)
  if (context.dictionary.goesUp(table))
    await context.write.remove(
      { table: baseTable(table), key: [table.fields[0]!.name], columns: [] },
      above.map(record => [record]),
    )
  await rehashThese(context.write, PARENT_SIDE, table.number, above)
  return taken.filter(one => !isFromAbove(context, one))
}

/** Single fields of it may stand beside others that are on their way: those are in accord with nobody. */
const isFromAbove = (context: UpContext, one: Case): boolean =>
  asItCame(one) &&
  [one.operation, ...(one.operation.parts ?? [])].every(({ version }) => context.isAbove(version)) &&
  (one.operation.parts === null || one.current === undefined || one.current.link === PARENT_LINK)

/** A satellite is a child too: what it changes for a traveller has a value when last in accord with central. */
async function keepBase(context: UpContext, table: Table, taken: readonly Case[]): Promise<void> {
  if (!context.dictionary.goesUp(table)) return
  const known = taken.filter(one => !one.operation.born).map(one => one.operation.record)
  const key = sql.ref(table.fields[0]!.name)
  const columns = sql.join(table.fields.map(field => sql.ref(field.name)))
  for (let at = 0; at < known.length; at += BASES) {
    const some = sql.join(known.slice(at, at + BASES))
    await context.write.run(sql`insert into ${sql.table(baseTable(table))} (${columns})
      select ${columns} from ${sql.table(table.name)} where ${key} in (${some}) on conflict do nothing`)
  }
}

/** Records named in one statement. */
const BASES = 500

function noteGone(context: UpContext, table: Table, gone: readonly Incoming[]): void {
  context.owners.noteDeletions(table)
  context.gone.push({ table, records: gone })
}

/**
 * What belongs to a deleted record goes too; edits there that who deleted had not seen are overruled, and kept.
 * Not before all operations are applied: what was moved away before its owner was deleted stays.
 */
export async function coverBelow(context: UpContext): Promise<void> {
  for (const { table, records } of context.gone.splice(0))
    await journalCovered(context, await context.owners.cover(table, records, seenBy(context)))
}

/** What whoever sent the packet had seen. */
export function seenBy(context: UpContext): Seen {
  const { link, told, lost } = context
  const isOwn = ({ link: by, position }: Version) =>
    by === link.link_id && !lost.some(([after, last]) => position > after && position <= last)
  return async (table, records) => {
    const unheld = await unheldAt(context, table, records, told)
    return (record, version, by) =>
      isOwn(version) ? isKnownTo(by, version.name) : version.position <= told && !unheld.has(record)
  }
}

/** What others below a satellite had made whoever made a deletion that it only passes on may not have seen. */
const isKnownTo = ({ version, passed }: Gone, edit: VersionName): boolean =>
  !(passed && edit.maker !== version?.maker) && !isLater(edit, version)

/** Made by the one who deleted, after that: whoever puts something there has not meant it to go. */
const isLater = (edit: VersionName, deletion: VersionName | null): boolean =>
  edit.maker === deletion?.maker && edit.position > deletion.position

function refuseForNow(one: Case, { kind, message }: ConstraintError): void {
  one.ruling = { kind: 'refuse', verdict: 'held', reason: 'constraint' }
  one.message = message
  one.early = kind === 'reference'
}

async function stamp(context: UpContext, table: Table, cases: readonly Case[]): Promise<void> {
  const taken = cases.filter(isTaken)
  await noteInstead(context, table, taken)
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
    if (operation.passed) context.history.untold(table, operation)
    if (ruling.kind === 'fields') context.history.lost(table, operation.record, ruling.lost)
    if (operation.kind === 'put') context.owners.alive(table, operation.record)
  }
}

async function stampFieldRows(context: UpContext, table: Table, one: Case): Promise<void> {
  const taken = one.ruling.kind === 'fields' ? takenOf(one.ruling) : undefined
  const link = isFromAbove(context, one) ? PARENT_LINK : context.returned ? 0 : context.link.link_id
  const where = { position: context.position, named: context.named, link }
  const rows = takenFields(one.operation, one.current, one.fields, taken, where)
  if (rows.size > 0) await writeFieldVersions(context.write, table.number, one.operation.record, rows)
}

/** What came back beside what somebody else has changed since: the record is as that left it. */
const isOlder = ({ returned }: UpContext, { operation, current, ruling }: Case): boolean =>
  returned && ruling.kind === 'fields' && current !== undefined && current.time >= operation.time

/** Taken as it came: the version's own name, wherever it was made. A changed value is a version of ours. */
function versionOf(context: UpContext, one: Case): Version {
  const { operation, current } = one
  const above = isFromAbove(context, one)
  if (isOlder(context, one)) return { ...current!, position: context.position, link: 0 }
  const whole = asItCame(one)
  return {
    name: whole ? operation.version! : { maker: MADE_HERE, position: context.named },
    time: Math.max(operation.time, current?.time ?? 0),
    associate: operation.associate,
    position: context.position,
    // What was only brought back is nobody's edit of this journey.
    link: above ? PARENT_LINK : whole && !context.returned ? context.link.link_id : 0,
    deleted: operation.kind === 'delete',
    born: above ? false : current ? current.born : operation.born,
    agreed: above ? operation.version : (current?.agreed ?? null),
    sent: above ? 0 : (current?.sent ?? 0),
  }
}
