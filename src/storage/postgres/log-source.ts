/**
 * Log source: the reading order of the log on PostgreSQL.
 * Shape:  what is new is visible now and was not in the last snapshot: written by a transaction that was running then,
 *         or had not begun. All that became visible together stands in `hc_log_pending` before any of it is given out.
 * Role:   one reader at a time, in the transaction that uses what it reads, which sees one snapshot (repeatable read).
 * Order:  by log id among what became visible together. A record's rows follow each other as they were committed: who
 *         writes a record waits for whoever wrote it before, and takes the next id after that. A row whose id was
 *         reserved before has a number of the moment it was written (`hc_order`).
 * Why:    transactions commit out of order, and an open one may last for days: neither is skipped or waited for.
 * Server: numbers of transactions mean nothing on another server. After a restore from a dump the rows that have a
 *         position lose theirs, and all others are new.
 * @source SPEC section 2, "Reading order"; decision 0022
 */
import { assume, HomecomingError } from '../../core/errors.ts'
import type { Row } from '../../core/values.ts'
import type { LogRow, LogSource } from '../contract.ts'
import { ahead } from './ahead.ts'
import { arrayText } from './array-text.ts'
import { arrayOf } from './arrays.ts'
import type { Connection } from './connection.ts'
import { firstOf, idsIn, type Run, runsOf } from './log-runs.ts'
import { LOG_TYPES, LOG_SQL as SQL } from './log-source-sql.ts'
import type { Bound } from './values.ts'

/** Runs taken together: in a log where every row is one, each costs a look into the index. */
const RUNS_AT_ONCE = 5_000

export const logSource = (connection: Connection): LogSource => new PostgresLogSource(connection)

interface PositionRun extends Run {
  readonly position: number
}

