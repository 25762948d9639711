/** Corpus of offices that were put back from older copies: histories in which something was wrong once, lived again for ever. */
import { expect, test } from 'vitest'
import { simulatorOn } from '../../src/app/simulate-adapters.ts'
import { liveHistory } from '../../src/simulate/seed.ts'
import { PUT_BACK, savedHistory } from '../support/corpus.ts'

test.for(PUT_BACK)('%s is well', { timeout: 120_000 }, async name => {
  const saved = savedHistory(name)
  const { failure } = await liveHistory(simulatorOn(), saved)
  expect(failure, `once: ${saved.found}`).toBeUndefined()
})
