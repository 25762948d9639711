/** Simulate worker: a thread that lives one seed after the other, as it is told. */
import { parentPort } from 'node:worker_threads'
import { type Asked, liveSeed } from '../simulate/one-seed.ts'
import { simulatorOn } from './simulate-adapters.ts'

parentPort?.on('message', async (asked: Asked) => {
  parentPort?.postMessage(await liveSeed(simulatorOn(asked.server), asked))
})
