/** Corpus: histories in which something was wrong once. They are lived again for ever. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journeyCarrier, machine } from '../../src/app/wire.ts'
import { type History, liveHistory } from '../../src/simulate/seed.ts'

const folder = join(import.meta.dirname, 'corpus')
const names = readdirSync(folder).filter(name => name.endsWith('.json'))

interface Saved extends History {
  /** What was wrong. */
  readonly found: string
}

test.for(names)('%s is well', { timeout: 120_000 }, async name => {
  const saved = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Saved
  const { failure } = await liveHistory({ machine, carrierAt: journeyCarrier }, saved)
  expect(failure, `once: ${saved.found}`).toBeUndefined()
})

test('a history says what was wrong, not on which machine', () => {
  const named = names.filter(name =>
    /file:|\/(?:home|root|tmp|Users|usr)\//.test(readFileSync(join(folder, name), 'utf8')),
  )
  expect(named).toEqual([])
})
