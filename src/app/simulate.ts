/**
 * Simulate: many seeds on two threads, and what they came to. The simulator is loaded when somebody asks for it.
 * Never: writes anything but the worlds themselves, in a temporary folder, unless it is told to save.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HomecomingError } from '../core/errors.ts'
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
  /** A PostgreSQL server, where this person may make databases: offices get one each, for the time of a seed. */
  readonly server?: string
  /** A folder to which failing histories are written. */
  readonly saveTo?: string
  /** Told after each seed. It may throw to stop. */
  readonly progress?: (what: string, done: number, total: number) => void
}

const LAST_SEED = 2 ** 31 - 1

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
  const { onThreads } = await import('./simulate-threads.ts')
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
  const results = await inOneFolder(folder =>
    onThreads(first, last, { ...asked, folder }, options.progress ?? (() => {})),
  )
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

/** A thread that has to be ended clears nothing away. */
async function inOneFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const { roomyFolder } = await import('../simulate/seed.ts')
  const folder = mkdtempSync(join(roomyFolder(), 'homecoming-simulations-'))
  try {
    return await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function save(result: SeedResult, folder: string): Promise<void> {
  const { outcome, shrunk } = result
  if (!outcome.failure || !shrunk) return
  const { kindOfResult } = await import('../simulate/report.ts')
  const { shape, steps, seed } = shrunk.history
  const name = `${shape.world}-${seed}-${kindOfResult(result)}.json`
  const text = JSON.stringify({ found: shrunk.failure.message, seed, shape, steps }, null, 1)
  writeFileSync(join(folder, name), `${text}\n`)
}
