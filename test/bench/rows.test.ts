/** The benchmark's output is read by programs: its form is fixed, and a missed aim is no failure. Times are not looked at. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { compared, figure, type Row } from '../../bench/row.ts'
import { ROOT } from '../support/sources.ts'

const run = promisify(execFile)

const NAMES = [
  'capture-insert',
  'capture-update',
  'capture-delete',
  'prototype-all',
  'local-update',
  'local-update-against-replay',
  'write-dwn',
  'read-up',
  'idle-10k',
  'idle-1m',
  'client-file',
  'memory',
]

async function bench(...parameters: string[]): Promise<{ rows: Row[]; progress: string }> {
  const { stdout, stderr } = await run(process.execPath, ['bench/start.ts', '--json', ...parameters], {
    cwd: ROOT,
    maxBuffer: 1 << 20,
  })
  return { rows: JSON.parse(stdout), progress: stderr }
}

test('every figure is measured, in this order, and nothing but the rows is on standard output', async () => {
  const { rows, progress } = await bench('--only', 'sqlite', '--size', '500', '--rounds', '1')

  expect(rows.map(row => row.name)).toEqual(NAMES)
  expect(progress).toContain('capture-insert')
}, 300_000)

test('a row says what was measured, beside what, and what for', async () => {
  const { rows } = await bench('--only', 'client-file,idle-10k', '--size', '500', '--rounds', '1')

  expect(rows).toEqual([
    {
      name: 'idle-10k',
      value: expect.any(Number),
      unit: 'ms',
      baseline: null,
      ratio: null,
      aim: '<= 20',
      ok: expect.any(Boolean),
    },
    {
      name: 'client-file',
      value: expect.any(Number),
      unit: 'MB',
      baseline: expect.any(Number),
      ratio: expect.any(Number),
      aim: '<= 1.30',
      ok: expect.any(Boolean),
    },
  ])
}, 120_000)

test('a benchmark that does not exist is refused with the names of those that do', async () => {
  await expect(bench('--only', 'nothing')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('idle-10k'),
  })
})

test('at least: the baseline time by our time', () => {
  expect(compared('x', { ours: 4, baseline: 2 }, 'ms', '>= 0.50')).toMatchObject({ ratio: 0.5, ok: true })
  expect(compared('x', { ours: 5, baseline: 2 }, 'ms', '>= 0.50')).toMatchObject({ ratio: 0.4, ok: false })
})

test('at most: our time by the baseline time', () => {
  expect(compared('x', { ours: 3, baseline: 2 }, 'ms', '<= 1.50')).toMatchObject({ ratio: 1.5, ok: true })
  expect(compared('x', { ours: 4, baseline: 2 }, 'ms', '<= 1.50')).toMatchObject({ ratio: 2, ok: false })
})

test('without a baseline the aim is about the value', () => {
  expect(figure('x', 20, 'ms', '<= 20')).toMatchObject({ baseline: null, ratio: null, ok: true })
  expect(figure('x', 21, 'ms', '<= 20')).toMatchObject({ ok: false })
})
