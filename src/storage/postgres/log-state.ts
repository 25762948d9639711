/**
 * Log state: what the reading order needs in the database.
 *   traveltransactionlog  also `hc_xid`, the transaction that wrote the row (null: it has its position), and `hc_order`,
 *                         its place among what became visible together where its id does not tell that
 *   hc_log_state          the last snapshot that was looked at: what is visible in it is in hc_log_pending or has a position
 *   hc_log_pending        rows found and not given out yet, in their order, as runs of log ids
 *   hc_log_run            the positions given, as runs of log ids
 * Ids: capture's come from a sequence and lie above those that programs take from row 39 of `sequence`.
 */
import { FIRST_CAPTURE_ID, LOG_ID, LOG_SEQUENCE, LOG_SEQUENCE_ROW, LOG_TABLE, Names } from './capture-sql.ts'
import type { Connection } from './connection.ts'
import { SYSTEM } from './log-source-sql.ts'

/** Nothing seen: what is in the log already is new. What is there already stays. */
export async function createLogState(connection: Connection): Promise<void> {
  const names = new Names(connection.schema)
  const missing = await missingColumns(connection)
  const log = names.log
  if (missing.size > 0) await connection.execute(growLogSql(names, missing))
  await connection.execute(`
    create index if not exists hc_log_xid on ${log} (hc_xid) where hc_xid is not null;
    create table if not exists ${names.of('hc_log_state')} (id integer primary key check (id = 1),
      position bigint not null, pruned bigint not null, snapshot pg_snapshot not null, system text not null);
    create table if not exists ${names.of('hc_log_pending')}
      (place bigint primary key, first_id bigint not null, count bigint not null);
    create table if not exists ${names.of('hc_log_run')}
      (first_position bigint primary key, first_id bigint not null, count bigint not null);
    create index if not exists hc_log_run_id on ${names.of('hc_log_run')} (first_id);
    insert into ${names.of('hc_log_state')} select 1, 0, 0, '1:1:', ${SYSTEM} on conflict do nothing;
    update ${names.of('sequence')} set next_id = (select max(${LOG_ID}) + 1 from ${log} where ${LOG_ID} < ${FIRST_CAPTURE_ID})
      where id = ${LOG_SEQUENCE_ROW} and next_id <= (select max(${LOG_ID}) from ${log} where ${LOG_ID} < ${FIRST_CAPTURE_ID})`)
}

type LogColumn = 'sequence' | 'masks' | 'hc_xid' | 'hc_order'

const COLUMNS = `select attname, format_type(atttypid, null),
    (select count(*) from pg_class s where s.relnamespace = c.relnamespace and s.relkind = 'S' and s.relname = $3)
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = (select oid from pg_namespace where nspname = $1) and c.relname = $2
    and attnum > 0 and not attisdropped`

async function missingColumns(connection: Connection): Promise<ReadonlySet<LogColumn>> {
  const parameters = [connection.schema, LOG_TABLE, LOG_SEQUENCE]
  const { rows } = await connection.send({ sql: COLUMNS, parameters })
  const types = new Map(rows.map(([name, type]) => [String(name), String(type)]))
  const missing = new Set<LogColumn>()
  if (rows.every(row => Number(row[2]) === 0)) missing.add('sequence')
  if (types.get('prev_record_id') !== 'bigint') missing.add('masks')
  for (const name of ['hc_xid', 'hc_order'] as const) if (!types.has(name)) missing.add(name)
  return missing
}

/** A mask of field parts has 32 bits, all of them in use. Rows that are there get the transaction of now: they are new. */
function growLogSql(names: Names, missing: ReadonlySet<LogColumn>): string {
  const sequence = names.of(LOG_SEQUENCE)
  const next = `pg_catalog.nextval('${sequence.replaceAll("'", "''")}'::regclass)`
  const steps: Readonly<Record<LogColumn, string>> = {
    sequence: `create sequence ${sequence} minvalue ${FIRST_CAPTURE_ID} cache 1 owned by ${names.log}.${LOG_ID};
      select setval('${sequence.replaceAll("'", "''")}', greatest(max(${LOG_ID}), ${FIRST_CAPTURE_ID}), max(${LOG_ID}) >= ${FIRST_CAPTURE_ID})
        from ${names.log} having max(${LOG_ID}) is not null;
      alter table ${names.log} alter column ${LOG_ID} set default ${next}`,
    masks: `alter table ${names.log} alter column prev_record_id type bigint`,
    hc_xid: `alter table ${names.log} add column hc_xid xid8 default pg_catalog.pg_current_xact_id()`,
    hc_order: `alter table ${names.log} add column hc_order bigint;
      alter table ${names.log} alter column hc_order set default ${next}`,
  }
  return Object.entries(steps)
    .flatMap(([name, step]) => (missing.has(name as LogColumn) ? [step] : []))
    .join(';\n')
}
