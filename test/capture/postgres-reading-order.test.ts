/**
 * The reading order on PostgreSQL, with many programs writing and a reader that reads all the time. The invariant:
 *   every log row that is committed is read exactly once, and none that is not;
 *   the rows of one record come in the order in which their changes were committed;
 *   an open transaction holds nothing up.
 * `HOMECOMING_TEST_ROWS` says how many log rows it takes (20,000).
 */
import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import type { LogRow } from '../../src/storage/contract.ts'
import { asAdmin } from '../support/postgres-server.ts'
import { CapturedPostgres } from './captured-postgres.ts'

const ROWS = Number(process.env.HOMECOMING_TEST_ROWS ?? 20_000)
const WRITERS = 6
/** Records that every writer changes: their owner counts the changes, so that each log row tells which one it is. */
const SHARED = 40
const UPDATE_OWNER = 5120
/** A table that nobody captures: its rows come from programs that write the log themselves. */
const OUTSIDE = 999

class Reader {
  readonly rows: LogRow[] = []
  readonly #base: CapturedPostgres
  #going = true

  constructor(base: CapturedPostgres) {
    this.#base = base
  }

  async run(): Promise<void> {
    for (let turn = 0; ; turn++) {
      const going = this.#going
      const some = await this.#base.changing(log => log.readNew(turn % 3 === 0 ? 7 : 5_000))
      this.rows.push(...some)
      if (!going && some.length === 0) return
    }
  }

  finish(): void {
    this.#going = false
  }
}

const pick = (below: number): number => Math.floor(Math.random() * below)

/** Transactions of all sizes, each on a few of the shared records in ascending order, and on some of its own. */
async function write(client: pg.Client, nth: number, rows: number): Promise<void> {
  for (let written = 0, own = 0; written < rows; ) {
    await client.query('BEGIN')
    const some = Array.from({ length: 1 + pick(4) }, () => pick(SHARED) + 1).sort((a, b) => a - b)
    for (const record of some)
      await client.query(`UPDATE contact SET associate_id = associate_id + 1 WHERE contact_id = ${record}`)
    await client.query('SAVEPOINT undone')
    await client.query(`UPDATE contact SET associate_id = -1 WHERE contact_id = ${some.at(-1)}`)
    await client.query('ROLLBACK TO undone')
    const many = pick(10) === 0 ? Math.ceil(rows / 20) : pick(5)
    const first = nth * 100_000_000 + own + 1
    await client.query(`INSERT INTO code (code_id) SELECT generate_series(${first}, ${first + many - 1})`)
    own += many
    await client.query(pick(6) === 0 ? 'ROLLBACK' : 'COMMIT')
    written += some.length * 2 + many
  }
}

/** Reserves ids, and writes some of them much later, in transactions that other ones overtake. */
async function writeOutside(client: pg.Client, isOver: () => boolean): Promise<void> {
  for (let record = 1; !isOver(); record += 3) {
    const { rows } = await client.query(
      'UPDATE sequence SET next_id = next_id + 3 WHERE id = 39 RETURNING next_id - 3 AS first',
    )
    const first = Number(rows[0].first)
    await client.query('BEGIN')
    for (const offset of [2, 0])
      await client.query(
        `INSERT INTO traveltransactionlog VALUES (${first + offset}, 1, 0, 4608, 1, ${OUTSIDE}, ${record + offset})`,
      )
    await client.query('SELECT pg_sleep(0.02)')
    await client.query(record % 2 ? 'COMMIT' : 'ROLLBACK')
  }
}

const owners = (rows: readonly LogRow[], record: number): number[] =>
  rows
    .filter(row => row.table === 5 && row.type === UPDATE_OWNER && row.record === record)
    .map(row => row.previous)

