/** What .ci/run says in its last line, whatever the tests did. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from './support/sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'homecoming-count-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Reported {
  readonly file?: string
  readonly statuses: readonly string[]
  readonly fileStatus?: string
}

function report({ file = 'test/bundle.test.ts', statuses, fileStatus = 'passed' }: Reported): string {
  const path = join(folder, 'report.json')
  const assertionResults = statuses.map(status => ({ status, fullName: `a ${status} test` }))
  const result = { name: join(ROOT, file), status: fileStatus, message: 'it broke', assertionResults }
  writeFileSync(path, JSON.stringify({ testResults: [result] }))
  return path
}

function count(...words: string[]): Promise<{ code: number; last: string | undefined }> {
  return new Promise(done => {
    execFile(process.execPath, [join(ROOT, '.ci/count.mjs'), ...words], (error, stdout) => {
      done({ code: error === null ? 0 : Number(error.code), last: stdout.trim().split('\n').at(-1) })
    })
  })
}

test('passed tests, the type check and lint add up', async () => {
  const path = report({ statuses: ['passed', 'passed', 'skipped'] })
  expect(await count(path, '0', 'typecheck=0', 'lint=0')).toEqual({
    code: 0,
    last: '4 passed, 0 failed, 1 skipped',
  })
})

test('a failed test or a failed lint fails the run', async () => {
  const path = report({ statuses: ['passed', 'failed'] })
  expect(await count(path, '1', 'lint=1')).toEqual({ code: 1, last: '1 passed, 2 failed, 0 skipped' })
})

test('a file that could not be loaded counts as one failure', async () => {
  const path = report({ statuses: [], fileStatus: 'failed' })
  expect(await count(path, '1')).toMatchObject({ code: 1, last: '0 passed, 2 failed, 0 skipped' })
})

test('an error outside of all tests fails the run', async () => {
  expect(await count(report({ statuses: ['passed'] }), '1')).toEqual({
    code: 1,
    last: '1 passed, 1 failed, 0 skipped',
  })
})

test('tests that did not report fail the run', async () => {
  expect(await count(join(folder, 'missing.json'), '124')).toMatchObject({ code: 1 })
})

test.skipIf(!existsSync(join(ROOT, '../shared/data')))(
  'a test of the shared data must not skip where they are (skipped where ../shared/data is absent)',
  async () => {
    const path = report({ file: 'test/crm/dictionary-facts.test.ts', statuses: ['passed', 'skipped'] })
    expect(await count(path, '0')).toEqual({ code: 1, last: '1 passed, 1 failed, 0 skipped' })
  },
)
