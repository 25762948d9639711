/**
 * Capture's objects in the database: the functions and triggers that should be there, and those that are.
 * Shape:  compared by what they do: a function by its text and rights, a trigger by all that its definition says.
 */
import type { CapturePlan, WatchedTable } from '../contract.ts'
import { captureBody } from './capture-functions.ts'
import { RANGE_FUNCTION, rangeBody } from './capture-sequence.ts'
import { CAPTURE_EVENTS, type CaptureEvent, functionOf, type Names, REFUSE } from './capture-sql.ts'
import type { Connection } from './connection.ts'
import { quoted, text } from './sql-text.ts'

/** Runs with the rights of whoever installed it: a program that may write a table need not be given the log. */
export interface OurFunction {
  readonly name: string
  /** For people: `hc_contact_update`. */
  readonly label: string
  readonly arguments: string
  readonly returns: string
  /** Settings that hold while it runs, by name. */
  readonly settings: Readonly<Record<string, string>>
  readonly body: string
}

/** Whatever the search path of the session: the function has other rights than who calls it. */
const SAFE = { search_path: 'pg_catalog, pg_temp' }
/** When the plan is made, nothing is known of the pairs. Without these they would be sorted as a whole, on disk, by a plan
 *  that is compiled first, which takes a second. */
const PAIRS = { ...SAFE, jit: 'off', work_mem: '65536', enable_mergejoin: 'off' }
const SETTINGS: Readonly<Record<CaptureEvent, Readonly<Record<string, string>>>> = {
  insert: SAFE,
  update: PAIRS,
  delete: SAFE,
  truncate: SAFE,
}

export interface OurTrigger {
  readonly name: string
  readonly label: string
  /** Object id of the relation, and its name in full. */
  readonly relation: string
  readonly on: string
  readonly function: string
  readonly kind: TriggerKind
}

export type TriggerKind = CaptureEvent | 'range'

export interface Expected {
  readonly functions: readonly OurFunction[]
  readonly triggers: readonly OurTrigger[]
}

const DEFINITIONS: Readonly<Record<TriggerKind, { readonly event: string; readonly level: string }>> = {
  insert: { event: 'after insert', level: 'referencing new table as new_rows for each statement' },
  update: {
    event: 'after update',
    level: 'referencing old table as old_rows new table as new_rows for each statement',
  },
  delete: { event: 'after delete', level: 'referencing old table as old_rows for each statement' },
  truncate: { event: 'before truncate', level: 'for each statement' },
  range: { event: 'after update', level: 'for each row when (new.next_id > old.next_id)' },
}

/** As the catalogue tells of them: bits of the event (pg_trigger.h), then the names of the transition tables, and
 *  whether there is a condition. */
const SHAPES: Readonly<Record<TriggerKind, string>> = {
  insert: '4||new_rows|false',
  update: '16|old_rows|new_rows|false',
  delete: '8|old_rows||false',
  truncate: '34|||false',
  range: '17|||true',
}

const REFUSE_BODY = `
begin
  raise exception using message = message;
end
`

export async function expectedObjects(
  connection: Connection,
  names: Names,
  plan: CapturePlan,
): Promise<Expected> {
  const tables = tablesOf(plan)
  const relations = await relationsOf(connection, names, [
    ...tables.map(({ table }) => table.name),
    'sequence',
  ])
  const captures = tables.flatMap(each => CAPTURE_EVENTS.map(event => ({ ...each, event })))
  const functions = captures.map(each => ({
    name: functionOf(each.table, each.event),
    label: `hc_${each.table.name}_${each.event}`,
    arguments: '',
    returns: 'trigger',
    settings: SETTINGS[each.event],
    body: captureBody({ names, plan, ...each }, each.event),
  }))
  const triggers = captures.flatMap(each =>
    (relations.get(each.table.name) ?? []).map(relation => ({
      ...relation,
      name: `hc_${each.event}`,
      label: `hc_${relation.label}_${each.event}`,
      function: functionOf(each.table, each.event),
      kind: each.event,
    })),
  )
  return {
    functions: [
      { ...fixed(REFUSE), arguments: 'message text', returns: 'bigint', body: REFUSE_BODY },
      { ...fixed(RANGE_FUNCTION), arguments: '', returns: 'trigger', body: rangeBody(names, plan) },
      ...functions,
    ],
    triggers: [
      ...(relations.get('sequence') ?? []).map(relation => ({
        ...relation,
        name: RANGE_FUNCTION,
        label: RANGE_FUNCTION,
        function: RANGE_FUNCTION,
        kind: 'range' as const,
      })),
      ...triggers,
    ],
  }
}

const fixed = (name: string) => ({ name, label: name, settings: SAFE })

