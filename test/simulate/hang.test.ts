/** A step without an end is what is wrong with its seed, and nothing waits for it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onThreads } from '../../src/app/simulate-threads.ts'
import { reportOf } from '../../src/simulate/report.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homecoming-hang-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Milliseconds: no thread has even begun by then. */
const NO_TIME = 1

test('a seed that tells nothing for too long is ended and told, and the next one begins', async () => {
  const asked = { steps: 20, world: 'trade', folder }
  const done: string[] = []
  const results = await onThreads(1, 3, asked, what => done.push(what), NO_TIME)
  const { failed, passed, seeds } = reportOf(results, asked)
  expect({ seeds, passed, done: done.toSorted() }).toEqual({
    ...{ seeds: 3, passed: 0, done: ['seed 1', 'seed 2', 'seed 3'] },
  })
  expect(failed.map(({ message }) => message)).toEqual(
    Array(3).fill('hang: the step had no end within 0.001 s'),
  )
  expect(failed[0]?.repeat).toBe('homecoming simulate --seeds 1-1 --steps 20 --world trade')
})

test('where a world cannot even be made, all threads end, and it is told', async () => {
  const asked = { steps: 1e11, world: 'trade', folder }
  await expect(onThreads(1, 3, asked, () => {})).rejects.toThrow('Invalid array length')
})
