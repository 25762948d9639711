/**
 * Problem: how a dictionary is refused. Every message begins with the place ("table ship, field name: ...").
 */
import { HomecomingError } from '../core/errors.ts'

/** @throws {HomecomingError} DICTIONARY_INVALID with this one problem */
export function invalid(problem: string): never {
  throw new HomecomingError('DICTIONARY_INVALID', problem, { problems: [problem] })
}

/** Names the first problem and counts the others, all of them are in `values.problems`.
 *  @throws {HomecomingError} DICTIONARY_INVALID unless there are none */
export function refuse(problems: readonly string[]): void {
  const [first, ...others] = problems
  if (first === undefined) return
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  throw new HomecomingError('DICTIONARY_INVALID', `${first}${more}`, { problems })
}