class PostgresLogSource implements LogSource {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async readNew(limit: number): Promise<LogRow[]> {
    const rows: LogRow[] = []
    while (rows.length < limit) {
      const taken = await this.#takePending(limit - rows.length)
      if (taken.length > 0) rows.push(...(await this.#give(taken)))
      else if (!(await this.#collect())) break
    }
    return rows
  }

  async *between(from: number, to: number, size: number): AsyncIterable<LogRow[]> {
    const { position, pruned } = await this.#state()
    const end = Math.min(to, position)
    if (from < pruned) throw gap(from + 1, pruned)
    if (from >= end) return
    let coming = this.#piece(from + 1, end, size)
    try {
      for (;;) {
        const { rows, last } = await coming
        // The server looks for the next piece while somebody works on this one.
        if (last < end) coming = ahead(this.#piece(last + 1, end, size))
        if (rows.length > 0) yield rows
        if (last >= end) return
      }
    } finally {
      await coming.catch(() => {})
    }
  }

  async about(records: readonly { readonly table: number; readonly record: number }[]): Promise<LogRow[]> {
    const wanted = records.map(({ table, record }) => [table, record])
    const rows = await this.#all(SQL.about, arrayText(wanted, 0), arrayText(wanted, 1))
    return rows.map(([position, ...row]) => logRow(row, Number(position)))
  }

  async position(): Promise<number> {
    return (await this.#state()).position
  }

  async countAfter(position: number): Promise<number> {
    const state = await this.#state()
    const after = Math.max(position, state.pruned)
    if (after >= state.position) return 0
    const [[leftOut] = []] = await this.#all(SQL.leftOutFrom, after + 1)
    return state.position - after - Number(leftOut)
  }

  async first(): Promise<number> {
    return (await this.#state()).pruned + 1
  }

  async append(
    rows: readonly Omit<LogRow, 'position' | 'id'>[],
  ): Promise<{ first: number; last: number } | undefined> {
    if (rows.length === 0) return undefined
    const values = rows.map(row => [
      ...[row.time, row.previous, row.type, row.associate, row.table, row.record],
      ...[row.flags, row.application, row.origin],
    ])
    const columns = LOG_TYPES.map((type, column) => arrayOf(values, column, `pg_catalog.${type}`))
    const added = await this.#all(SQL.append, ...columns)
    const { position } = await this.#state()
    await this.#giveRuns(position, runsOf(added.map(([id]) => Number(id))))
    return { first: position + 1, last: position + rows.length }
  }

  /** Positions left out are a run of ids below zero, where no row is. */
  async jump(to: number): Promise<void> {
    const { position } = await this.#state()
    if (to > position) await this.#giveRuns(position, [{ first: position - to, count: to - position }])
  }

  async idAt(position: number): Promise<number> {
    const [run] = (await this.#all(SQL.runAt, position)).map(positionRun)
    return run && run.first > 0 && position < run.position + run.count
      ? run.first + (position - run.position)
      : 0
  }

  async prune(upTo: number): Promise<number> {
    const { position, pruned } = await this.#state()
    const end = Math.min(upTo, position)
    let removed = 0
    for (let next = pruned + 1; next <= end; ) {
      const runs = await this.#runs(next, end)
      removed += await this.#count(SQL.removeRows, ...arraysOf(runs.filter(({ first }) => first > 0)))
      await this.#removeRuns(runs)
      next += idsIn(runs)
    }
    if (end > pruned) await this.#all(SQL.setPruned, end)
    return removed
  }

  /** The next rows that have been found and not given out. Those that somebody deleted meanwhile are not missed. */
  async #takePending(limit: number): Promise<Row[]> {
    const pending = await this.#all(SQL.pending, Math.min(limit, RUNS_AT_ONCE))
    const runs = pending.map(([, first, count]) => ({ first: Number(first), count: Number(count) }))
    const some = firstOf(runs, limit)
    if (some.length === 0) return []
    const place = Number(pending[some.length - 1]![0])
    const part = some.at(-1)!.count
    if (part < runs[some.length - 1]!.count) {
      await this.#all(SQL.removePending, place - 1)
      await this.#all(SQL.shortenPending, place, part)
    } else {
      await this.#all(SQL.removePending, place)
    }
    const rows = await this.#all(SQL.rowsOfRuns, ...arraysOf(some))
    return rows.length > 0 ? rows : this.#takePending(limit)
  }

  /** @returns false where nothing is new */
  async #collect(): Promise<boolean> {
    await this.#knowServer()
    const [[found, own] = []] = await this.#all(SQL.collect)
    if (Number(found) === 0) return false
    if (own === true) await this.#all(SQL.forgetOwn)
    await this.#all(SQL.restart)
    return true
  }

  async #knowServer(): Promise<void> {
    const [[same, early] = []] = await this.#all(SQL.system)
    assume(early !== true, 'the reader of the log has written before its snapshot was taken')
    if (same === true) return
    await this.#all(SQL.forgetRead)
    await this.#all(SQL.forgetPending)
    await this.#all(SQL.renumber)
    await this.#all(SQL.restart)
    await this.#all(SQL.setSystem)
  }

  async #give(rows: readonly Row[]): Promise<LogRow[]> {
    const { position } = await this.#state()
    await this.#giveRuns(position, runsOf(rows.map(([id]) => Number(id))))
    return rows.map((row, index) => logRow(row, position + 1 + index))
  }

  /** @param position the last one given so far */
  async #giveRuns(position: number, runs: readonly Run[]): Promise<void> {
    const [first, ...others] = runs
    const [last] = (await this.#all(SQL.lastRun)).map(positionRun)
    const follows =
      last && last.position + last.count === position + 1 && last.first + last.count === first!.first
    if (follows) await this.#all(SQL.growRun, last.position, first!.count)
    const added = follows ? others : runs
    const next = position + (follows ? first!.count : 0) + 1
    if (added.length > 0) await this.#all(SQL.addRuns, ...arraysOf(added), next)
    await this.#all(SQL.setPosition, position + idsIn(runs))
  }

  /** Up to `size` rows from position `from` on, none beyond `to`. */
  async #piece(from: number, to: number, size: number): Promise<{ rows: LogRow[]; last: number }> {
    const runs = firstRuns(await this.#runs(from, to), size)
    const real = runs.filter(({ first }) => first > 0)
    const rows = real.length === 0 ? [] : await this.#all(SQL.rowsOfRuns, ...arraysOf(real))
    const last = from + idsIn(runs) - 1
    if (rows.length !== idsIn(real)) throw gap(from, last)
    const positions = real.flatMap(run =>
      Array.from({ length: run.count }, (_, index) => run.position + index),
    )
    return { rows: rows.map((row, index) => logRow(row, positions[index]!)), last }
  }

  /** The runs that hold the positions from `from` to `to`, cut to them; where there are many, the first of them. */
  async #runs(from: number, to: number): Promise<PositionRun[]> {
    const found = (await this.#all(SQL.runsFrom, from, to, RUNS_AT_ONCE)).map(positionRun)
    const first = found[0]
    if (!first || first.position > from || first.position + first.count <= from) throw gap(from, to)
    return found.map(run => cut(run, from, to))
  }

  /** @param runs positions that are not in the log any more, the lowest there are */
  async #removeRuns(runs: readonly PositionRun[]): Promise<void> {
    const last = runs.at(-1)!
    const end = last.position + last.count - 1
    const [whole] = (await this.#all(SQL.runAt, end)).map(positionRun)
    await this.#all(SQL.removeRuns, end)
    const left = whole!.position + whole!.count - 1 - end
    if (left > 0) {
      const rest = { first: whole!.first + whole!.count - left, count: left }
      await this.#all(SQL.addRuns, ...arraysOf([rest]), end + 1)
    }
  }

  async #state(): Promise<{ position: number; pruned: number }> {
    const [[position, pruned] = []] = await this.#all(SQL.state)
    return { position: Number(position), pruned: Number(pruned) }
  }

  async #all(sql: string, ...values: readonly (number | Bound)[]): Promise<Row[]> {
    return (await this.#connection.send({ sql, parameters: values.map(parameter) })).rows
  }

  async #count(sql: string, ...values: readonly (number | Bound)[]): Promise<number> {
    return (await this.#connection.send({ sql, parameters: values.map(parameter) })).count
  }
}

const parameter = (value: number | Bound): Bound => (typeof value === 'number' ? String(value) : value)

/** The first and the number of ids of each run, as two lists. */
function arraysOf(runs: readonly Run[]): [string, string] {
  const pairs = runs.map(({ first, count }) => [first, count])
  return [arrayText(pairs, 0), arrayText(pairs, 1)]
}

const positionRun = ([position, first, count]: Row): PositionRun => ({
  position: Number(position),
  first: Number(first),
  count: Number(count),
})

/** Ids of positions that were left out stay below zero. */
function cut(run: PositionRun, from: number, to: number): PositionRun {
  const before = Math.max(0, from - run.position)
  const end = Math.min(run.position + run.count - 1, to)
  const position = run.position + before
  return { position, first: run.first < 0 ? run.first : run.first + before, count: end - position + 1 }
}

/** As many as give `size` rows: what was left out gives none. */
function firstRuns(runs: readonly PositionRun[], size: number): PositionRun[] {
  const some: PositionRun[] = []
  for (let left = size, index = 0; left > 0 && index < runs.length; index++) {
    const run = runs[index]!
    const count = run.first < 0 ? run.count : Math.min(run.count, left)
    some.push({ ...run, count })
    if (run.first > 0) left -= count
  }
  return some
}

/** Named one by one: there may be millions. */
const logRow = (row: Row, position: number): LogRow => ({
  position,
  id: Number(row[0]),
  time: Number(row[1]),
  previous: Number(row[2]),
  type: Number(row[3]),
  associate: Number(row[4]),
  table: Number(row[5]),
  record: Number(row[6]),
  flags: Number(row[7]),
  application: Number(row[8]),
  origin: Number(row[9]),
})

function gap(from: number, to: number): HomecomingError {
  const fact = `log positions ${from} to ${to} are not in the log any more`
  return new HomecomingError('LOG_GAP', fact, { from, to })
}
