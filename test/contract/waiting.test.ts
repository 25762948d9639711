import { expect, test } from 'vitest'
import { pause } from '../../src/storage/sqlite/waiting.ts'

test('who waits for a lock asks often, and never in step with whoever holds it', () => {
  const pauses = Array.from({ length: 200 }, pause)

  expect(Math.max(...pauses)).toBeLessThan(5)
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1)
  expect(new Set(pauses).size).toBeGreaterThan(100)
})
