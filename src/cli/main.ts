/**
 * Main: from arguments to an exit code.
 * Never: lets an error pass that was not shown to the person.
 */
import { versions } from '../index.ts'
import { reportFailure } from './failure.ts'
import { FIRST_STEPS } from './first-steps.ts'
import { coloursFor, type Output, output, table } from './output.ts'
import { program } from './program.ts'

/** @param words what was typed after the name of the program */
export async function main(words: readonly string[]): Promise<number> {
  process.stdout.on('error', leaveIfNobodyReads)
  const shown = output({ out: process.stdout, err: process.stderr }, words.includes('--json'), process.env)
  try {
    if (!answeredAtOnce(words, shown)) await program().parseAsync(asTyped(words), { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return reportFailure(error, shown, coloursFor(process.stderr, process.env))
  }
}

/** `help go` is `go --help`. */
const asTyped = ([first, ...more]: readonly string[]): string[] =>
  first === 'help' ? [...more, '--help'] : first === undefined ? [] : [first, ...more]

/** What needs no command: the name alone, and the versions. */
function answeredAtOnce(words: readonly string[], shown: Output): boolean {
  const [word, ...more] = words.filter(each => each !== '--json')
  if (word === undefined) shown.result({ firstSteps: FIRST_STEPS }, () => FIRST_STEPS)
  else if ((word === '--version' || word === '-V') && more.length === 0) showVersions(shown)
  else return false
  return true
}

function showVersions(shown: Output): void {
  const found = versions()
  shown.result(found, () => table(['', ''], Object.entries(found), shown.colours).trimStart())
}

/** `homecoming log | head`: the reader has seen enough. */
function leaveIfNobodyReads(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit(0)
  throw error
}
