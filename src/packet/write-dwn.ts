/**
 * Write DWN: what changed at the parent since the child's last cut, and the answers it is owed.
 * Role:  runs inside the caller's transaction; the range ends at the reader's position.
 * Never: judges. The child obeys what this says.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { Databases } from '../log/databases.ts'
import { fieldLevelTables } from '../log/field-level.ts'
import {
  type FieldVersion,
  type FieldVersions,
  NEVER_CHANGED,
  REST,
  readFieldVersions,
} from '../log/field-version.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { newAliases } from './aliases.ts'
import { type ChangedRecord, changedRecords, changedSince, dwnOperation, type Since } from './changes.ts'
import type { Frame } from './container.ts'
import type { Operation } from './content.ts'
import { encodeLedger, encodeLog, FRAME } from './content.ts'
import { byField } from './field-operations.ts'
import { newMessages, noteMessagesSent } from './inbox.ts'
import { linkKey } from './keys-of-links.ts'
import { type Link, updateLink } from './link.ts'
import { logRows } from './log-rows.ts'
import { takeMissing } from './missing.ts'
import { newConflicts, newLedger } from './notices.ts'
import { rangesFrom, type SealedPacket, sealPacket } from './outbox.ts'
import { newPairs } from './pairs.ts'
import { splitByWeight, weighRow } from './split-by-weight.ts'
import { readWanted } from './wanted.ts'
import { byKind, deletionsFirst } from './write-up.ts'

export interface DwnOptions {
  /** The child is home: this is its release. */
  readonly final?: boolean
}

/** @returns undefined when there is nothing to say */
export async function writeDwn(
  site: Site,
  write: Writing,
  link: Link,
  options: DwnOptions = {},
): Promise<SealedPacket | undefined> {
  const position = await readLog(write)
  const notices = await collectNotices(write, link)
  const grown = link.dictionary_version < site.dictionary.dictionary.version
  const content = options.final === true || grown || notices.some || (await anyChange(write, link))
  const resend = await takeMissing(write, link.link_id, link.in_number)
  if (!content && link.owes_ack === 0 && resend.length === 0) return undefined
  const sealed = await sealPacket(site, write, link, {
    direction: 'dwn',
    key: linkKey(site, link),
    head: {
      firstPosition: link.cut_position + 1,
      lastPosition: position,
      firstLogId: await write.log.idAt(link.cut_position + 1),
      lastLogId: await write.log.idAt(position),
      content,
      resend,
      final: options.final === true,
      made: 0,
      cancelled: 0,
      created_records: 0,
      pairs: notices.pairs,
      wanted: notices.wanted,
    },
    frames: dwnFrames(site, write, link, position, notices),
  })
  await updateLink(write, link.link_id, { dictionary_version: site.dictionary.dictionary.version })
  await noteTold(write, link, notices)
  return sealed
}

type Notices = Awaited<ReturnType<typeof collectNotices>>

async function collectNotices(write: Writing, link: Link) {
  const pairs = await newPairs(write, link)
  const ledger = await newLedger(write, link)
  const conflicts = await newConflicts(write, link)
  const messages = await newMessages(write, link)
  const aliases = await newAliases(write, link.cut_position)
  const wanted = [...(await readWanted(write, link.link_id))].flatMap(([table, records]) =>
    records.map(record => [table, record]),
  )
  const answers = await write.row(
    sql<{ n: number }>`select count(*) as n from hc_answer where link_id = ${link.link_id}`,
  )
  const some =
    pairs.rows.length +
      ledger.length +
      conflicts.length +
      messages.length +
      aliases.length +
      wanted.length +
      (answers?.n ?? 0) >
    0
  return { pairs: pairs.rows, lastPair: pairs.last, ledger, conflicts, messages, aliases, wanted, some }
}

async function anyChange(write: Writing, link: Link): Promise<boolean> {
  const row = await write.row(
    sql`select 1 from hc_version where position > ${link.cut_position} and link <> ${link.link_id} limit 1`,
  )
  return row !== undefined
}

async function* dwnFrames(
  site: Site,
  write: Writing,
  link: Link,
  position: number,
  notices: Notices,
): AsyncGenerator<Frame> {
  if (link.dictionary_version < site.dictionary.dictionary.version) {
    yield { kind: FRAME.dictionary, body: [JSON.stringify(site.dictionary.dictionary)] }
  }
  if (notices.aliases.length > 0) yield { kind: FRAME.aliases, body: notices.aliases }
  const databases = await Databases.read(write)
  const tables = site.dictionary.captured.filter(table => site.dictionary.goesDown(table))
  const scope: DwnScope = {
    site,
    write,
    databases,
    link,
    byField: await fieldLevelTables(write),
    since: await changedSince(write, link.cut_position),
  }
  for (const table of tables) yield* tableFrames(scope, table)
  yield* historyFrames(write, link, position, tables)
  if (notices.ledger.length > 0) yield { kind: FRAME.ledger, body: encodeLedger(notices.ledger) }
  for (const part of splitByWeight(notices.conflicts, weighRow)) yield { kind: FRAME.conflicts, body: part }
  for (const part of splitByWeight(notices.messages, weighRow)) yield { kind: FRAME.inbox, body: part }
}

