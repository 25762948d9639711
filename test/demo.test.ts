/** The demo, run as people run it: what it prints, what it leaves behind, and that the seed decides all of it. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandsToTry } from '../src/demo/look-around.ts'
import { closeDatabase, listAreas, openDatabase, sql, verify, why } from '../src/index.ts'
import { homecoming } from './cli/command-line.ts'

const START = join(import.meta.dirname, '../src/demo/start.ts')
const PATIENCE = 300_000

interface Summary {
  readonly identical: boolean
  readonly seed: number
  readonly folder: string
  readonly ledger: Readonly<Record<'made' | Verdict, number>>
  readonly travellers: readonly ({
    readonly name: string
    readonly database: string
    readonly key: string
  } & Readonly<Record<'created' | 'made' | Exclude<Verdict, 'held'>, number>>)[]
  readonly packets: Readonly<Record<'up' | 'dwn' | 'lost' | 'repeated' | 'reordered' | 'quarantined', number>>
  readonly satellites: readonly {
    readonly name: string
    readonly number: number
    readonly database: string
    readonly passedOn: boolean
    readonly ledger: Readonly<Record<'made' | Verdict, number>>
    readonly travellers: readonly ({
      readonly name: string
      readonly database: string
      readonly key: string
      readonly created: number
    } & Readonly<Record<'made' | Verdict, number>>)[]
  }[]
  readonly seconds: number
}
type Verdict = 'applied' | 'merged' | 'overruled' | 'rejected' | 'held'

let folder: string
let seven: { text: string; told: Summary }
let sevenAgain: typeof seven
let eight: typeof seven

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homecoming-test-'))
  seven = await demo(7, 'seven')
  sevenAgain = await demo(7, 'seven-again')
  eight = await demo(8, 'eight')
}, PATIENCE)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Fails where the demo does not exit with 0. */
async function demo(seed: number, name: string) {
  const words = [START, '--json', '--seed', String(seed), '--folder', join(folder, name)]
  const { stdout } = await promisify(execFile)(process.execPath, words)
  return { text: stdout, told: JSON.parse(stdout) as Summary }
}

/** Without what may differ: where it lies, and how long it took. */
function figures({ folder: _, seconds, travellers, satellites, ...told }: Summary) {
  const plain = (all: readonly { database: string; key: string }[]) =>
    all.map(({ database, key, ...traveller }) => traveller)
  const offices = satellites.map(({ database, travellers: of, ...office }) => ({ ...office, of: plain(of) }))
  return { ...told, travellers: plain(travellers), offices }
}

test('it prints one object of at most 64 KiB', () => {
  expect(Buffer.byteLength(seven.text)).toBeLessThanOrEqual(65_536)
  expect(Object.keys(seven.told)).toEqual(
    expect.arrayContaining(['identical', 'seed', 'folder', 'ledger', 'travellers', 'packets', 'seconds']),
  )
  expect(seven.told).toMatchObject({ identical: true, seed: 7, folder: join(folder, 'seven') })
})

describe.each([
  ['7', () => seven.told],
  ['8', () => eight.told],
])('with seed %s', (_, told) => {
  test('every edit made away is accounted for, and nothing is held', () => {
    const { made, applied, merged, overruled, rejected, held } = told().ledger
    expect(made).toBe(applied + merged + overruled + rejected + held)
    expect(held).toBe(0)
    expect(overruled).toBeGreaterThan(0)
  })

  test('three people were away, and each of them created a record', () => {
    const { travellers, ledger } = told()
    expect(travellers).toHaveLength(3)
    for (const one of travellers) {
      expect(one.created).toBeGreaterThan(0)
      expect(one.made).toBe(one.applied + one.merged + one.overruled + one.rejected)
    }
    expect(travellers.reduce((sum, one) => sum + one.made, 0)).toBe(ledger.made)
  })

  test('an office in another city sent out one more, whose account adds up, and passed an edit on', () => {
    const [bergen] = told().satellites
    const [far] = bergen!.travellers
    expect(bergen).toMatchObject({ number: 1, passedOn: true })
    expect(far!.created).toBeGreaterThan(0)
    for (const { made, applied, merged, overruled, rejected, held } of [far!, bergen!.ledger]) {
      expect(made).toBe(applied + merged + overruled + rejected + held)
      expect(held).toBe(0)
    }
    expect(bergen!.ledger.made).toBeGreaterThan(far!.made)
  })

  test('packets were lost, repeated, reordered and damaged', () => {
    const { up, dwn, lost, repeated, reordered, quarantined } = told().packets
    expect(Math.min(up, dwn, lost, repeated, reordered, quarantined)).toBeGreaterThan(0)
  })
})

