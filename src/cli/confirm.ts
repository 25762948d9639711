/**
 * Confirm: what destroys something is asked for, or was said with --yes.
 * Never: takes silence, an empty line or a missing terminal for a yes.
 */
import { createInterface } from 'node:readline/promises'
import { HomecomingError } from '../index.ts'

interface Person {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly signal?: AbortSignal
}

/**
 * @param question what will be gone, ending in a question mark
 * @throws {HomecomingError} CONFIRMATION_NEEDED if nobody can be asked, or the answer is not yes
 */
export async function confirm(question: string, yes: boolean, person: Person): Promise<void> {
  if (yes) return
  if (person.input.isTTY !== true || person.output.isTTY !== true) {
    throw new HomecomingError('CONFIRMATION_NEEDED', `nobody to ask: ${question}`, { question })
  }
  const answer = await ask(`${question} (yes/no) `, person)
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new HomecomingError('CONFIRMATION_NEEDED', 'not confirmed: nothing was done', { question })
  }
}

/** Ctrl-C and Ctrl-D close the line: then there is no answer, and no answer is a no. */
async function ask(question: string, { input, output, signal }: Person): Promise<string> {
  const lines = createInterface({ input, output })
  const closed = new Promise<string>(resolve => lines.once('close', () => resolve('')))
  const close = () => lines.close()
  signal?.addEventListener('abort', close)
  try {
    return await Promise.race([lines.question(question), closed])
  } finally {
    signal?.removeEventListener('abort', close)
    close()
  }
}
