/**
 * Errors page: docs/errors.md out of the error registry.
 * Never: is edited by hand; a test compares the file with this text.
 */
import { REGISTRY } from '../src/core/error-registry.ts'
import type { ErrorEntry } from '../src/core/errors.ts'

export const ERRORS_PAGE = 'docs/errors.md'

const HEAD = `# Error codes

Written by \`npm run docs:errors\` from the registry in \`src/core/error-registry.ts\`: change that, not this page.

Every refusal has a code, a sentence with the values at hand, and a next action. A command ends with the exit code; the
gateway answers with the HTTP status. \`homecoming explain CODE\` shows the same on the command line.

| exit | meaning |
|---|---|
| 0 | done |
| 2 | wrong call, or a setting that cannot be read |
| 3 | wait, or run it again |
| 4 | refused by a rule |
| 5 | damaged or foreign input |
| 6 | keys and rights |
| 7 | the machine: disk, locks, files |
| 8 | parent and child do not hold the same |
| 70 | a mistake in Homecoming: please report it |
| 130 | interrupted; the next run goes on where this one stopped |

| code | exit | HTTP | trying again | next action |
|---|---|---|---|---|
`

const RETRY = { no: 'no use', automatic: 'by itself', 'after-action': 'after the next action' } as const

export function errorsPage(): string {
  const lines = Object.entries<ErrorEntry>(REGISTRY).map(
    ([code, { exit, http, retry, hint }]) => `| ${code} | ${exit} | ${http} | ${RETRY[retry]} | ${hint} |`,
  )
  return `${HEAD}${lines.join('\n')}\n`
}
