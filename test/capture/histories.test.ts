/**
 * Random statements against what really happened: tables are compared before and after each statement, so the model
 * knows nothing of conflicts, REPLACE or rollback, only that a record came, changed, went, or did not.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOG } from '../../src/log/types.ts'
import type { LogRow } from '../../src/storage/contract.ts'
import { logSource } from '../../src/storage/sqlite/log-source.ts'
import { CapturedDatabase } from './captured-database.ts'

const START = `INSERT INTO code VALUES (1, 'a', 1, 'x', 1), (2, 'b', 2, 'x', 2), (3, 'c', NULL, 'x', 3), (4, NULL, 4, 'x', 1);`
/** Log rows that another program writes under reserved ids name records of this table. */
const ELSEWHERE = 4711

interface Code {
  readonly code_id: number
  readonly name: string | null
  readonly rank: number | null
  readonly note: string
  readonly associate_id: number
}

type Step =
  /** `rows`: 1 where no record can be touched twice and end as it began. */
  | { readonly kind: 'run'; readonly sql: string; readonly rows: number; readonly undo: boolean }
  | { readonly kind: 'recursive'; readonly on: boolean }
  | { readonly kind: 'reserve'; readonly count: number }
  | { readonly kind: 'late'; readonly pick: number }
  | { readonly kind: 'read'; readonly limit: number; readonly undo: boolean }

const id = fc.constantFrom('1', '2', '3', '4', '5', '6')
const name = fc.constantFrom(`'a'`, `'A'`, `'b'`, `'c'`, `'d'`, 'NULL')
const rank = fc.constantFrom('1', '2', '3', '4', '5', 'NULL')
const owner = fc.constantFrom('1', '2', '3')
const policy = fc.constantFrom(
  '',
  'OR REPLACE',
  'OR REPLACE',
  'OR IGNORE',
  'OR FAIL',
  'OR ABORT',
  'OR ROLLBACK',
)
const where = fc.oneof(
  id.map(value => `code_id = ${value}`),
  rank.map(value => `rank >= ${value}`),
  fc.constant('TRUE'),
)
const values = fc
  .tuple(fc.oneof(id, id, fc.constant('NULL')), name, rank, fc.constantFrom(`'x'`, `'y'`), owner)
  .map(row => `(${row.join(', ')})`)
const settings = fc
  .uniqueArray(
    fc.oneof(
      name.map(value => ['name', value] as const),
      rank.map(value => ['rank', value] as const),
      owner.map(value => ['associate_id', value] as const),
      fc
        .oneof(id, fc.constant('code_id + 1'), fc.constant('7 - code_id'))
        .map(value => ['code_id', value] as const),
    ),
    { minLength: 1, maxLength: 3, selector: ([column]) => column },
  )
  .map(pairs => pairs.map(([column, value]) => `${column} = ${value}`).join(', '))

const onConflict = fc.oneof(
  fc.constant('ON CONFLICT DO NOTHING'),
  fc
    .tuple(fc.constantFrom('(code_id)', '(rank)', '(name COLLATE NOCASE)', ''), settings)
    .map(([target, set]) => `ON CONFLICT ${target} DO UPDATE SET ${set}`)
    .map(clause =>
      clause.replaceAll('code_id + 1', 'code.code_id + 1').replaceAll('7 - code_id', '7 - code.code_id'),
    ),
)

const statement = fc.oneof(
  fc
    .tuple(policy, fc.array(values, { minLength: 1, maxLength: 3 }))
    .map(([how, rows]) => ({ sql: `INSERT ${how} INTO code VALUES ${rows.join(', ')}`, rows: rows.length })),
  fc
    .tuple(values, onConflict)
    .map(([row, clause]) => ({ sql: `INSERT INTO code VALUES ${row} ${clause}`, rows: 1 })),
  fc.tuple(policy, settings, where).map(([how, set, which]) => ({
    sql: `UPDATE ${how} code SET ${set} WHERE ${which}`,
    rows: set.includes('code_id') ? 2 : 1,
  })),
  where.map(which => ({ sql: `DELETE FROM code WHERE ${which}`, rows: 1 })),
)