test('the copies that it leaves behind open, and hold the same as the office', async () => {
  const central = await openDatabase(join(seven.told.folder, 'before-homecoming/central.db'))
  for (const { database, key } of seven.told.travellers) {
    const child = await openDatabase(database, { keyFile: key })
    expect(await verify(central, child)).toMatchObject({ same: true, differenceCount: 0 })
    await closeDatabase(child)
  }
  const [bergen] = seven.told.satellites
  const [far] = bergen!.travellers
  const satellite = await openDatabase(bergen!.database)
  const laptop = await openDatabase(far!.database, { keyFile: far!.key })
  expect(await verify(central, satellite)).toMatchObject({ same: true })
  expect(await verify(satellite, laptop)).toMatchObject({ same: true })
  for (const database of [laptop, satellite, central]) await closeDatabase(database)
})

test('two of them took a part of the data, and a company went from one part to the other', async () => {
  const [one, two] = seven.told.travellers
  const central = await openDatabase(join(seven.told.folder, 'before-homecoming/central.db'))
  const given = await central.db.snapshot(read =>
    read.row(sql<{ id: number }>`select l.record_id as id from traveltransactionlog l
      join contact c on c.contact_id = l.record_id
      join associate a on a.associate_id = l.origin_id join associate b on b.associate_id = c.associate_id
      where l.type = 5120 and l.tablenumber = 5 and a.name = ${one!.name} and b.name = ${two!.name} limit 1`),
  )
  const areas = await listAreas(central)
  expect(areas.map(({ name, away }) => [name, away])).toEqual([
    ['North', [one!.name]],
    ['South', [two!.name]],
    ['West', ['bergen']],
  ])
  expect((await why(central, 'North', 'contact', given!.id)).member).toBe(false)
  expect((await why(central, 'South', 'contact', given!.id)).member).toBe(true)
  await closeDatabase(central)
  expect([await hasCompany(one!, given!.id), await hasCompany(two!, given!.id)]).toEqual([false, true])
})

async function hasCompany({ database, key }: Summary['travellers'][number], id: number): Promise<boolean> {
  const child = await openDatabase(database, { keyFile: key })
  const row = await child.db.snapshot(read => read.row(sql`select 1 from contact where contact_id = ${id}`))
  await closeDatabase(child)
  return row !== undefined
}

test('the commands that it proposes work on what it left behind', async () => {
  const [traveller] = seven.told.travellers
  for (const words of commandsToTry(seven.told.folder, traveller!.name)) {
    expect({ words, ...(await homecoming(words)) }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\S/),
    })
  }
})

test('the keys of those who are home are destroyed', () => {
  for (const { name } of seven.told.travellers) {
    expect(existsSync(join(seven.told.folder, name, 'travel.db'))).toBe(true)
    expect(existsSync(join(seven.told.folder, name, 'travel.key'))).toBe(false)
  }
})

test('the same seed tells the same story', () => {
  expect(figures(sevenAgain.told)).toEqual(figures(seven.told))
})

test('another seed tells another one', () => {
  expect(eight.told.ledger.made).not.toBe(seven.told.ledger.made)
  expect(eight.told.ledger.applied).not.toBe(seven.told.ledger.applied)
  expect(eight.told.travellers.map(one => one.made)).not.toEqual(seven.told.travellers.map(one => one.made))
})

test('a folder with something in it is left alone', async () => {
  await expect(demo(7, 'seven')).rejects.toMatchObject({
    stdout: '',
    stderr: expect.stringContaining('is not empty'),
  })
})
