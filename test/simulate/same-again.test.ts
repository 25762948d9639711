/** The same seed lives the same life, and half of the worlds are wide. */
import { expect, test } from 'vitest'
import { journeyCarrier, machine } from '../../src/app/wire.ts'
import { historyOf, liveHistory } from '../../src/simulate/seed.ts'

const adapters = { machine, carrierAt: journeyCarrier }

test('a seed lives the same life again, with the same deaths', async () => {
  const once = await liveHistory(adapters, historyOf(7, 120, 'trade'))
  const again = await liveHistory(adapters, historyOf(7, 120, 'trade'))
  expect(again).toEqual(once)
  expect(once.edits).toBeGreaterThan(20)
})

test('one step more is the same history, and one step more', () => {
  const { steps } = historyOf(9, 100, 'trade')
  expect(historyOf(9, 150, 'trade').steps.slice(0, 99)).toEqual(steps.slice(0, 99))
})

test('half of the seeds have at least two satellites and five travellers', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => historyOf(seed, 1, 'trade').shape)
  const wide = seeds.filter(({ satellites, travellers }) => satellites.length >= 2 && travellers.length >= 5)
  expect(wide.length).toBeGreaterThanOrEqual(100)
})