/** What the frames of one DWN share. */
interface DwnScope {
  readonly site: Site
  readonly write: Writing
  readonly databases: Databases
  readonly link: Link
  readonly byField: ReadonlySet<number>
  readonly since: Since
}

async function* tableFrames(scope: DwnScope, table: Table): AsyncGenerator<Frame> {
  const { write, link, since } = scope
  const changed = sql`v.position > ${link.cut_position} and v.link <> ${link.link_id}`
  for (const which of since.has(table) ? deletionsFirst(changed) : []) {
    for await (const batch of changedRecords(write, table, which, false, since.few)) {
      yield* byKind(table.number, await operationsOf(scope, table, batch))
    }
  }
  for await (const batch of answeredRecords(write, link, table)) {
    yield* byKind(table.number, await operationsOf(scope, table, batch))
  }
}

async function operationsOf(
  scope: DwnScope,
  table: Table,
  batch: readonly ChangedRecord[],
): Promise<Operation[]> {
  const whole = batch.map(record => dwnOperation(scope.databases, table, record))
  if (!scope.byField.has(table.number)) return whole
  const records = batch.map(record => record.record)
  const fields = await readFieldVersions(scope.write, table.number, records)
  const answered = await answeredIn(scope, table)
  return whole.map(operation => {
    const known = fields.get(operation.record)
    return answered.has(operation.record)
      ? everyField(scope, table, operation, known)
      : newFields(scope, table, operation, known)
  })
}

async function answeredIn({ write, link }: DwnScope, table: Table): Promise<Set<number>> {
  const rows = await write.rows(
    sql<{
      r: number
    }>`select record_id as r from hc_answer where link_id = ${link.link_id} and tablenumber = ${table.number}`,
  )
  return new Set(rows.map(row => row.r))
}

/** What others changed since the last cut. */
function newFields(
  scope: DwnScope,
  table: Table,
  operation: Operation,
  fields: FieldVersions | undefined,
): Operation {
  const { link } = scope
  const news = (version: FieldVersion) =>
    version.position > link.cut_position && version.link !== link.link_id
  return byField(
    scope.databases,
    scope.site.dictionary.idFields(table),
    operation,
    fields,
    news,
    version => version.time,
  )
}

/** An answer names every field, also those that nobody has changed since the prototype: the child may lack the record. */
function everyField(
  scope: DwnScope,
  table: Table,
  operation: Operation,
  fields: FieldVersions | undefined,
): Operation {
  const all = fields && new Map([[REST, NEVER_CHANGED], ...fields])
  return byField(
    scope.databases,
    scope.site.dictionary.idFields(table),
    operation,
    all,
    () => true,
    version => version.time,
  )
}

async function* answeredRecords(write: Writing, link: Link, table: Table) {
  const named = sql`v.record_id in (select record_id from hc_answer where link_id = ${link.link_id} and tablenumber = ${table.number})
    and not (v.position > ${link.cut_position} and v.link <> ${link.link_id})`
  yield* changedRecords(write, table, named, false)
  yield* withoutVersion(write, link, table)
}

/** Answered records that have never changed since the prototype, or that were never here. */
async function* withoutVersion(write: Writing, link: Link, table: Table) {
  const keys = await write.rows(
    sql<{
      record_id: number
    }>`select a.record_id from hc_answer a where a.link_id = ${link.link_id} and a.tablenumber = ${table.number}
      and not exists (select 1 from hc_version v where v.tablenumber = a.tablenumber and v.record_id = a.record_id)`,
  )
  if (keys.length === 0) return
  const columns = table.fields.map(field => field.name)
  const rows = await write.lookup(
    { table: table.name, key: [columns[0]!], columns },
    keys.map(key => [key.record_id]),
  )
  yield keys.map((key, index) => ({
    record: key.record_id,
    version: undefined,
    values: rows[index] ?? null,
    base: null,
  }))
}

async function* historyFrames(
  write: Writing,
  link: Link,
  position: number,
  tables: readonly Table[],
): AsyncGenerator<Frame> {
  const range = {
    from: link.cut_position,
    to: position,
    without: await rangesFrom(write, link.link_id, link.cut_position),
    tables: new Set(tables.map(table => table.number)),
    except: new Set<number>(),
  }
  for await (const rows of logRows(write, range)) yield { kind: FRAME.log, body: encodeLog(rows) }
}

async function noteTold(write: Writing, link: Link, notices: Notices): Promise<void> {
  await write.run(sql`delete from hc_answer where link_id = ${link.link_id}`)
  await write.run(sql`delete from hc_wanted where link_id = ${link.link_id}`)
  await write.run(sql`update hc_ledger set told = 1 where link_id = ${link.link_id} and told = 0`)
  await write.run(sql`update hc_conflict set told = 1 where loser_link = ${link.link_id} and told = 0`)
  await noteMessagesSent(write, link)
  await updateLink(write, link.link_id, { pairs_told: notices.lastPair })
}
