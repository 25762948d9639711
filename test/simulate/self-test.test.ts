/** Self-test: whatever is broken on purpose is noticed, by the check that is there for it. */
import { expect, test } from 'vitest'
import { simulateSelfTest } from '../../src/index.ts'
import { SABOTAGES } from '../../src/simulate/sabotage.ts'

test('an engine that is broken on purpose is noticed, in each of at least eight ways', {
  timeout: 300_000,
}, async () => {
  const { ways } = await simulateSelfTest()
  expect(ways.length).toBeGreaterThanOrEqual(8)
  expect(ways.map(way => way.caughtBy)).toEqual(SABOTAGES.map(sabotage => sabotage.noticedBy))
})
