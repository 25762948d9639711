/**
 * Repeated: work that another transaction came between is done again from the start.
 * Shape: at most five times more, after pauses that grow and are never in step with the other's.
 */
import { setTimeout } from 'node:timers/promises'
import { HomecomingError } from '../../core/errors.ts'
import { isSerialization, isUnique } from './driver-errors.ts'

const TIMES = 5
/** Milliseconds; doubled each time. */
const FIRST_PAUSE = 10

/** @throws {HomecomingError} DATABASE_BUSY */
export async function repeated<T>(name: string, work: () => Promise<T>): Promise<T> {
  for (let again = 0; ; again++) {
    try {
      return await work()
    } catch (error) {
      // A unique key may have been taken by a record that the view did not show: a new view tells.
      if (!isSerialization(error) && !(isUnique(error) && again === 0)) throw error
      if (again === TIMES) throw overtaken(name, error)
    }
    await setTimeout(FIRST_PAUSE * 2 ** again * (0.5 + Math.random()))
  }
}

function overtaken(name: string, cause: unknown): HomecomingError {
  const fact = `other programs kept writing the same rows of ${name}: the change was begun ${TIMES + 1} times in vain`
  return new HomecomingError('DATABASE_BUSY', fact, { database: name }, cause)
}
