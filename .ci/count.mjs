/**
 * Counts what .ci/run ran, and says the last line. Runs on any Node.
 * usage: node .ci/count.mjs <vitest's JSON report> <vitest's exit code> <name>=<exit code>...
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const [reportPath, exitCode, ...others] = process.argv.slice(2)

const count = { passed: 0, failed: 0, skipped: 0 }
const failures = []
const fail = what => {
  count.failed += 1
  failures.push(what)
}

countTests()
for (const other of others) {
  const [name, code] = other.split('=')
  if (code === '0') count.passed += 1
  else fail(name)
}

for (const what of failures) console.log(`FAILED ${what}`)
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exitCode = count.failed > 0 ? 1 : 0

function countTests() {
  if (!existsSync(reportPath)) return fail(`the tests did not report (exit ${exitCode})`)
  const report = JSON.parse(readFileSync(reportPath, 'utf8'))
  for (const file of report.testResults) countFile(file)
  if (count.passed === 0) fail('no test passed')
  // An error outside any test, a full disk, a killed worker.
  if (exitCode !== '0' && count.failed === 0) fail(`vitest ended with ${exitCode}`)
}

function countFile(file) {
  const path = relative(root, file.name)
  const failedBefore = count.failed
  for (const test of file.assertionResults) countTest(path, test)
  if (file.status === 'failed' && count.failed === failedBefore) fail(`${path}: ${firstLine(file.message)}`)
}

function countTest(path, { status, fullName }) {
  if (status === 'passed') count.passed += 1
  else if (status === 'failed') fail(`${path}: ${fullName}`)
  else if (mustNotSkip(path)) fail(`${path}: ${fullName}: skipped although ../shared/data is here`)
  else count.skipped += 1
}

/** A test that looks at the shared data may skip only where they are absent. */
function mustNotSkip(path) {
  if (!existsSync(join(root, '../shared/data'))) return false
  return /support\/shared-data|\.\.\/shared\/data/.test(readFileSync(join(root, path), 'utf8'))
}

function firstLine(text) {
  return (text ?? '').trim().split('\n')[0]
}
