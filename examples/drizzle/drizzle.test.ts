/** The example, run: each change that Drizzle makes is in the log under the right name, and both sides end the same. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeDatabase, log, openDatabase } from '../../src/index.ts'
import {
  asAdmin,
  postgresServer,
  type TestDatabase,
  testDatabase,
} from '../../test/support/postgres-server.ts'
import { type JourneyReport, journey, pathOf } from './journey.ts'

let folder: string
let database: TestDatabase

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homecoming-drizzle-'))
  database = await testDatabase(await postgresServer())
})

afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

describe('an application with Drizzle and a pool of its own', () => {
  let report: JourneyReport
  beforeAll(async () => {
    report = await journey({ address: database.address, folder })
  })

  test('its tables travel as they are', () => {
    expect(report.adopted).toEqual({ kept: ['technician', 'machine', 'visit'], made: [] })
  })

  test('each of its changes has its rows in the log, under the right name', () => {
    const machine = numberIn('Ola installs', /^Insert machine (\d+)/)
    const visit = numberIn('Ola installs', /^Insert visit (\d+)/)
    const priced = numberIn('prices', /^Insert machine (\d+)/)
    expect(report.atTheOffice.map(({ logged }) => logged)).toEqual([
      [`Insert machine ${machine} by ok`, `Insert visit ${visit} by ok`],
      ['Update machine 1 by office', 'Update machine 2 by office'],
      [`Insert machine ${priced} by ok`, 'Update machine 3 by ok'],
      ['Delete visit 5 by ok'],
      [],
      [],
    ])
  })

  test('of a transaction that was rolled back the log has nothing, then or later', async () => {
    const office = await openDatabase(pathOf(database.address, folder))
    const rows = await log(office, { limit: 1000 })
    expect(rows.filter(({ table, type }) => table === 'machine' && type.startsWith('Delete'))).toEqual([])
    await closeDatabase(office)
  })

  test('what was found on the road is at the office under a number of the office', () => {
    expect(report.found).toMatchObject({ onTheLaptop: 0x7e000001, visits: 1 })
    expect(report.found.atTheOffice).toBeLessThan(100)
  })

  test('each edit is accounted for; the one that lost is kept with what stands instead', () => {
    expect(report.account).toMatchObject({ made: 5, applied: 4, overruled: 1, held: 0 })
    expect(report.lost).toMatchObject([
      { table: 'machine', record: 1, fields: [{ mine: 'Bergen, quay 4', theirs: 'Bergen, quay 7' }] },
    ])
  })

  test('before homecoming both held the same', () => {
    expect(report.verified).toMatchObject({ same: true })
  })

  test('what was edited last is there for every other program', async () => {
    const { rows } = await asAdmin(database.admin, client =>
      client.query(
        `select serial, place, price, state, created_at is not null as dated from workshop.machine where serial in ('L-202', 'P-300') order by 1`,
      ),
    )
    expect(rows).toEqual([
      { serial: 'L-202', place: 'Oslo, gate 3', price: '3900.00', state: 'in use', dated: true },
      { serial: 'P-300', place: 'Bergen, shed', price: '4900.00', state: 'stored', dated: true },
    ])
  })

  function numberIn(what: string, form: RegExp): string {
    const logged = report.atTheOffice.find(step => step.what.startsWith(what))?.logged ?? []
    return logged.map(row => form.exec(row)?.[1]).find(found => found !== undefined) ?? 'none'
  }
})

const rootWithoutUser = process.getuid?.() === 0 && !hasUser('postgres')

test.skipIf(rootWithoutUser)(
  'as in its README: it brings a server of its own, and takes it away again',
  async () => {
    const { code, stdout, stderr } = await start(['--folder', join(folder, 'own')])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('5 edits = 4 applied + 0 merged + 1 overruled')
    expect(stdout).toContain('both held the same')
    expect(existsSync(join(folder, 'own', 'eva', 'travel.db'))).toBe(true)
  },
)

function start(words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(done => {
    execFile(process.execPath, [join(import.meta.dirname, 'start.ts'), ...words], (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    )
  })
}

function hasUser(name: string): boolean {
  try {
    execFileSync('id', [name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
