/** Corpus: histories in which something was wrong once. They are lived again for ever. */
import { expect, test } from 'vitest'
import { simulatorOn } from '../../src/app/simulate-adapters.ts'
import { liveHistory } from '../../src/simulate/seed.ts'
import { ALL_HISTORIES, OTHERS, savedHistory, textOf } from '../support/corpus.ts'

test.for(OTHERS)('%s is well', { timeout: 120_000 }, async name => {
  const saved = savedHistory(name)
  const { failure } = await liveHistory(simulatorOn(), saved)
  expect(failure, `once: ${saved.found}`).toBeUndefined()
})

test('a history says what was wrong, not on which machine', () => {
  expect(ALL_HISTORIES.filter(name => /file:|\/(?:home|root|tmp|Users|usr)\//.test(textOf(name)))).toEqual([])
})