const rarely = fc.integer({ min: 0, max: 7 }).map(n => n === 0)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(statement, rarely).map(([what, undo]) => ({ kind: 'run' as const, ...what, undo })),
  },
  { weight: 1, arbitrary: fc.boolean().map(on => ({ kind: 'recursive' as const, on })) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 4 }).map(count => ({ kind: 'reserve' as const, count })),
  },
  { weight: 3, arbitrary: fc.nat({ max: 50 }).map(pick => ({ kind: 'late' as const, pick })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 5 }), rarely)
      .map(([limit, undo]) => ({ kind: 'read' as const, limit, undo })),
  },
)

/** One database and what a reader of its log has seen. */
class History implements Disposable {
  readonly base = new CapturedDatabase({ child: true, prefix: 0, before: START })
  readonly read: LogRow[] = []
  readonly #free: number[] = []
  #recursive = false

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'run':
        return this.#run(step.sql, step.rows, step.undo)
      case 'recursive':
        this.#recursive = step.on
        return this.base.run(`PRAGMA recursive_triggers = ${step.on ? 'ON' : 'OFF'}`)
      case 'reserve':
        return this.#reserve(step.count)
      case 'late':
        return this.#writeLate(step.pick)
      case 'read':
        return this.readSome(step.limit, step.undo)
      default:
        return step satisfies never
    }
  }

  #run(sql: string, rows: number, undo: boolean): void {
    const [before, last] = [this.codes(), this.#lastId()]
    this.base.run('BEGIN')
    refusedOrDone(() => this.base.run(sql))
    if (this.base.db.inTransaction) this.base.run(undo ? 'ROLLBACK' : 'COMMIT')
    const written = this.#written(last)
    explains(before, this.codes(), written)
    if (rows === 1 && !this.#recursive) nothingForTheUnchanged(before, this.codes(), written)
    if (undo) expect(written).toEqual([])
  }

  #reserve(count: number): void {
    this.base.run(`UPDATE sequence SET next_id = next_id + ${count} WHERE id = 39`)
    const first = this.base.value(`SELECT next_id - ${count} FROM sequence WHERE id = 39`)
    for (let offset = 0; offset < count; offset++) this.#free.push(first + offset)
  }

  #writeLate(pick: number): void {
    const [taken] = this.#free.splice(pick % Math.max(1, this.#free.length), 1)
    if (taken === undefined) return
    const row = `(${taken}, 1, 0, ${LOG.update}, 1, ${ELSEWHERE}, ${taken}, 0, 0, 0)`
    this.base.run(`INSERT INTO traveltransactionlog VALUES ${row}`)
  }

  async readSome(limit: number, undo: boolean): Promise<void> {
    this.base.run('BEGIN')
    const rows = await logSource(this.base.db).readNew(limit)
    this.base.run(undo ? 'ROLLBACK' : 'COMMIT')
    if (!undo) this.read.push(...rows)
  }

  codes(): Map<number, Code> {
    return new Map(this.base.all<Code>('SELECT * FROM code').map(code => [code.code_id, code]))
  }

  agreed(): Code[] {
    return this.base.all<Code>('SELECT * FROM hc_base_61')
  }

  logIds(): number[] {
    return this.base
      .all<{ id: number }>(
        'SELECT traveltransactionlog_id AS id FROM traveltransactionlog WHERE type <> 0 ORDER BY 1',
      )
      .map(row => row.id)
  }

  #lastId(): number {
    return this.base.value('SELECT coalesce(max(traveltransactionlog_id), 0) FROM traveltransactionlog')
  }

  #written(after: number): Written[] {
    return this.base.all<Written>(
      `SELECT type, record_id AS record, prev_record_id AS previous FROM traveltransactionlog
       WHERE traveltransactionlog_id > ${after} ORDER BY traveltransactionlog_id`,
    )
  }

  [Symbol.dispose](): void {
    this.base[Symbol.dispose]()
  }
}

