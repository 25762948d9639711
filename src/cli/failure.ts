/**
 * Failure: turns whatever ended a command into words for the person and an exit code for the machine.
 * Shape:  fact, code, next action on standard error; with --json one object {error} on standard output.
 * Never:  shows a stack trace for a refusal, or hides one of our own mistakes.
 */
import { CommanderError } from 'commander'
import { HomecomingError, REGISTRY } from '../index.ts'
import type { Colours, Output } from './output.ts'

export const OUR_FAULT_EXIT = 70

/** @returns the exit code; 0 where commander only showed its help */
export function reportFailure(error: unknown, output: Output, colours: Colours): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  // A group without one of its commands: its help, which commander has shown already, is the answer.
  if (error instanceof CommanderError && error.code === 'commander.help') return REGISTRY.USAGE.exit
  const refusal = asRefusal(error)
  if (refusal === undefined) return reportOurFault(error, output, colours)
  const { code, message, hint, values } = refusal
  if (output.json) output.result({ error: { code, message, hint, values } }, () => '')
  else output.note(`${colours.red('homecoming:')} ${message}\n${colours.dim(`${code}.`)} ${hint}`)
  return refusal.entry.exit
}

function asRefusal(error: unknown): HomecomingError | undefined {
  if (error instanceof HomecomingError) return error
  if (!(error instanceof CommanderError)) return undefined
  return new HomecomingError('USAGE', error.message.replace(/^error: /, ''))
}

const REPORT =
  'This is a mistake in Homecoming, not yours. Please report it with the lines above and `homecoming --version`.'

function reportOurFault(error: unknown, output: Output, colours: Colours): number {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  if (output.json) {
    output.result({ error: { code: 'UNEXPECTED', message, hint: REPORT, values: {} } }, () => '')
  }
  output.note(`${colours.red('homecoming:')} ${stack ?? message}\n${causes(error)}${REPORT}`)
  return OUR_FAULT_EXIT
}

function causes(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause === undefined ? '' : `caused by ${cause instanceof Error ? cause.stack : String(cause)}\n`
}
