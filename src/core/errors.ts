/**
 * Errors: every refusal of the product has a code, a fact with values, and a next action.
 * Role:  one class for refusals (their data, our rule), one for assertions (our bug).
 * Never: is caught to be logged and forgotten.
 */
import { REGISTRY } from './error-registry.ts'

export type ErrorCode = keyof typeof REGISTRY

/** What a code means for a machine: whether a retry helps, its HTTP status, its exit code, its next action. */
export interface ErrorEntry {
  readonly retry: 'no' | 'automatic' | 'after-action'
  readonly http: number
  readonly exit: number
  readonly hint: string
}

/** A refusal. `message` states the fact; `hint` the next action; `values` are for programs. */
export class HomecomingError extends Error {
  override readonly name = 'HomecomingError'
  readonly code: ErrorCode
  readonly values: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    values: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.values = values
  }

  get entry(): ErrorEntry {
    return REGISTRY[this.code]
  }

  get hint(): string {
    return this.entry.hint
  }
}

/** A broken assumption of our own code: never the user's fault, always worth a report. */
export class BrokenAssumption extends Error {
  override readonly name = 'BrokenAssumption'
}

/** Narrows away what cannot be. @throws {BrokenAssumption} when `fact` is false */
export function assume(fact: unknown, what: string): asserts fact {
  if (!fact) throw new BrokenAssumption(what)
}
