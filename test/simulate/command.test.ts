/** homecoming simulate, as somebody types it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportOf } from '../../src/simulate/report.ts'
import { noFaults } from '../../src/simulate/world.ts'
import { ROOT } from '../support/sources.ts'

const run = promisify(execFile)
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homecoming-simulate-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const simulate = (...words: string[]) =>
  run(join(ROOT, 'bin/homecoming'), ['simulate', ...words], { cwd: folder })

test('it says what was lived through, and writes nothing', async () => {
  const { stdout } = await simulate('--seeds', '5-6', '--steps', '60', '--json')
  expect(JSON.parse(stdout)).toEqual({
    seeds: 2,
    steps: 120,
    settlings: 2,
    edits: expect.any(Number),
    faults: {
      lost: expect.any(Number),
      repeated: expect.any(Number),
      reordered: expect.any(Number),
      cut: expect.any(Number),
      crashed: expect.any(Number),
      restored: expect.any(Number),
      cloned: expect.any(Number),
    },
    passed: 2,
    failed: [],
  })
  expect(await readdir(folder)).toEqual([])
})

test.for([
  ['--seeds', '0-2147483648'],
  ['--seeds', 'all'],
  ['--world', 'the'],
  ['--keep', 'some'],
  ['--steps', '0'],
])('%s %s is refused', async words => {
  await expect(simulate(...words)).rejects.toMatchObject({ code: 2 })
})

test.for([
  ['--seeds 6-5', 'the first is greater than the last'],
  ['--steps 100001', 'expected 1 to 100000'],
  ['--keep 5-1', 'expected steps as in 0-3,7'],
  ['--steps 10 --keep 0-3,10', 'there is no step 10; 10 steps are 0 to 9'],
  ['--server foo', 'this is no address of a database in PostgreSQL'],
  ['--self-test --seeds 1-2', "'--self-test' cannot be used with option '--seeds"],
  ['--self-test --steps 20', "'--self-test' cannot be used with option '--steps"],
] as const)('%s is refused, and says why: %s', async ([words, why]) => {
  await expect(simulate(...words.split(' '))).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining(why),
  })
})

test('where nothing was settled, it does not say that all is well', async () => {
  const { stdout } = await simulate('--seeds', '1-1', '--steps', '10', '--keep', '0-3')
  expect(stdout).toContain('no settling was among the steps')
  expect(stdout).not.toContain('All is well')
})

test('a server that does not answer ends it at once, and is told once, without a stack', async () => {
  const failed = await simulate('--server', 'postgres://127.0.0.1:1/x', '--seeds', '1-9').catch(
    error => error,
  )
  expect(failed).toMatchObject({ code: 7, stderr: expect.stringContaining('DATABASE_UNREACHABLE') })
  expect(failed.stderr.match(/DATABASE_UNREACHABLE/g)).toHaveLength(1)
  expect(failed.stderr).not.toContain('    at ')
})

test('however many failed, the report has at most 64 KiB', () => {
  const outcome = {
    ...{ seed: 1, steps: 1, settlings: 1, edits: 1, faults: noFaults(), wide: false, deaths: {} },
    failure: { step: 0, message: 'sameness: '.repeat(200) },
  }
  const report = reportOf(
    Array.from({ length: 5_000 }, () => ({ outcome })),
    { steps: 300, world: 'trade' },
  )
  expect(report.passed).toBe(0)
  expect(report.seeds).toBe(5_000)
  expect(report.failed.length).toBeGreaterThan(50)
  expect(JSON.stringify(report).length).toBeLessThan(64 * 1024)
})
