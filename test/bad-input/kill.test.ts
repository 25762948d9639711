/**
 * The kill test: at every crash point of the registry the process is really killed, in every step that comes there.
 * Then the same step is run again in a fresh process, the life goes on, and must come to what it would have come to.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CRASH_POINTS, type CrashPoint, setCrashHook } from '../../src/core/crash-points.ts'
import { BETWEEN, type Outcome, outcome, runStep, STEPS, type Step } from '../support/life.ts'

const driver = join(import.meta.dirname, '../support/life-driver.ts')
const run = promisify(execFile)

interface Hit {
  readonly step: Step
  readonly point: CrashPoint
  /** From 1, within the step. */
  readonly nth: number
}

const hits: Hit[] = []
let root: string
let undisturbed: Outcome

/** A step may come to a point many times: the first and the last are enough for every day. */
const isTried = (hit: Hit): boolean =>
  process.env.HOMECOMING_TEST_KILLS === 'all' || hit.nth === 1 || hit.nth === timesIn(hit)

const timesIn = ({ step, point }: Hit): number =>
  hits.filter(other => other.step === step && other.point === point).length

const before = (step: Step): string => join(root, `before ${step}`)

/** One life without a death: what it comes to, the crash points on its way, and a copy of everything before each step. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'homecoming-kill-'))
  const folder = join(root, 'undisturbed')
  await mkdir(folder)
  for (const step of STEPS) {
    await cp(folder, before(step), { recursive: true })
    const counts = new Map<CrashPoint, number>()
    setCrashHook(point => {
      const nth = (counts.get(point) ?? 0) + 1
      counts.set(point, nth)
      if (!BETWEEN.has(step)) hits.push({ step, point, nth })
    })
    await runStep(folder, step)
  }
  setCrashHook(undefined)
  undisturbed = await outcome(folder)
})

afterAll(() => rm(root, { recursive: true, force: true }))

async function killAt({ step, point, nth }: Hit, folder: string): Promise<void> {
  const child = spawn(process.execPath, [driver, folder, step, point, String(nth)], { stdio: 'pipe' })
  let said = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  const [code, signal] = await once(child, 'exit')
  expect({ code, signal, said }).toEqual({ code: null, signal: 'SIGKILL', said: '' })
}

async function liveOn(folder: string, step: Step): Promise<unknown> {
  const { stdout } = await run(process.execPath, [driver, folder, step], { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout)
}

/** An overwritten key opens nothing any more; its file is left to the person. */
const LEFT_BEHIND: Partial<Record<CrashPoint, string>> = { 'key-overwritten': 'trip-ee/travel.key' }

function expected(point: CrashPoint): unknown {
  const left = LEFT_BEHIND[point]
  return left ? { ...undisturbed, files: [...undisturbed.files, left].sort() } : undisturbed
}

async function survive(hit: Hit): Promise<void> {
  const folder = await mkdtemp(join(root, 'killed-'))
  await cp(before(hit.step), folder, { recursive: true })
  await killAt(hit, folder)
  expect(await liveOn(folder, hit.step), `${hit.step}, ${hit.point}, ${hit.nth}`).toEqual(expected(hit.point))
  await rm(folder, { recursive: true })
}

describe.skipIf(process.platform === 'win32')('a process killed', () => {
  test.each(Object.entries(CRASH_POINTS))(
    'at %s (%s) leaves nothing lost and nothing doubled',
    async name => {
      const here = hits.filter(({ point }) => point === name)
      expect(here.length, 'no step comes to this point').toBeGreaterThan(0)
      for (const hit of here.filter(isTried)) await survive(hit)
    },
    300_000,
  )
})

test('the undisturbed life is worth comparing with: edits applied, overruled, cancelled, and people home', () => {
  expect(undisturbed).toMatchObject({
    ledger: [{ name: 'ee', made: 8, created: 3, applied: 7, overruled: 1, held: 0 }],
    links: [
      { name: 'ee', state: 'home' },
      { name: 'jo', state: 'written-off' },
    ],
  })
})
