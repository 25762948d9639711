/**
 * Waiting: for a lock that another program holds, without blocking this process.
 * Shape: tries, and tries again with growing pauses, until it works or the time is up.
 */
import { setTimeout } from 'node:timers/promises'
import { HomecomingError } from '../../core/errors.ts'
import { isBusy } from './driver-errors.ts'
import { type LockHolder, lockHolder } from './lock-holder.ts'

export const DEFAULT_WAIT = 10_000
const FIRST_PAUSE = 1
const LONGEST_PAUSE = 50

/** @throws {HomecomingError} DATABASE_BUSY after `limit` milliseconds, naming the holder where the system tells */
export async function waitingFor<T>(file: string, limit: number, attempt: () => T): Promise<T> {
  const begun = performance.now()
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusyAnyhow(error)) throw error
      if (performance.now() - begun >= limit) throw busy(file, limit, error)
    }
    await setTimeout(pause)
  }
}

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
