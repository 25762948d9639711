/** Writes docs/errors.md; `npm run docs:errors`. */
import { writeFileSync } from 'node:fs'
import { ERRORS_PAGE, errorsPage } from './errors-page.ts'

writeFileSync(new URL(`../${ERRORS_PAGE}`, import.meta.url), errorsPage())
process.stderr.write(`${ERRORS_PAGE} written\n`)