function tablesOf(plan: CapturePlan) {
  const watched = new Map<string, WatchedTable>(plan.watched.map(each => [each.table.name, each]))
  const captured = new Map(plan.tables.map(each => [each.table.name, each]))
  return [...new Set([...captured.keys(), ...watched.keys()])].map(name => ({
    table: (captured.get(name) ?? watched.get(name))!.table,
    captured: captured.get(name),
    watched: watched.get(name),
  }))
}

interface Relation {
  readonly relation: string
  readonly on: string
  readonly label: string
}

/** Each table with its partitions: a statement that names a partition fires only the triggers of that. */
const RELATIONS = `select t.relname, p.relid::oid::text, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relname
  from pg_class t
  cross join lateral (select t.oid as relid, true as isleaf union
    select q.relid, q.isleaf from pg_partition_tree(t.oid) q) p
  join pg_class c on c.oid = p.relid join pg_namespace n on n.oid = c.relnamespace
  where t.relnamespace = (select s.oid from pg_namespace s where s.nspname = $1) and t.relname = any($2::text[])
    and t.relkind in ('r', 'p')
  group by 1, 2, 3, 4 order by 1, 3`

async function relationsOf(
  connection: Connection,
  names: Names,
  tables: readonly string[],
): Promise<Map<string, Relation[]>> {
  const found = await connection.send({ sql: RELATIONS, parameters: [names.schema, arrayOf(tables)] })
  const relations = found.rows.map(row => ({
    table: String(row[0]),
    relation: String(row[1]),
    on: String(row[2]),
    label: String(row[3]),
  }))
  return Map.groupBy(relations, each => each.table)
}

/** A list as PostgreSQL reads it from text. */
export const arrayOf = (values: readonly string[]): string =>
  `{${values.map(value => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`

export interface Found {
  /** Text and rights by name. */
  readonly functions: ReadonlyMap<string, string>
  /** What the catalogue says, by relation and name. */
  readonly triggers: ReadonlyMap<
    string,
    { readonly says: string; readonly on: string; readonly name: string }
  >
}

/** A dump may have put quotes around the names in a setting. */
const FUNCTIONS = `select p.proname, p.prosecdef::text || replace(array_to_string(p.proconfig, ';'), '"', '') || p.prosrc from pg_proc p
  where p.pronamespace = (select s.oid from pg_namespace s where s.nspname = $1)
    and p.proname ~ '^hc_([0-9]+_(insert|update|delete|truncate)|sequence_range|refuse)$'`
const TRIGGERS = `select t.tgrelid::text || ' ' || t.tgname, t.tgname, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
    p.proname || '|' || t.tgtype || '|' || coalesce(t.tgoldtable, '') || '|' || coalesce(t.tgnewtable, '') || '|'
    || case when t.tgqual is null then 'false' else 'true' end
    || case when t.tgenabled in ('O', 'A') then '' else '|disabled' end
  from pg_trigger t join pg_proc p on p.oid = t.tgfoid
  join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where not t.tgisinternal and p.pronamespace = (select s.oid from pg_namespace s where s.nspname = $1)
    and t.tgname ~ '^hc_(insert|update|delete|truncate|sequence_range)$'`

export async function foundObjects(connection: Connection, names: Names): Promise<Found> {
  const functions = await connection.send({ sql: FUNCTIONS, parameters: [names.schema] })
  const triggers = await connection.send({ sql: TRIGGERS, parameters: [names.schema] })
  return {
    functions: new Map(functions.rows.map(([name, says]) => [String(name), String(says)])),
    triggers: new Map(
      triggers.rows.map(([key, name, on, says]) => [
        String(key),
        { name: String(name), on: String(on), says: String(says) },
      ]),
    ),
  }
}

export const keyOfTrigger = ({ relation, name }: OurTrigger): string => `${relation} ${name}`

export const isAsItShould = (found: Found, expected: OurFunction | OurTrigger): boolean =>
  'body' in expected
    ? found.functions.get(expected.name) ===
      `true${settingsOf(expected).join(';').replaceAll('"', '')}${expected.body}`
    : found.triggers.get(keyOfTrigger(expected))?.says === `${expected.function}|${SHAPES[expected.kind]}`

const settingsOf = ({ settings }: OurFunction): string[] =>
  Object.entries(settings).map(([name, value]) => `${name}=${value}`)

export function functionSql(names: Names, expected: OurFunction): string {
  const { name, arguments: taken, returns, body } = expected
  const settings = settingsOf(expected).map(setting => `set ${setting}`)
  return `create or replace function ${names.of(name)}(${taken}) returns ${returns} language plpgsql security definer
  ${settings.join(' ')} as ${text(body)}`
}

export function triggerSql(names: Names, trigger: OurTrigger): string {
  const { event, level } = DEFINITIONS[trigger.kind]
  return `create trigger ${quoted(trigger.name)} ${event} on ${trigger.on} ${level}
  execute function ${names.of(trigger.function)}()`
}
