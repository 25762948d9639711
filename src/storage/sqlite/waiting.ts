/**
 * Waiting: for a lock that another program holds, without blocking this process.
 * Shape: tries, and tries again after short pauses of different length, until it works or the time is up.
 */
import { setTimeout } from 'node:timers/promises'
import { HomecomingError } from '../../core/errors.ts'
import { isBusy } from './driver-errors.ts'
import { type LockHolder, lockHolder } from './lock-holder.ts'

export const DEFAULT_WAIT = 10_000
/** Milliseconds. Short: a program that writes without pause lets others in for a moment only, between two transactions. */
const SHORTEST_PAUSE = 1
const LONGEST_PAUSE = 4

/** @throws {HomecomingError} DATABASE_BUSY after `limit` milliseconds, naming the holder where the system tells */
export async function waitingFor<T>(file: string, limit: number, attempt: () => T): Promise<T> {
  const begun = performance.now()
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusyAnyhow(error)) throw error
      if (performance.now() - begun >= limit) throw busy(file, limit, error)
    }
    await setTimeout(pause())
  }
}

/** Never in step with the other program. */
export const pause = (): number => SHORTEST_PAUSE + Math.random() * (LONGEST_PAUSE - SHORTEST_PAUSE)

const isBusyAnyhow = (error: unknown): boolean =>
  isBusy(error) || (error instanceof HomecomingError && error.code === 'DATABASE_BUSY')

function busy(file: string, waited: number, cause: unknown): HomecomingError {
  const holder = lockHolder(file)
  const who = holder ? describe(holder) : 'another program'
  const fact = `${file} is held by ${who}, and was still after ${waited} ms`
  return new HomecomingError('DATABASE_BUSY', fact, { file, waited, ...holder }, cause)
}

const describe = (holder: LockHolder): string =>
  holder.process === process.pid ? 'this program itself' : `${holder.program} (process ${holder.process})`
