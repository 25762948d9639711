/**
 * Capture on SQLite: row triggers that write the log in the transaction of the change, whoever makes it.
 * Role:   a CapturePlan in; triggers and their small tables in the database out.
 * Shape:  hc_session · hc_replaced_<n> · hc_base_<n> in children · triggers `hc_<table>_<event>`, compared by their text.
 * Never:  calls a function of ours or a temporary object: `sqlite3 file.db` must be able to write and be captured.
 * Needs:  `traveltransactionlog` and `sequence`, which the adapter makes from the dictionary; in children `hc_version`.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Table } from '../../dictionary/model.ts'
import type { CapturePlan } from '../contract.ts'
import { addTriggers } from './add-triggers.ts'
import type { KeyMatch } from './capture-replace.ts'
import { sequenceTriggers } from './capture-sequence.ts'
import { baseOf, keyOf, quoted, replacedOf, type Trigger } from './capture-sql.ts'
import { tableTriggers } from './capture-triggers.ts'
import { createLogState } from './log-source.ts'
import { createSession, hasSession } from './session.ts'
import { createNotes, watchTriggers } from './watch-triggers.ts'

/** Brings tables and triggers to what the plan says; what is right already is not touched. All or nothing. */
export function installCapture(db: Database, plan: CapturePlan): void {
  db.transaction(() => {
    createSession(db, plan.defaultAssociate)
    createLogState(db)
    createMirrors(db, mirrorsOf(plan))
    if (plan.prefix !== undefined) createNotes(db)
    replaceTriggersBy(db, expectedTriggers(db, plan))
  })()
}

/** Drops triggers, session and mirrors. The log and its positions stay. */
export function removeCapture(db: Database): void {
  db.transaction(() => {
    for (const name of ourTriggers(db).keys()) db.exec(`DROP TRIGGER ${quoted(name)}`)
    for (const name of ourTables(db)) db.exec(`DROP TABLE ${quoted(name)}`)
  })()
}

/** @returns names of tables and triggers that are not there, or are not as they should be */
export function missingCapture(db: Database, plan: CapturePlan): string[] {
  const found = ourTriggers(db)
  const triggers = expectedTriggers(db, plan).filter(({ name, sql }) => found.get(name) !== sql)
  const mirrors = mirrorsOf(plan).filter(mirror => missingColumns(db, mirror).length > 0)
  return [
    ...(hasSession(db) ? [] : ['hc_session']),
    ...mirrors.map(mirror => mirror.name),
    ...triggers.map(({ name }) => name),
  ]
}

function expectedTriggers(db: Database, plan: CapturePlan): Trigger[] {
  const unique = uniqueKeys(db)
  const rows = plan.tables.flatMap(captured => tableTriggers(plan, captured, unique(captured.table)))
  const written = plan.tables.filter(({ readOnly }) => !readOnly)
  const captured = new Set(written.map(({ table }) => table.name))
  const watching = plan.watched.flatMap(watched => watchTriggers(watched, captured))
  return [...rows, ...watching, ...sequenceTriggers(plan)]
}

function replaceTriggersBy(db: Database, expected: readonly Trigger[]): void {
  const found = ourTriggers(db)
  const wanted = new Map(expected.map(({ name, sql }) => [name, sql]))
  for (const [name, sql] of found) if (wanted.get(name) !== sql) db.exec(`DROP TRIGGER ${quoted(name)}`)
  addTriggers(
    db,
    expected.filter(({ name, sql }) => found.get(name) !== sql),
  )
}

function ourTriggers(db: Database): Map<string, string> {
  const rows = db
    .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'hc\\_%' ESCAPE '\\'`)
    .all() as { name: string; sql: string }[]
  return new Map(rows.map(row => [row.name, row.sql]))
}

function ourTables(db: Database): string[] {
  const rows = db
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table'
       AND (name IN ('hc_session', 'hc_repointed') OR name GLOB 'hc_base_[0-9]*' OR name GLOB 'hc_replaced_[0-9]*')`,
    )
    .all() as { name: string }[]
  return rows.map(row => row.name)
}

/** A table with the columns of another, of no type: values are kept as they are. */
interface Mirror {
  readonly name: string
  readonly table: Table
  readonly own: readonly string[]
}

function mirrorsOf(plan: CapturePlan): Mirror[] {
  const written = plan.tables.filter(({ readOnly }) => !readOnly).map(({ table }) => table)
  const replaced = written.map(table => ({ name: replacedOf(table), table, own: ['hc_by'] }))
  const bases = plan.child ? written.map(table => ({ name: baseOf(table), table, own: [] })) : []
  return [...replaced, ...bases]
}

/** Made whole: each added column has SQLite look through the whole schema again (a second for 2,000 of them). */
function createMirrors(db: Database, mirrors: readonly Mirror[]): void {
  const there = new Set(ourTables(db))
  for (const mirror of mirrors) {
    if (there.has(mirror.name)) growMirror(db, mirror)
    else db.exec(mirrorSql(mirror))
  }
}

function mirrorSql(mirror: Mirror): string {
  const [, ...others] = mirrorColumns(mirror)
  const columns = [`${keyOf(mirror.table)} INTEGER PRIMARY KEY`, ...others.map(quoted)]
  return `CREATE TABLE ${mirror.name} (${columns.join(', ')})`
}

function growMirror(db: Database, mirror: Mirror): void {
  for (const column of missingColumns(db, mirror)) {
    db.exec(`ALTER TABLE ${mirror.name} ADD COLUMN ${quoted(column)}`)
  }
}

/** The key first. */
const mirrorColumns = (mirror: Mirror): string[] => [
  ...mirror.table.fields.map(field => field.name),
  ...mirror.own,
]

function missingColumns(db: Database, mirror: Mirror): string[] {
  const there = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(mirror.name)
  return mirrorColumns(mirror).filter(name => !there.includes(name))
}

const KEYS = `SELECT lower(t.name) AS "table", i.name AS "index", c.name AS field, c.coll AS collation
  FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) c
  WHERE t.type = 'table' AND i."unique" = 1 AND c.key = 1 AND c.name IS NOT NULL ORDER BY 1, 2, c.seqno`

interface KeyField {
  readonly table: string
  readonly index: string
  readonly field: string
  readonly collation: string
}

/** As the database has them, whatever the dictionary says: an application may have its own unique indexes.
 *  The condition of a partial index is left out, which only makes more candidates. */
function uniqueKeys(db: Database): (table: Table) => KeyMatch[] {
  const tables = Map.groupBy(db.prepare(KEYS).all() as KeyField[], each => each.table)
  return table =>
    [...Map.groupBy(tables.get(table.name.toLowerCase()) ?? [], each => each.index).values()]
      .map(fields => ({
        fields: fields.map(each => each.field),
        collations: fields.map(each => each.collation),
      }))
      .filter(key => !key.fields.includes(table.fields[0]!.name))
      .sort((a, b) => a.fields.join().localeCompare(b.fields.join()))
}
