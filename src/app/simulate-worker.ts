/** Simulate worker: a thread that lives one seed after the other, as it is told, and says how far it is. */
import { parentPort } from 'node:worker_threads'
import { type Asked, liveSeed } from '../simulate/one-seed.ts'
import { simulatorOn } from './simulate-adapters.ts'
import type { Told } from './simulate-threads.ts'

const tell = (told: Told): void => parentPort?.postMessage(told)

parentPort?.on('message', async (asked: Asked) => {
  const result = await liveSeed(simulatorOn(asked), asked, {
    step: step => tell({ kind: 'step', step }),
    lived: outcome => tell({ kind: 'lived', outcome }),
  })
  tell({ kind: 'done', result })
})