describe('the invariant', () => {
  test(`holds while ${WRITERS} programs write ${ROWS} rows`, { timeout: 60_000 + ROWS }, async () => {
    await using base = await CapturedPostgres.open({
      before: `INSERT INTO contact (contact_id, associate_id) SELECT i, 0 FROM generate_series(1, ${SHARED}) i;`,
    })
    const clients = await Promise.all(Array.from({ length: WRITERS + 2 }, () => base.program()))
    const [long, outside, ...writers] = clients as [pg.Client, pg.Client, ...pg.Client[]]
    await long.query(`BEGIN; INSERT INTO code (code_id) VALUES (7)`)
    const reader = new Reader(base)
    const reading = reader.run()
    let over = false
    const outsider = writeOutside(outside, () => over)
    await Promise.all(writers.map((client, nth) => write(client, nth + 1, ROWS / WRITERS)))
    over = true
    await outsider

    const committed = await base.value(`SELECT count(*) FROM traveltransactionlog`)
    await expect.poll(() => reader.rows.length, { timeout: 60_000 }).toBe(committed)
    await long.query(`INSERT INTO code (code_id) VALUES (8); COMMIT`)
    reader.finish()
    await reading

    const { rows } = reader
    expect(rows.slice(-2).map(row => row.record)).toEqual([7, 8])
    expect(rows.map(row => row.position)).toEqual(rows.map((_, index) => index + 1))
    expect(new Set(rows.map(row => row.id)).size).toBe(rows.length)
    expect(rows.length).toBe(await base.value('SELECT count(*) FROM traveltransactionlog'))
    for (let record = 1; record <= SHARED; record++) {
      const changes = await base.value(`SELECT associate_id FROM contact WHERE contact_id = ${record}`)
      expect(owners(rows, record)).toEqual(Array.from({ length: changes }, (_, nth) => nth))
    }
    expect(rows.filter(row => row.table === OUTSIDE).length).toBeGreaterThan(0)
  })

  test('within one transaction that reads, too: its own rows come after what it sees, and once', async () => {
    await using base = await CapturedPostgres.open({ before: 'INSERT INTO contact (contact_id) VALUES (7);' })
    const other = await base.program()
    await other.query('BEGIN; INSERT INTO code VALUES (1)')
    await base.run(`UPDATE contact SET category = 1`)
    const read = await base.changing(async log => {
      await base.reader.execute(`UPDATE contact SET category = 2; INSERT INTO code VALUES (2)`)
      await other.query('COMMIT')
      const first = await log.readNew(2)
      await base.reader.execute(`INSERT INTO code VALUES (3)`)
      return [...first, ...(await log.readNew(1))].map(row => `${row.position}:${row.table}/${row.record}`)
    })

    expect(read).toEqual(['1:5/7', '2:5/7', '3:61/2'])
    expect(await base.news()).toEqual(['Insert code 1', 'Insert code 3'].sort())
    expect(await base.news()).toEqual([])
  })

  test('a row whose id was reserved before another’s change stands where it was written', async () => {
    await using base = await CapturedPostgres.open({ before: 'INSERT INTO contact (contact_id) VALUES (7);' })
    await base.run('UPDATE sequence SET next_id = 101 WHERE id = 39')
    await base.run('UPDATE contact SET category = 1')
    await base.run('INSERT INTO traveltransactionlog VALUES (100, 1, 0, 4864, 1, 5, 7)')

    expect(await base.news()).toEqual(['Update contact 7', 'Delete contact 7'])
  })
})

describe('the server', () => {
  test('is ended while the reader reads: what was given and not committed is given again', async () => {
    await using base = await CapturedPostgres.open()
    await base.run('INSERT INTO code (code_id) SELECT generate_series(1, 100)')
    await base.changing(log => log.readNew(40))
    const killed = base.changing(async log => {
      await log.readNew(40)
      const { rows } = await base.reader.send({ sql: 'select pg_backend_pid()' })
      await asAdmin(base.database.admin, client =>
        client.query('select pg_terminate_backend($1)', [rows[0]![0]]),
      )
      await log.readNew(40)
    })

    await expect(killed).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await base.reconnect()
    const rest = await base.changing(log => log.readNew(1000))
    expect(rest.map(row => `${row.position}:${row.record}`)).toEqual(
      Array.from({ length: 60 }, (_, index) => `${index + 41}:${index + 41}`),
    )
  })
})
