/** The statements of the log source. Runs and ids come as arrays, in text. */
import { LOG } from '../../log/types.ts'
import { LOG_COLUMNS, LOG_ID, LOG_TABLE } from './capture-sql.ts'

const FIELDS = `l.${LOG_ID}, l.ttime, l.prev_record_id, l.type, l.associate_id, l.tablenumber, l.record_id,
  coalesce(l.flags, 0), coalesce(l.application_id, 0), coalesce(l.origin_id, 0)`

/** Of every server and database its own. */
export const SYSTEM = `(select system_identifier || '/' || d.oid from pg_control_system(), pg_database d
  where d.datname = current_database())`

const FOUND = `l.${LOG_ID} as id, coalesce(l.hc_order, l.${LOG_ID}) as place, l.hc_xid = pg_current_xact_id_if_assigned() as own`

/** Visible now (this snapshot sees no others) and not in the last one: two conditions, each with its range of the index,
 *  which the order makes sure of. */
const NEW = `(select l.* from hc_log_state s cross join lateral
    (select ${FOUND} from ${LOG_TABLE} l where l.hc_xid >= pg_snapshot_xmax(s.snapshot) and l.type <> ${LOG.marker}
      order by l.hc_xid) l
  union all
  select l.* from hc_log_state s cross join lateral pg_snapshot_xip(s.snapshot) running cross join lateral
    (select ${FOUND} from ${LOG_TABLE} l where l.hc_xid = running and l.type <> ${LOG.marker} order by l.hc_xid) l)`

/** Rows of this very transaction come last: what it does comes after what it sees. */
const PLACES = 'over (order by own is true, place, id)'

const RUNS = `unnest($1::bigint[], $2::bigint[]) with ordinality as r (first_id, count, nth)`

/** Of the columns that are appended. */
export const LOG_TYPES = ['int8', 'int8', ...Array.from({ length: 7 }, () => 'int4')]

export const LOG_SQL = {
  state: 'select position, pruned from hc_log_state',
  setPosition: 'update hc_log_state set position = $1',
  setPruned: 'update hc_log_state set pruned = $1',
  /** @returns whether the numbers of transactions are of this server, and whether this transaction came before its view */
  system: `select system = ${SYSTEM}, pg_current_xact_id_if_assigned() < pg_snapshot_xmax(pg_current_snapshot())
    from hc_log_state`,
  setSystem: `update hc_log_state set system = ${SYSTEM}`,
  forgetRead: `update ${LOG_TABLE} l set hc_xid = null from hc_log_run r
    where l.hc_xid is not null and l.${LOG_ID} between r.first_id and r.first_id + r.count - 1`,
  forgetPending: `update ${LOG_TABLE} l set hc_xid = null from hc_log_pending r
    where l.hc_xid is not null and l.${LOG_ID} between r.first_id and r.first_id + r.count - 1`,
  /** All that have none of ours are new: they count as written now. */
  renumber: `update ${LOG_TABLE} set hc_xid = pg_current_xact_id() where hc_xid is not null`,
  restart: `update hc_log_state set snapshot = pg_current_snapshot()`,
  /** Also says how many were found, null for none, and whether some are this transaction's own. */
  collect: `with found as materialized ${NEW},
    marked as (select *, id - lag(id) ${PLACES} is distinct from 1 as begins from found),
    numbered as (select id, count(*) filter (where begins) ${PLACES} as run from marked),
    kept as (insert into hc_log_pending (place, first_id, count)
      select (select coalesce(max(place), 0) from hc_log_pending) + run, min(id), count(*) from numbered group by run
      returning count)
    select (select sum(count) from kept), exists (select from found where own)`,
  /** This transaction's own rows are visible to itself before they are in any snapshot: they are read once. */
  forgetOwn: `update ${LOG_TABLE} set hc_xid = null where hc_xid = pg_current_xact_id_if_assigned()`,
  pending: 'select place, first_id, count from hc_log_pending order by place limit $1',
  removePending: 'delete from hc_log_pending where place <= $1',
  shortenPending:
    'update hc_log_pending set first_id = first_id + $2::bigint, count = count - $2::bigint where place = $1',
  /** In the order of the runs. */
  rowsOfRuns: `select ${FIELDS} from ${RUNS} cross join lateral (select * from ${LOG_TABLE} l
    where l.${LOG_ID} between r.first_id and r.first_id + r.count - 1 order by l.${LOG_ID}) l order by r.nth, l.${LOG_ID}`,
  lastRun: `select first_position, first_id, count from hc_log_run order by first_position desc limit 1`,
  runAt: `select first_position, first_id, count from hc_log_run where first_position <= $1
    order by first_position desc limit 1`,
  leftOutFrom: `select coalesce(sum(first_position + count - greatest(first_position, $1::bigint)), 0) from hc_log_run
    where first_id < 0 and first_position + count > $1::bigint`,
  /** All that hold a position from $1 to $2, and no more than $3 of them. */
  runsFrom: `select first_position, first_id, count from hc_log_run where first_position <= $2
    and first_position >= coalesce((select max(first_position) from hc_log_run where first_position <= $1), $1)
    order by first_position limit $3`,
  addRuns: `insert into hc_log_run (first_position, first_id, count)
    select $3::bigint + sum(r.count) over (order by r.nth) - r.count, r.first_id, r.count from ${RUNS}`,
  growRun: 'update hc_log_run set count = count + $2 where first_position = $1',
  removeRuns: 'delete from hc_log_run where first_position <= $1',
  about: `select r.first_position + l.${LOG_ID} - r.first_id, ${FIELDS} from ${LOG_TABLE} l
    join unnest($1::bigint[], $2::bigint[]) as wanted (tablenumber, record_id)
      on l.tablenumber = wanted.tablenumber and l.record_id = wanted.record_id
    cross join lateral (select * from hc_log_run r where r.first_id <= l.${LOG_ID} order by r.first_id desc limit 1) r
    where l.${LOG_ID} < r.first_id + r.count and l.type <> ${LOG.marker} order by 1`,
  append: `insert into ${LOG_TABLE} (${LOG_COLUMNS}, hc_xid, hc_order)
    select ${LOG_TYPES.map((type, index) => `unnest($${index + 1}::${type}[])`)}, null, null returning ${LOG_ID}`,
  removeRows: `delete from ${LOG_TABLE} l using (select * from ${RUNS}) r
    where l.${LOG_ID} between r.first_id and r.first_id + r.count - 1`,
} as const
