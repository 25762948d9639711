/**
 * The kill test: at every crash point of the registry the process is really killed, in every step that comes there.
 * Then the same step is run again in a fresh process, the life goes on, and must come to what it would have come to.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CRASH_POINTS, type CrashPoint, setCrashHook } from '../../src/core/crash-points.ts'
import { firstSeed } from '../support/first-seed.ts'
import { BETWEEN, type Step } from '../support/life.ts'
import { LifeBefore } from '../support/life-before.ts'

const driver = join(import.meta.dirname, '../support/life-driver.ts')
const run = promisify(execFile)

interface Hit {
  readonly step: Step
  readonly point: CrashPoint
  /** From 1, within the step. */
  readonly nth: number
}

const hits: Hit[] = []
const lives = new LifeBefore()

/** One life without a death notes the crash points on its way. */
beforeAll(async () => {
  await lives.live(async (step, runIt) => {
    setCrashHook(point => {
      if (!BETWEEN.has(step)) hits.push({ step, point, nth: timesIn(step, point) + 1 })
    })
    await runIt()
  })
  setCrashHook(undefined)
}, 120_000)

afterAll(() => lives.remove())

const timesIn = (step: Step, point: CrashPoint): number =>
  hits.filter(hit => hit.step === step && hit.point === point).length

const EVERY_ONE = process.env.HOMECOMING_TEST_KILLS === 'all'

/** A step may come to a point many times. Every day the first is tried; of an exchange, which has several packets, the last too. */
function isTried({ step, point, nth }: Hit): boolean {
  if (EVERY_ONE) return true
  // The second build is there for what becomes of the first.
  if (step === 'refresh') return point === 'prototype-offered'
  // Its packets are written and read like any other.
  if (step === 'found') return point.startsWith('satellite')
  if (step === 'close') return point === 'home-sealing' || point === 'link-closing'
  return nth === 1 || (step === 'exchange' && nth === timesIn(step, point))
}

/** With every commit one step of each point, another one than with the last; elsewhere all that are tried. */
function someOf(tried: readonly Hit[]): readonly Hit[] {
  return process.env.CI && !EVERY_ONE && tried.length > 0 ? [tried[firstSeed() % tried.length]!] : tried
}

/** And of the points every fourth, the others with the next commits. */
const isTurn = (name: string): boolean =>
  !process.env.CI || EVERY_ONE || (Object.keys(CRASH_POINTS).indexOf(name) + firstSeed()) % 4 === 0

async function killAt({ step, point, nth }: Hit, folder: string): Promise<void> {
  const words = [driver, folder, step, 'kill', point, String(nth)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  const [code, signal] = await once(child, 'close')
  expect({ code, signal, said }).toEqual({ code: null, signal: 'SIGKILL', said: '' })
}

async function liveOn(folder: string, step: Step): Promise<unknown> {
  const { stdout } = await run(process.execPath, [driver, folder, step, 'on'], { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout)
}

/** An overwritten key opens nothing any more; its file is left to the person. */
const LEFT_BEHIND: Partial<Record<CrashPoint, string>> = { 'key-overwritten': 'trip-ee/travel.key' }

function expected(point: CrashPoint): unknown {
  const { undisturbed } = lives
  const left = LEFT_BEHIND[point]
  if (left === undefined) return undisturbed
  const { files, after } = undisturbed
  const more = (names: readonly string[]) => [...names, left].sort()
  return { ...undisturbed, files: more(files), after: { ...after, files: more(after.files) } }
}

async function survive(hit: Hit): Promise<void> {
  const folder = lives.restore(hit.step)
  await killAt(hit, folder)
  expect(await liveOn(folder, hit.step), `${hit.step}, ${hit.point}, ${hit.nth}`).toEqual(expected(hit.point))
  await rm(folder, { recursive: true })
}

describe.skipIf(process.platform === 'win32')('a process killed', () => {
  // Where one side was restored: test/rejoin/killed.test.ts
  test.each(Object.entries(CRASH_POINTS).filter(([name]) => !name.startsWith('rejoin-')))(
    'at %s (%s) leaves nothing lost and nothing doubled',
    async name => {
      const here = hits.filter(({ point }) => point === name)
      expect(here.length, 'no step comes to this point').toBeGreaterThan(0)
      if (isTurn(name)) for (const hit of someOf(here.filter(isTried))) await survive(hit)
    },
    300_000,
  )
})

test('the undisturbed life is worth comparing with: edits applied, overruled, cancelled, and people home', () => {
  expect(lives.undisturbed).toMatchObject({
    ledger: [
      { name: 'Branch', made: 1, applied: 1 },
      { name: 'ee', made: 8, created: 3, applied: 7, overruled: 1, held: 0 },
    ],
    links: [
      { name: 'Branch', state: 'home' },
      { name: 'ee', state: 'home' },
      { name: 'jo', state: 'written-off' },
    ],
  })
})
