/**
 * A process that dies while two sides find together: it is really killed, and the next exchange comes to what it would have come to.
 * Points of the registry that begin with `rejoin-`; with HOMECOMING_TEST_KILLS=all every point that such an exchange comes to.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { CRASH_POINTS, type CrashPoint, setCrashHook } from '../../src/core/crash-points.ts'
import type { Site } from '../../src/log/site.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { verify } from '../../src/travel/verify.ts'
import { findBack, withBoth } from '../support/find-back.ts'
import type { Laptop, Office } from '../support/office.ts'
import { openNotebook } from '../support/steps.ts'
import { backupOf, backupOfOffice, restore, restoreOffice } from './copies.ts'

const driver = join(import.meta.dirname, '../support/find-back.ts')
const root = mkdtempSync(join(tmpdir(), 'homecoming-killed-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const SCENES = {
  'a restored laptop': async (office, ee) => {
    const backup = backupOf(ee)
    await workAndExchange(office, ee)
    const again = await restore(ee, backup)
    office.clock.pass(60)
    // Its id is known at the office for another record.
    await again.desk.insert('book', { title: 'since the restore', owner_id: 2 })
    await again.desk.update('note', 3, { text: 'since the restore' })
  },
  'a restored office': async (office, ee) => {
    backupOfOffice(office)
    await workAndExchange(office, ee)
    await restoreOffice(office, { told: false })
    office.clock.pass(60)
    await ee.desk.insert('book', { title: 'since the restore', owner_id: 2 })
  },
} as const satisfies Record<string, (office: Office, laptop: Laptop) => Promise<void>>

async function workAndExchange(office: Office, ee: Laptop): Promise<void> {
  const book = await ee.desk.insert('book', { title: 'Rivers', owner_id: 2 })
  await ee.desk.insert('note', { book_id: book, text: 'delta' })
  await office.desk.update('book', 1, { title: 'Ships, at the office' }, 3)
  await ee.exchange()
}

async function prepare(name: keyof typeof SCENES): Promise<string> {
  const folder = join(root, name)
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.exchange()
  await SCENES[name](office, ee)
  // Nothing is being written: what lies there is what a database that is closed properly leaves.
  for (const laptop of office.laptops) await laptop.close()
  cpSync(office.folder, folder, { recursive: true, filter: path => !path.endsWith('-shm') })
  return folder
}

const again = (scene: string): string => {
  const folder = mkdtempSync(join(root, 'again-'))
  cpSync(scene, folder, { recursive: true })
  return folder
}

const LOOKED = {
  books: sql`select * from book order by 1`,
  notes: sql`select * from note order by 1`,
  log: sql`select type, tablenumber, record_id, associate_id, ttime from traveltransactionlog where type <> 0 order by 2, 3, 5, 1`,
  ids: sql`select tablenumber, next_id from sequence where tablenumber <> 29 order by 1`,
  pairs: sql`select table_number, local_id, parent_id, counter from travelidmapping order by 1, 2`,
  conflicts: sql`select tablenumber, record_id, verdict from hc_conflict order by 1, 2`,
}

/** What both have come to, once they have exchanged again. */
const outcome = (folder: string): Promise<unknown> =>
  withBoth(folder, async (office, laptop) => {
    expect((await verify(office, laptop)).differences).toEqual([])
    return [await look(office), await look(laptop), await laptop.db.snapshot(ownAccount)]
  })

const look = (site: Site): Promise<unknown> =>
  site.db.snapshot(async read => {
    const seen: Record<string, unknown> = {}
    for (const [name, query] of Object.entries(LOOKED)) seen[name] = await read.rows(query)
    return seen
  })

interface Hit {
  readonly point: CrashPoint
  readonly nth: number
}

const reached = new Set<string>()
const EVERY_ONE = process.env.HOMECOMING_TEST_KILLS === 'all'

describe.skipIf(process.platform === 'win32')('a process killed', () => {
  test.each(Object.keys(SCENES) as (keyof typeof SCENES)[])(
    'while %s and the other side find together leaves nothing lost and nothing doubled',
    async name => {
      const scene = await prepare(name)
      const undisturbed = again(scene)
      const hits: Hit[] = []
      setCrashHook(point => hits.push({ point, nth: hits.filter(hit => hit.point === point).length + 1 }))
      await findBack(undisturbed)
      setCrashHook(undefined)
      const expected = await outcome(undisturbed)
      for (const { point, nth } of hits) {
        if (!EVERY_ONE && (!point.startsWith('rejoin-') || nth > 1)) continue
        reached.add(point)
        const folder = again(scene)
        await killAt(folder, { point, nth })
        await findBack(folder)
        expect(await outcome(folder), `${name}, ${point}, ${nth}`).toEqual(expected)
      }
    },
    300_000,
  )
})

test('every point of the registry that lies inside a rejoin is reached', () => {
  const all = Object.keys(CRASH_POINTS).filter(name => name.startsWith('rejoin-'))
  expect([...reached].filter(name => name.startsWith('rejoin-')).sort()).toEqual(all.sort())
})

async function killAt(folder: string, { point, nth }: Hit): Promise<void> {
  const child = spawn(process.execPath, [driver, folder, point, String(nth)], { stdio: 'ignore' })
  const [, signal] = await once(child, 'close')
  expect(signal).toBe('SIGKILL')
}
