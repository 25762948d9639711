import { hkdfSync } from 'node:crypto'
import { chmod, cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Driver from 'better-sqlite3-multiple-ciphers'
import { describe, expect, test } from 'vitest'
import { comeHome, exchange } from '../../src/app/journey.ts'
import { inbox } from '../../src/app/look.ts'
import { machine } from '../../src/app/wire.ts'
import type { Site } from '../../src/log/site.ts'
import { FRAME } from '../../src/packet/content.ts'
import { openSite } from '../../src/travel/open.ts'
import { schemaVersion } from '../../src/travel/upgrade-steps.ts'
import { verify } from '../../src/travel/verify.ts'
import { Desk, START, TestClock } from '../support/office.ts'
import { read } from '../support/sources.ts'
import { understand } from './independent-contents.ts'
import { readIndependently } from './independent-reader.ts'
import { goldenFile, goldenFolder } from './journey-v1.ts'

/** The reasons as the code lists them: a type, of which nothing is left at run time. */
const REASONS = /export type Reason =([\s\S]*?)\n\n/.exec(read('src/apply/verdict.ts'))?.[1] ?? ''

/** Temporary id n of a traveller. */
const high = (n: number): number => 0x7e000000 + n
const EE = '6669'
const OFFICE = 'a668'

async function reading(name: string, key?: Buffer) {
  const { label, blocks } = readIndependently(await readFile(goldenFile(name)), key)
  return { label, ...understand(blocks) }
}

async function keyOfEe(): Promise<Buffer> {
  const [, digits = ''] = (await readFile(goldenFile('ee/travel.key'), 'utf8')).split('\n')
  return Buffer.from(digits, 'hex')
}

describe('an UP of format 1, read by docs/packet-format.md alone', async () => {
  const up = await reading('ee.up', await keyOfEe())
  const of = (table: number, record: number) =>
    up.operations.find(operation => operation.table === table && operation.record === record)

  test('tells its place in the link and what it stands for', () => {
    expect(up.label).toMatchObject({ direction: 'up', number: 1, mode: 2 })
    expect(up.head).toMatchObject({
      previous: null,
      acknowledged: 0,
      firstPosition: 1,
      lastPosition: 9,
      content: true,
      final: false,
      made: 7,
      cancelled: 0,
      created_records: 3,
      created: START + 240,
    })
  })

  test('brings operations by table, then the history behind them, then the counters', () => {
    expect(up.order).toEqual([1, 1, 1, 1, 2, 6])
    expect(up.operations.map(({ table, kind }) => [table, kind])).toEqual([
      [102, 'put'],
      [103, 'put'],
      [103, 'put'],
      [103, 'put'],
      [104, 'delete'],
      [104, 'put'],
      [104, 'put'],
    ])
    expect(up.counters).toEqual([{ name: 'Counter-26372-0-250000', last: 250_000 }])
  })

  test('a new record has a temporary id, and points at others by theirs', () => {
    expect(of(103, high(1))).toMatchObject({
      born: true,
      version: `${EE}:2`,
      replaces: 'prototype',
      values: [high(1), 'Rivers', 2, high(1), 250_000],
      base: null,
    })
  })

  test('a changed record brings the values when last in accord', () => {
    expect(of(104, 2)).toMatchObject({
      born: false,
      replaces: 'prototype',
      time: START + 120,
      associate: 2,
      values: [2, 2, 'orbit, seen from the deck'],
      base: [2, 2, 'orbit'],
    })
    expect(of(104, 3)).toMatchObject({ kind: 'delete', values: null, base: [3, 1, null] })
  })

  test('field by field, only what changed is in it', () => {
    expect(of(103, 1)).toMatchObject({
      values: { 1: 'Ships and boats' },
      base: { 1: 'Ships' },
      parts: [{ field: 1, version: `${EE}:5`, replaces: 'prototype', time: START + 120, associate: 2 }],
    })
    expect(up.log.filter(row => row.table === 103 && row.record === 1)).toMatchObject([
      { type: 8192, previous: 2 },
      { type: 4608, previous: 0, clock: START + 120 },
    ])
  })
})

describe('a DWN of format 1, read by docs/packet-format.md alone', async () => {
  const dwn = await reading('ee.dwn', await keyOfEe())

  test('acknowledges, tells the new ids, and asks for what the parent lacks', () => {
    expect(dwn.head).toMatchObject({
      acknowledged: 1,
      pairs: [
        [102, high(1), 3, 1],
        [103, high(1), 4, 1],
        [104, high(1), 4, 1],
      ],
      wanted: [[103, 3]],
    })
  })

  test('brings aliases first, then operations, what is its own, ledger, conflicts and messages', () => {
    const [all, own] = [
      [1, 1, 2],
      [1, 1, 1, 1, 1, 1],
    ]
    expect(dwn.order).toEqual([5, ...all, ...own, 3, 4, 8])
    expect(dwn.aliases).toEqual([{ table: 102, old: 3, kept: 2 }])
    expect(dwn.ledger).toEqual([
      { packet: 1, made: 7, applied: 3, merged: 2, overruled: 1, rejected: 0, held: 1 },
    ])
  })

  test('an answer names the state of a record here, also where there is none', () => {
    expect(dwn.operations).toContainEqual(
      expect.objectContaining({ table: 102, kind: 'delete', record: 3, version: 'prototype', time: 0 }),
    )
    expect(dwn.operations).toContainEqual(
      expect.objectContaining({
        table: 103,
        kind: 'put',
        record: 1,
        values: { 2: 3 },
        parts: [
          expect.objectContaining({ field: 2, version: `${OFFICE}:4`, time: START + 180, associate: 1 }),
        ],
      }),
    )
  })

  test('who lost is told what stands instead', () => {
    expect(dwn.conflicts[1]).toMatchObject({
      packet: 1,
      table: 104,
      record: 2,
      verdict: 'overruled',
      reason: 'later-wins',
      base: { text: 'orbit' },
      loser: { associate: 2, kind: 'put', values: { text: 'orbit, seen from the deck' } },
      winner: { associate: 3, kind: 'put', values: { text: 'orbit, seen from the office' } },
    })
    expect(dwn.inbox).toContainEqual(
      expect.objectContaining({
        ...{ associate: 2, packet: 1, table: 104, record: 2 },
        ...{ was: '', verdict: 'overruled', reason: 'later-wins', conflict: dwn.conflicts[1]!.id },
      }),
    )
    expect(dwn.log).toContainEqual(expect.objectContaining({ type: 5120, record: 1, previous: 2 }))
  })
})

test('a packet of mode 0 says the same without a key', async () => {
  const up = await reading('jo.up')
  expect(up.label).toMatchObject({ mode: 0 })
  expect(up.operations).toMatchObject([{ table: 103, record: 2, values: { 2: 2 }, base: { 2: 3 } }])
})

describe('databases of schema version 1', () => {
  test('are opened by this program, exchange what lay between them, and come home', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'homecoming-golden-'))
    try {
      const { office, ee } = await openCopies(folder)
      expect(await office.site.db.snapshot(schemaVersion)).toBeGreaterThanOrEqual(1)
      await exchange(office.site, ee.site)
      expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
      expect(await office.get('book', 1)).toMatchObject({ title: 'Ships, boats and rafts', owner_id: 3 })
      expect(await office.get('book', 3)).toMatchObject({ title: 'Sea charts' })
      expect(await ee.get('book', 2)).toMatchObject({ title: 'Stars and dust' })
      const { account } = await comeHome(office.site, ee.site)
      expect(await inbox(office.site, { who: 'ee' })).toMatchObject([
        { table: 'book', record: 3, was: 'held', verdict: 'applied' },
        { table: 'note', record: 2, verdict: 'overruled' },
      ])
      expect(account).toMatchObject({ made: 9, held: 0, unanswered: 0, overruled: 1, merged: 2 })
      await office.site.db.close()
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

test('a travel database is opened by the driver alone, as docs/adopting.md says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'homecoming-golden-'))
  try {
    await cp(goldenFile('ee/travel.db'), join(folder, 'travel.db'))
    const derived = hkdfSync('sha256', await keyOfEe(), '', 'homecoming database v1', 32)
    const db = new Driver(join(folder, 'travel.db'))
    db.pragma(`cipher = 'aegis'`)
    db.pragma(`key = "x'${Buffer.from(derived).toString('hex')}'"`)
    expect(db.prepare('select title from book where book_id = 1').pluck().get()).toBe(
      'Ships, boats and rafts',
    )
    db.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Copies, because what older programs wrote is never written again. A checkout makes keys open to others. */
async function openCopies(folder: string): Promise<{ office: Desk; ee: Desk }> {
  await cp(goldenFolder, folder, { recursive: true })
  const [central, travel] = [join(folder, 'central.db'), join(folder, 'ee', 'travel.db')]
  for (const key of [`${central}.homecoming/installation.key`, join(folder, 'ee', 'travel.key')])
    await chmod(key, 0o600)
  const clock = new TestClock()
  clock.pass(10_000)
  const tools = machine({ clock })
  const open = async (path: string): Promise<Site> => openSite(tools, { path })
  return { office: new Desk(await open(central), clock), ee: new Desk(await open(travel), clock) }
}

describe('docs/packet-format.md', async () => {
  const page = read('docs/packet-format.md')
  const dwn = await reading('ee.dwn', await keyOfEe())

  test('names everything that a head says', () => {
    expect(Object.keys(dwn.head).filter(name => !page.includes(`\`${name}\``))).toEqual([])
  })

  test('has a line for every kind of frame, and for every reason', () => {
    const kinds = Object.values(FRAME).filter(kind => !page.includes(`\n| ${kind} | `))
    expect(kinds).toEqual([])
    const reasons = [...REASONS.matchAll(/'([a-z-]+)'/g)].map(([, reason]) => reason)
    expect(reasons.length).toBeGreaterThan(8)
    expect(reasons.filter(reason => !page.includes(`\`${reason}\``))).toEqual([])
  })
})
