/**
 * Capture on PostgreSQL: triggers that write the log in the transaction of the change, whoever makes it.
 * Role:   a CapturePlan in; functions, triggers and their small tables in the database out.
 * Shape:  hc_session · hc_repointed at parents · hc_base_<n> in children · four triggers on each table and on each of
 *         its partitions, once a statement, with what it changed as sets.
 * Modes:  `homecoming.capture` (off, applying; else on) and `homecoming.associate` are settings of a transaction or a
 *         session: `select set_config('homecoming.associate', '21', true)`.
 * Needs:  `traveltransactionlog` and `sequence`, which the adapter makes from the dictionary; in children `hc_version`.
 * Limits: a partition that is added later is captured where the statement names its parent; `missingCapture` names it.
 */
import type { Table } from '../../dictionary/model.ts'
import type { CapturePlan } from '../contract.ts'
import {
  type Expected,
  expectedObjects,
  type Found,
  foundObjects,
  functionSql,
  isAsItShould,
  keyOfTrigger,
  triggerSql,
} from './capture-objects.ts'
import { baseOf, keyOf, Names } from './capture-sql.ts'
import type { Connection } from './connection.ts'
import { createLogState } from './log-state.ts'
import { quoted } from './sql-text.ts'
import { requireFirst } from './tables-first.ts'

/** Brings tables, functions and triggers to what the plan says; what is right already is not touched. */
export async function installCapture(connection: Connection, plan: CapturePlan): Promise<void> {
  const names = new Names(connection.schema)
  await createSession(connection, names, plan.defaultAssociate)
  await createLogState(connection)
  for (const table of mirrored(plan)) await createMirror(connection, names, table)
  if (plan.prefix !== undefined) await connection.execute(notesSql(names))
  const expected = await expectedObjects(connection, names, plan)
  const found = await foundObjects(connection, names)
  const unguarded = expected.triggers.filter(trigger => !isAsItShould(found, trigger)).map(({ on }) => on)
  await requireFirst(connection, [...new Set(unguarded)])
  await each(connection, [...surplusSql(names, expected, found), ...missingSql(names, expected, found)])
}

/** Drops triggers, functions, session and mirrors. The log and its positions stay. */
export async function removeCapture(connection: Connection): Promise<void> {
  const names = new Names(connection.schema)
  const found = await foundObjects(connection, names)
  await each(connection, surplusSql(names, { functions: [], triggers: [] }, found))
  const { rows } = await connection.send({ sql: OUR_TABLES, parameters: [names.schema] })
  await each(
    connection,
    rows.map(([name]) => `drop table ${names.of(String(name))}`),
  )
}

/** @returns names of tables, functions and triggers that are not there, or are not as they should be */
export async function missingCapture(connection: Connection, plan: CapturePlan): Promise<string[]> {
  const names = new Names(connection.schema)
  const expected = await expectedObjects(connection, names, plan)
  const found = await foundObjects(connection, names)
  const wrong = [...expected.functions, ...expected.triggers].filter(object => !isAsItShould(found, object))
  const tables = await missingTables(connection, plan)
  return [...new Set([...tables, ...wrong.map(({ label }) => label)])]
}

/** Triggers go before functions. A function that is replaced keeps its triggers. */
function surplusSql(names: Names, expected: Expected, found: Found): string[] {
  const wanted = new Map(expected.triggers.map(trigger => [keyOfTrigger(trigger), trigger]))
  const triggers = [...found.triggers].filter(([key]) => {
    const trigger = wanted.get(key)
    return !trigger || !isAsItShould(found, trigger)
  })
  const functions = [...found.functions.keys()].filter(
    name => !expected.functions.some(each => each.name === name),
  )
  return [
    ...triggers.map(([, { name, on }]) => `drop trigger ${quoted(name)} on ${on}`),
    ...functions.map(name => `drop function ${names.of(name)}`),
  ]
}

function missingSql(names: Names, expected: Expected, found: Found): string[] {
  return [
    ...expected.functions.filter(each => !isAsItShould(found, each)).map(each => functionSql(names, each)),
    ...expected.triggers.filter(each => !isAsItShould(found, each)).map(each => triggerSql(names, each)),
  ]
}

/** Many at once: each way to the server and back takes longer than the statement. */
async function each(connection: Connection, statements: readonly string[]): Promise<void> {
  if (statements.length > 0) await connection.execute(statements.join(';\n'))
}

const OUR_TABLES = `select relname from pg_class
  where relnamespace = (select oid from pg_namespace where nspname = $1) and relkind = 'r'
    and relname ~ '^hc_(session|repointed|base_[0-9]+)$'`

/** What is set in it stays. */
async function createSession(connection: Connection, names: Names, associate: number): Promise<void> {
  await connection.execute(`create table if not exists ${names.session} (
    id integer primary key check (id = 1),
    default_associate integer not null,
    now bigint,
    closed integer not null default 0
  );
  insert into ${names.session} (id, default_associate) values (1, ${associate})
    on conflict (id) do update set default_associate = excluded.default_associate`)
}

const notesSql = (names: Names): string => `create table if not exists ${names.notes} (
  tablenumber integer not null, record_id integer not null, field integer not null, old_id bigint not null)`

const mirrored = (plan: CapturePlan): Table[] =>
  plan.child ? plan.tables.filter(({ readOnly }) => !readOnly).map(({ table }) => table) : []

/** The agreed values of records: a table with the columns of another, of the same types. */
async function createMirror(connection: Connection, names: Names, table: Table): Promise<void> {
  const types = await connection.send({ sql: COLUMN_TYPES, parameters: [names.schema, table.name] })
  const column = new Map(types.rows.map(([name, type]) => [String(name), `${quoted(String(name))} ${type}`]))
  const there = await columnsOf(connection, baseOf(table))
  const missing = table.fields.map(({ name }) => name).filter(name => !there.has(name))
  if (there.size > 0) {
    const added = missing.map(name => `alter table ${names.base(table)} add column ${column.get(name)}`)
    await each(connection, added)
    return
  }
  const columns = missing.map(name => column.get(name))
  await connection.execute(
    `create table ${names.base(table)} (${columns.join(', ')}, primary key (${keyOf(table)}))`,
  )
}

const COLUMN_TYPES = `select attname, format_type(atttypid, atttypmod) from pg_attribute
  where attrelid = (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2) and attnum > 0 and not attisdropped`

async function columnsOf(connection: Connection, table: string): Promise<ReadonlySet<string>> {
  const { rows } = await connection.send({ sql: COLUMN_TYPES, parameters: [connection.schema, table] })
  return new Set(rows.map(([name]) => String(name)))
}

async function missingTables(connection: Connection, plan: CapturePlan): Promise<string[]> {
  const missing = (await columnsOf(connection, 'hc_session')).size > 0 ? [] : ['hc_session']
  for (const table of mirrored(plan)) {
    const there = await columnsOf(connection, baseOf(table))
    if (table.fields.some(({ name }) => !there.has(name))) missing.push(baseOf(table))
  }
  return missing
}
