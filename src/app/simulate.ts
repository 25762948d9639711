/**
 * Simulate: many seeds on two threads, and what they came to. The simulator is loaded when somebody asks for it.
 * Never: writes anything but the worlds themselves, in a temporary folder, unless it is told to save.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { HomecomingError } from '../core/errors.ts'
import type { Asked } from '../simulate/one-seed.ts'
import type { SeedResult, SimulationReport } from '../simulate/report.ts'
import type { SelfTested } from '../simulate/self-test.ts'
import { simulatorOn } from './simulate-adapters.ts'

export interface SimulateOptions {
  /** Both ends included; 0 to 2^31 - 1. */
  readonly seeds: readonly [first: number, last: number]
  readonly steps: number
  /** Name of the model. */
  readonly world?: string
  /** "0-3,7": only these steps. */
  readonly keep?: string
  /** The address of a PostgreSQL database in which offices get a schema each, for the time of a seed. */
  readonly server?: string
  /** A folder to which failing histories are written. */
  readonly saveTo?: string
  /** Told after each seed. It may throw to stop. */
  readonly progress?: (what: string, done: number, total: number) => void
}

const LAST_SEED = 2 ** 31 - 1
const THREADS = 2
const SHRINK_FOR = 30_000
/** How many failing seeds are made shorter: where many fail, they mostly fail alike. */
const SHRUNK_AT_MOST = 6

/** @throws {HomecomingError} USAGE */
export async function simulate(options: SimulateOptions): Promise<SimulationReport> {
  const [first, last] = options.seeds
  if (!(first >= 0 && first <= last && last <= LAST_SEED))
    throw new HomecomingError(
      'USAGE',
      `--seeds ${first}-${last}: expected two numbers from 0 to ${LAST_SEED}`,
    )
  if (options.saveTo !== undefined && !existsSync(options.saveTo))
    throw new HomecomingError('USAGE', `there is no folder ${options.saveTo} to save failing histories in`)
  const { worldNamed } = await import('../simulate/seed.ts')
  const { fromRanges } = await import('../simulate/shrink.ts')
  const { reportOf } = await import('../simulate/report.ts')
  const { name: world } = worldNamed(options.world ?? 'trade')
  const keep = options.keep === undefined ? undefined : fromRanges(options.keep)
  if (options.keep !== undefined && !keep)
    throw new HomecomingError('USAGE', `--keep ${options.keep}: expected steps as in 0-3,7`)
  const { server } = options
  const asked = {
    steps: options.steps,
    world,
    ...(keep ? { keep } : {}),
    ...(server === undefined ? {} : { server }),
  }
  const results = await onThreads(first, last, asked, options.progress ?? (() => {}))
  for (const result of results) if (options.saveTo !== undefined) await save(result, options.saveTo)
  return reportOf(results, asked)
}

/** What the simulator finds when the engine is broken on purpose, in each of many ways. */
export async function simulateSelfTest(
  progress: (what: string, done: number, total: number) => void = () => {},
): Promise<SelfTested> {
  const { selfTest } = await import('../simulate/self-test.ts')
  return selfTest(simulatorOn(), progress)
}

/** What the engine cannot do yet, and is not simulated. */
export async function simulateWithout(): Promise<readonly string[]> {
  return (await import('../simulate/available.ts')).SWITCHED_OFF
}

/** In the order of the seeds, whichever thread was faster. */
async function onThreads(
  first: number,
  last: number,
  asked: Omit<Asked, 'seed' | 'shrinkFor'>,
  progress: (what: string, done: number, total: number) => void,
): Promise<SeedResult[]> {
  const total = last - first + 1
  const results = new Map<number, SeedResult>()
  let next = first
  let failed = 0
  const one = async (): Promise<void> => {
    const worker = new Worker(workerFile(), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG } })
    try {
      while (next <= last) {
        const seed = next++
        const shrinkFor = failed < SHRUNK_AT_MOST ? SHRINK_FOR : 0
        const result = await ask(worker, { ...asked, seed, shrinkFor })
        if (result.outcome.failure) failed += 1
        results.set(seed, result)
        progress(`seed ${seed}`, results.size, total)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(THREADS, total) }, one))
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result)
}

/** A world is made of short-lived things: a tenth of its time went into clearing a smaller young generation. Megabytes. */
const YOUNG = 64

/** The sources run as they are, and compiled. */
const workerFile = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? './simulate-worker.ts' : './simulate-worker.js', import.meta.url)

const ask = (worker: Worker, asked: Asked): Promise<SeedResult> =>
  new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (result: SeedResult) => {
      worker.off('error', reject)
      resolve(result)
    })
    worker.postMessage(asked)
  })

async function save(result: SeedResult, folder: string): Promise<void> {
  const { outcome, shrunk } = result
  if (!outcome.failure || !shrunk) return
  const { kindOfResult } = await import('../simulate/report.ts')
  const { shape, steps, seed } = shrunk.history
  const name = `${shape.world}-${seed}-${kindOfResult(result)}.json`
  const text = JSON.stringify({ found: shrunk.failure.message, seed, shape, steps }, null, 1)
  writeFileSync(join(folder, name), `${text}\n`)
}
