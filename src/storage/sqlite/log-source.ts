/**
 * Log source: the reading order of the log on SQLite.
 * Shape:  `hc_log_unseen` are the intervals of log ids not seen yet; the last one is open upwards, the others are gaps:
 *         ids that a program reserved and may write late. `hc_log_run` are the positions given, as runs of log ids.
 * Role:   one reader at a time, in the transaction that uses what it reads.
 * Jump:   positions left out are a run of ids below zero, where no row is.
 * Why:    on SQLite one transaction writes at a time, so what commits later has a higher id, or fills a gap. Keeping
 *         the gaps, whatever made them, skips no row however late it comes; taking ids out of them reads none twice.
 * @source SPEC section 2, "Reading order"
 */
import type { Database, Statement } from 'better-sqlite3-multiple-ciphers'
import { assume, HomecomingError } from '../../core/errors.ts'
import { LOG } from '../../log/types.ts'
import type { LogRow, LogSource } from '../contract.ts'
import { LOG_COLUMNS, LOG_ID, LOG_TABLE } from './capture-sql.ts'

/** The open end. Ids are 64 bits wide; we count to 2^53. */
const NO_END = Number.MAX_SAFE_INTEGER

/** Nothing seen: the whole log is one open interval. What is there already stays. */
export function createLogState(db: Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS hc_log_unseen (first_id INTEGER PRIMARY KEY, last_id INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS hc_log_run
      (first_position INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, count INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS hc_log_state
      (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, pruned INTEGER NOT NULL);
    INSERT OR IGNORE INTO hc_log_state VALUES (1, 0, 0);
    INSERT INTO hc_log_unseen SELECT 1, ${NO_END} WHERE NOT EXISTS (SELECT 1 FROM hc_log_unseen);
  `)
}

const sources = new WeakMap<Database, LogSource>()

/** The one for this handle: its statements are prepared once. */
export function logSource(db: Database): LogSource {
  const known = sources.get(db)
  if (known) return known
  const source = new SqliteLogSource(db)
  sources.set(db, source)
  return source
}

interface Run {
  readonly position: number
  readonly id: number
  readonly count: number
}

interface Interval {
  readonly first: number
  readonly last: number
}

/** As the log has it; `position` is added when it is given. */
type StoredRow = { -readonly [name in keyof LogRow]: LogRow[name] }
type FoundRow = StoredRow & { from: number; to: number }

const FIELDS = `l.${LOG_ID} AS id, l.ttime AS time, l.prev_record_id AS previous, l.type, l.associate_id AS associate,
  l.tablenumber AS "table", l.record_id AS record, coalesce(l.flags, 0) AS flags,
  coalesce(l.application_id, 0) AS application, coalesce(l.origin_id, 0) AS origin`

const SQL = {
  unseenRows: `SELECT ${FIELDS}, u.first_id AS "from", u.last_id AS "to" FROM hc_log_unseen u
    CROSS JOIN ${LOG_TABLE} l ON l.${LOG_ID} BETWEEN u.first_id AND u.last_id
    ORDER BY u.first_id, l.${LOG_ID} LIMIT ?`,
  forget: 'DELETE FROM hc_log_unseen WHERE first_id = ?',
  remember: 'INSERT INTO hc_log_unseen VALUES (?, ?)',
  openInterval: `SELECT first_id AS first, last_id AS last FROM hc_log_unseen WHERE last_id = ${NO_END}`,
  highestId: `SELECT coalesce(max(${LOG_ID}), 0) AS id FROM ${LOG_TABLE}`,
  state: 'SELECT position, pruned FROM hc_log_state',
  setPosition: 'UPDATE hc_log_state SET position = ?',
  setPruned: 'UPDATE hc_log_state SET pruned = ?',
  lastRun: `SELECT first_position AS position, first_id AS id, count FROM hc_log_run
    ORDER BY first_position DESC LIMIT 1`,
  runAt: `SELECT first_position AS position, first_id AS id, count FROM hc_log_run
    WHERE first_position <= ? ORDER BY first_position DESC LIMIT 1`,
  leftOutFrom: `SELECT coalesce(sum(first_position + count - max(first_position, ?)), 0) AS count FROM hc_log_run
    WHERE first_id < 0 AND first_position + count > ?`,
  addRun: 'INSERT INTO hc_log_run VALUES (?, ?, ?)',
  growRun: 'UPDATE hc_log_run SET count = count + ? WHERE first_position = ?',
  removeRun: 'DELETE FROM hc_log_run WHERE first_position = ?',
  rowsOfRun: `SELECT ${FIELDS} FROM ${LOG_TABLE} l WHERE l.${LOG_ID} BETWEEN ? AND ? ORDER BY l.${LOG_ID}`,
  rowsAbout: `SELECT ${FIELDS}, r.first_position + l.${LOG_ID} - r.first_id AS position FROM ${LOG_TABLE} l
    JOIN hc_log_run r ON l.${LOG_ID} BETWEEN r.first_id AND r.first_id + r.count - 1
    WHERE (l.tablenumber, l.record_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
  append: `INSERT INTO ${LOG_TABLE} (${LOG_ID}, ${LOG_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  removeRows: `DELETE FROM ${LOG_TABLE} WHERE ${LOG_ID} BETWEEN ? AND ?`,
  keepHighest: `INSERT INTO ${LOG_TABLE} (${LOG_ID}, ${LOG_COLUMNS}) VALUES (?, 0, 0, ${LOG.marker}, 0, 0, 0, 0, 0, 0)`,
} as const

class SqliteLogSource implements LogSource {
  readonly #db: Database
  readonly #statements = new Map<string, Statement>()

  constructor(db: Database) {
    this.#db = db
  }

  async readNew(limit: number): Promise<LogRow[]> {
    const rows: LogRow[] = []
    while (rows.length < limit) {
      const found = this.#all<FoundRow>(SQL.unseenRows, limit - rows.length)
      if (found.length === 0) break
      this.#see(found)
      const named = found.filter(row => row.type !== LOG.marker)
      this.#giveFrom(named.map(row => row.id))
      rows.push(...this.#numbered(named))
    }
    return rows
  }

  async *between(from: number, to: number, size: number): AsyncIterable<LogRow[]> {
    const end = Math.min(to, this.#state().position)
    if (from < this.#state().pruned) throw gap(from + 1, this.#state().pruned)
    for (let next = from + 1; next <= end; ) {
      const batch: LogRow[] = []
      while (batch.length < size && next <= end) {
        const { rows, last } = this.#piece(next, Math.min(end, next + size - batch.length - 1))
        batch.push(...rows)
        next = last + 1
      }
      if (batch.length > 0) yield batch
    }
  }

  async about(records: readonly { readonly table: number; readonly record: number }[]): Promise<LogRow[]> {
    const wanted = JSON.stringify(records.map(({ table, record }) => [table, record]))
    const rows = this.#all<StoredRow>(SQL.rowsAbout, wanted)
    return rows.sort((a, b) => a.position - b.position)
  }

  async position(): Promise<number> {
    return this.#state().position
  }

  async countAfter(position: number): Promise<number> {
    const state = this.#state()
    const after = Math.max(position, state.pruned)
    if (after >= state.position) return 0
    return state.position - after - this.#get<{ count: number }>(SQL.leftOutFrom, after + 1, after + 1)!.count
  }

  async first(): Promise<number> {
    return this.#state().pruned + 1
  }

  async append(
    rows: readonly Omit<LogRow, 'position' | 'id'>[],
  ): Promise<{ first: number; last: number } | undefined> {
    if (rows.length === 0) return undefined
    const firstId = this.#passOverUnseen(rows.length)
    const insert = this.#prepared(SQL.append)
    rows.forEach((row, index) => {
      const about = [row.time, row.previous, row.type, row.associate, row.table, row.record]
      insert.run(firstId + index, ...about, row.flags, row.application, row.origin)
    })
    const first = this.#state().position + 1
    this.#giveRun(firstId, rows.length)
    return { first, last: first + rows.length - 1 }
  }

  async jump(to: number): Promise<void> {
    const { position } = this.#state()
    if (to <= position) return
    this.#prepared(SQL.addRun).run(position + 1, position - to, to - position)
    this.#prepared(SQL.setPosition).run(to)
  }

  async idAt(position: number): Promise<number> {
    const run = this.#get<Run>(SQL.runAt, position)
    return run && run.id > 0 && position < run.position + run.count ? run.id + (position - run.position) : 0
  }

  async prune(upTo: number): Promise<number> {
    const { position, pruned } = this.#state()
    const end = Math.min(upTo, position)
    const highest = this.#get<{ id: number }>(SQL.highestId)!.id
    let removed = 0
    for (let next = pruned + 1; next <= end; ) {
      const { count, rows } = this.#pruneRun(next, end, highest)
      removed += rows
      next += count
    }
    if (end > pruned) this.#prepared(SQL.setPruned).run(end)
    return removed
  }

  /** The intervals of these rows shrink to what is still unseen: the gaps before each, and what lies behind the last. */
  #see(rows: readonly FoundRow[]): void {
    for (let start = 0; start < rows.length; ) {
      const interval: Interval = { first: rows[start]!.from, last: rows[start]!.to }
      let end = start
      while (end < rows.length && rows[end]!.from === interval.first) end++
      this.#prepared(SQL.forget).run(interval.first)
      this.#rememberGaps(interval, rows.slice(start, end))
      start = end
    }
  }

  #rememberGaps(interval: Interval, rows: readonly FoundRow[]): void {
    let next = interval.first
    for (const { id } of rows) {
      this.#remember(next, id - 1)
      next = id + 1
    }
    this.#remember(next, interval.last)
  }

  #remember(first: number, last: number): void {
    if (first <= last) this.#prepared(SQL.remember).run(first, last)
  }

  /** Ids in ascending order; neighbours share a run. */
  #giveFrom(ids: readonly number[]): void {
    for (let start = 0; start < ids.length; ) {
      let end = start + 1
      while (end < ids.length && ids[end] === ids[end - 1]! + 1) end++
      this.#giveRun(ids[start]!, end - start)
      start = end
    }
  }

  #giveRun(id: number, count: number): void {
    const { position } = this.#state()
    const last = this.#get<Run>(SQL.lastRun)
    const follows = last && last.position + last.count === position + 1 && last.id + last.count === id
    if (follows) this.#prepared(SQL.growRun).run(count, last.position)
    else this.#prepared(SQL.addRun).run(position + 1, id, count)
    this.#prepared(SQL.setPosition).run(position + count)
  }

  /** Their positions have just been given: the last ones. */
  #numbered(rows: readonly FoundRow[]): LogRow[] {
    const first = this.#state().position - rows.length + 1
    return rows.map((row, index) => withPosition(row, first + index))
  }

  /** Takes `count` ids above every row, leaving what lies below them and is not read yet for the reader. */
  #passOverUnseen(count: number): number {
    const first = this.#get<{ id: number }>(SQL.highestId)!.id + 1
    const open = this.#get<Interval>(SQL.openInterval)
    assume(open, 'the open interval of unseen log ids is missing')
    this.#prepared(SQL.forget).run(open.first)
    this.#remember(open.first, first - 1)
    this.#remember(Math.max(open.first, first + count), NO_END)
    return first
  }

  /** The rows of one run from position `from` on, `to` at most; none of positions that were jumped over. */
  #piece(from: number, to: number): { rows: LogRow[]; last: number } {
    const run = this.#get<Run>(SQL.runAt, from)
    if (!run || from >= run.position + run.count) throw gap(from, to)
    if (run.id < 0) return { rows: [], last: run.position + run.count - 1 }
    const last = Math.min(to, run.position + run.count - 1)
    const id = run.id + (from - run.position)
    const rows = this.#all<StoredRow>(SQL.rowsOfRun, id, id + (last - from))
    if (rows.length !== last - from + 1) throw gap(from, last)
    rows.forEach((row, index) => {
      row.position = from + index
    })
    return { rows, last }
  }

  /** @returns how many positions of the run that starts at `position` went, and how many rows with them */
  #pruneRun(position: number, end: number, highest: number): { count: number; rows: number } {
    const run = this.#get<Run>(SQL.runAt, position)
    if (!run) throw gap(position, end)
    const count = Math.min(run.count, end - run.position + 1)
    const lastId = run.id + count - 1
    this.#prepared(SQL.removeRows).run(run.id, lastId)
    if (lastId === highest) this.#prepared(SQL.keepHighest).run(highest)
    this.#prepared(SQL.removeRun).run(run.position)
    if (count < run.count)
      this.#prepared(SQL.addRun).run(run.position + count, run.id + count, run.count - count)
    return { count, rows: run.id < 0 ? 0 : count }
  }

  #state(): { position: number; pruned: number } {
    return this.#get<{ position: number; pruned: number }>(SQL.state)!
  }

  #get<T>(sql: string, ...values: number[]): T | undefined {
    return this.#prepared(sql).get(...values) as T | undefined
  }

  #all<T>(sql: string, ...values: (number | string)[]): T[] {
    return this.#prepared(sql).all(...values) as T[]
  }

  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#db.prepare(sql)
    if (statement.reader) statement.safeIntegers(false)
    this.#statements.set(sql, statement)
    return statement
  }
}

/** Named one by one: taking the interval's ends off by `...` makes slow objects, and there may be millions. */
const withPosition = (row: FoundRow, position: number): LogRow => ({
  position,
  id: row.id,
  time: row.time,
  previous: row.previous,
  type: row.type,
  associate: row.associate,
  table: row.table,
  record: row.record,
  flags: row.flags,
  application: row.application,
  origin: row.origin,
})

function gap(from: number, to: number): HomecomingError {
  const fact = `log positions ${from} to ${to} are not in the log any more`
  return new HomecomingError('LOG_GAP', fact, { from, to })
}
