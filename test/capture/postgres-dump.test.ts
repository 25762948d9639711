/** A dump and its restore: numbers of transactions mean nothing elsewhere, and the log goes on without a gap. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LogRow } from '../../src/storage/contract.ts'
import { missingCapture } from '../../src/storage/postgres/capture.ts'
import {
  hasOldest,
  oldestServer,
  postgresServer,
  type TestDatabase,
  testDatabase,
} from '../support/postgres-server.ts'
import { CapturedPostgres } from './captured-postgres.ts'

/** pg_dump and psql come with a server of Debian; the servers that tests bring along have none. A dump of an older server
 *  is read by a newer one. */
const TOOLS = '/usr/lib/postgresql/15/bin'
const hasTools = hasOldest && existsSync(join(TOOLS, 'pg_dump')) && existsSync(join(TOOLS, 'psql'))

/** @param how of pg_dump */
function copied(from: TestDatabase, to: TestDatabase, how: readonly string[]): void {
  const dump = execFileSync(join(TOOLS, 'pg_dump'), ['--no-owner', ...how, from.address], { maxBuffer: 1e9 })
  const quiet = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', to.address]
  execFileSync(join(TOOLS, 'psql'), quiet, { input: dump, stdio: ['pipe', 'ignore', 'inherit'] })
}

const numbered = (rows: readonly LogRow[]) => rows.map(row => `${row.position}:${row.record}`)
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}:${from + index}`)

test.skipIf(!hasTools).each<[string, boolean, string[]]>([
  ['another server, where transactions have had fewer numbers or more', true, []],
  ['another database of the same server', false, []],
  ['another database, with every name in quotes', false, ['--quote-all-identifiers']],
])(
  'restored in %s: what had a position keeps it, what had none is read, once (needs PostgreSQL 15 of Debian)',
  { timeout: 60_000 },
  async (_, elsewhere, how) => {
    const server = await oldestServer()
    await using base = await CapturedPostgres.open({ server })
    await using target = await testDatabase(elsewhere ? await postgresServer() : server)
    const insert = (some: CapturedPostgres, first: number, last: number) =>
      some.run(`INSERT INTO code (code_id) SELECT generate_series(${first}, ${last})`)
    await insert(base, 1, 10)
    await base.changing(log => log.readNew(100))
    const open = await base.program()
    await open.query('BEGIN; INSERT INTO code VALUES (999)')
    await insert(base, 11, 20)
    await base.changing(log => log.readNew(4))
    await insert(base, 21, 30)
    copied(base.database, target, how)

    await using restored = await CapturedPostgres.at(target, base.plan)
    await insert(restored, 31, 40)
    expect(await missingCapture(restored.reader, restored.plan)).toEqual([])
    expect(numbered(await restored.changing(log => log.readNew(13)))).toEqual(range(15, 27))
    await insert(restored, 41, 50)
    expect(numbered(await restored.changing(log => log.readNew(100)))).toEqual(range(28, 50))
    expect(await restored.news()).toEqual([])
    const all: LogRow[] = []
    await restored.changing(async log => {
      for await (const rows of log.between(0, 50, 7)) all.push(...rows)
    })
    expect(numbered(all)).toEqual(range(1, 50))
  },
)