type Written = Pick<LogRow, 'type' | 'record' | 'previous'>

/** A broken constraint, or a key below the range, is part of the game; OR FAIL and OR IGNORE keep what was done before it. */
function refusedOrDone(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!/constraint|HC:ID_OUT_OF_RANGE/i.test(String(error))) throw error
  }
}

/** The rows of a statement lead from one state to the other: whether each record is there, and who owned it before. */
function explains(before: Map<number, Code>, after: Map<number, Code>, written: readonly Written[]): void {
  for (const record of new Set([...before.keys(), ...after.keys(), ...written.map(row => row.record)])) {
    const rows = written.filter(row => row.record === record)
    const [was, is] = [before.get(record), after.get(record)]
    expect(presenceAfter(was !== undefined, rows)).toBe(is !== undefined)
    if (was && is && differ(was, is)) expect(rows).not.toEqual([])
    const saves = rows.filter(row => row.type !== LOG.updateOwner)
    if (was && is && saves.length === 1 && saves[0]!.type === LOG.update) {
      const owners = rows.filter(row => row.type === LOG.updateOwner).map(row => row.previous)
      expect(owners).toEqual(was.associate_id === is.associate_id ? [] : [was.associate_id])
      expect(rows[0]!.type).toBe(LOG.update)
    }
  }
}

function presenceAfter(start: boolean, rows: readonly Written[]): boolean {
  let there = start
  for (const { type } of rows) {
    expect(there).toBe(type !== LOG.insert)
    there = type !== LOG.delete
  }
  return there
}

function nothingForTheUnchanged(
  before: Map<number, Code>,
  after: Map<number, Code>,
  written: readonly Written[],
): void {
  const unchanged = [...before.values()].filter(code => {
    const now = after.get(code.code_id)
    return now !== undefined && !differ(code, now)
  })
  const touched = new Set(written.map(row => row.record))
  expect(unchanged.filter(code => touched.has(code.code_id))).toEqual([])
}

const differ = (a: Code, b: Code): boolean => JSON.stringify(a) !== JSON.stringify(b)

test('whatever the statements, the log tells exactly what became of each record', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async steps => {
      using history = new History()
      const start = history.codes()
      for (const each of steps) await history.take(each)
      const unread = history.logIds().length - history.read.length
      await history.readSome(unread + 1, false)

      everyRowOnce(history)
      foldedLogLeadsTo(history, start)
      agreedValuesAreThoseOfTheStart(history, start)
    }),
    { numRuns: Number(process.env.HOMECOMING_RUNS ?? 80) },
  )
}, 60_000)

function everyRowOnce(history: History): void {
  expect(history.read.map(row => row.position)).toEqual(history.read.map((_, index) => index + 1))
  expect(history.read.map(row => row.id).sort((a, b) => a - b)).toEqual(history.logIds())
}

function foldedLogLeadsTo(history: History, start: Map<number, Code>): void {
  const end = history.codes()
  for (const record of new Set([...start.keys(), ...end.keys()])) {
    const rows = history.read.filter(row => row.table === 61 && row.record === record)
    expect(presenceAfter(start.has(record), rows)).toBe(end.has(record))
    const [was, is] = [start.get(record), end.get(record)]
    if (was && is && differ(was, is)) expect(rows).not.toEqual([])
  }
}

/** Kept from the first change on, of every record that was there and changed or went, and as it was then. */
function agreedValuesAreThoseOfTheStart(history: History, start: Map<number, Code>): void {
  const changed = new Set(
    history.read.filter(row => row.table === 61 && row.type !== LOG.insert).map(row => row.record),
  )
  const kept = history.agreed().filter(code => start.has(code.code_id))
  expect(kept).toEqual([...start.values()].filter(code => changed.has(code.code_id)))
}
