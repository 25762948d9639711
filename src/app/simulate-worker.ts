/** Simulate worker: a thread that lives one seed after the other, as it is told, and says how far it is. */
import { parentPort } from 'node:worker_threads'
import { HomecomingError } from '../core/errors.ts'
import { type Asked, liveSeed } from '../simulate/one-seed.ts'
import { simulatorOn } from './simulate-adapters.ts'
import type { Told } from './simulate-threads.ts'

const tell = (told: Told): void => parentPort?.postMessage(told)

/** A thread can be told of an error, but not of its class. */
const failureOf = (error: unknown): Told =>
  error instanceof HomecomingError
    ? { kind: 'refused', code: error.code, message: error.message, values: error.values }
    : { kind: 'broken', error }

parentPort?.on('message', async (asked: Asked) => {
  try {
    const result = await liveSeed(simulatorOn(asked), asked, {
      step: step => tell({ kind: 'step', step }),
      lived: outcome => tell({ kind: 'lived', outcome }),
    })
    tell({ kind: 'done', result })
  } catch (error) {
    tell(failureOf(error))
  }
})
