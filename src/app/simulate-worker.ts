/** Simulate worker: a thread that lives one seed after the other, as it is told. */
import { parentPort } from 'node:worker_threads'
import { type Asked, liveSeed } from '../simulate/one-seed.ts'
import { journeyCarrier, machine } from './wire.ts'

parentPort?.on('message', async (asked: Asked) => {
  parentPort?.postMessage(await liveSeed({ machine, carrierAt: journeyCarrier }, asked))
})
