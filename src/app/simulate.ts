/**
 * Simulate: many seeds on two threads, and what they came to. The simulator is loaded when somebody asks for it.
 * Never: writes anything but the worlds themselves, in a temporary folder, unless it is told to save.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HomecomingError } from '../core/errors.ts'
import type { SeedResult, SimulationReport } from '../simulate/report.ts'
import type { SelfTested } from '../simulate/self-test.ts'
import { readAddress } from '../storage/postgres/address.ts'
import { simulatorOn } from './simulate-adapters.ts'

export interface SimulateOptions {
  /** Both ends included; 0 to 2^31 - 1. */
  readonly seeds: readonly [first: number, last: number]
  /** 1 to 100,000. */
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
/** A history is made whole before it is lived. This many take hours. */
const MOST_STEPS = 100_000

/** @throws {HomecomingError} USAGE, and where a server is named whatever opening a database there is refused with */
export async function simulate(options: SimulateOptions): Promise<SimulationReport> {
  const [first, last] = options.seeds
  requireRanges(options)
  requireAddress(options.server)
  if (options.saveTo !== undefined && !existsSync(options.saveTo))
    throw new HomecomingError('USAGE', `there is no folder ${options.saveTo} to save failing histories in`)
  const { worldNamed } = await import('../simulate/seed.ts')
  const { onThreads } = await import('./simulate-threads.ts')
  const { reportOf } = await import('../simulate/report.ts')
  const { name: world } = worldNamed(options.world ?? 'trade')
  const keep = await keptOf(options)
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

/** @throws {HomecomingError} USAGE */
function requireRanges({ seeds: [first, last], steps }: SimulateOptions): void {
  if (!(first >= 0 && first <= LAST_SEED && last >= 0 && last <= LAST_SEED))
    throw new HomecomingError(
      'USAGE',
      `--seeds ${first}-${last}: expected two numbers from 0 to ${LAST_SEED}`,
    )
  if (first > last)
    throw new HomecomingError('USAGE', `--seeds ${first}-${last}: the first is greater than the last`)
  if (!(steps >= 1 && steps <= MOST_STEPS))
    throw new HomecomingError('USAGE', `--steps ${steps}: expected 1 to ${MOST_STEPS}`)
}

/** The address is not repeated: it may hold a password. @throws {HomecomingError} USAGE */
function requireAddress(server: string | undefined): void {
  try {
    if (server !== undefined) readAddress(server)
  } catch {
    throw new HomecomingError(
      'USAGE',
      '--server: this is no address of a database in PostgreSQL; one is postgres://user@host:5432/database',
    )
  }
}

/** A step that is not there would check nothing, and all would be well. @throws {HomecomingError} USAGE */
async function keptOf({ keep, steps }: SimulateOptions): Promise<readonly number[] | undefined> {
  if (keep === undefined) return undefined
  const { fromRanges } = await import('../simulate/shrink.ts')
  const kept = fromRanges(keep)
  if (!kept) throw new HomecomingError('USAGE', `--keep ${keep}: expected steps as in 0-3,7`)
  const beyond = kept.find(step => step >= steps)
  if (beyond === undefined) return kept
  throw new HomecomingError(
    'USAGE',
    `--keep ${keep}: there is no step ${beyond}; ${steps} steps are 0 to ${steps - 1}`,
  )
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
