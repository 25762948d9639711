/**
 * Driver errors: what PostgreSQL's codes mean in the words of the product.
 * Shape: an error of the driver in; a HomecomingError, or a ConstraintError inside `attempt`, out.
 * Never: hides an error it does not know: that one passes as it is.
 * @source PostgreSQL, Appendix A: codes of five characters, their first two are the class
 */
import { REGISTRY } from '../../core/error-registry.ts'
import { type ErrorCode, HomecomingError } from '../../core/errors.ts'
import type { ConstraintError } from '../contract.ts'

/** Our triggers refuse with `HC:<CODE> <fact>`. */
const REFUSAL = /^HC:([A-Z_]+) (.*)$/s

interface ServerError extends Error {
  readonly code: string
  readonly detail?: string
  readonly constraint?: string
  readonly table?: string
}

/** The first that fits. A server that is ended says so with 57P01 to 57P03; a line that is cut says nothing. */
const CODES: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/^(53100|58030)/, 'DISK_FULL', 'could not be written, the server’s disk is full:'],
  [/^53300/, 'CONNECTIONS_EXHAUSTED', 'takes no more connections:'],
  [/^28/, 'SERVER_LOGIN_REFUSED', 'refused the login:'],
  [/^3D000/, 'DATABASE_NOT_FOUND', 'is not there:'],
  [/^42501/, 'RIGHTS_MISSING', 'refused for want of rights:'],
  [/^25006/, 'SERVER_READ_ONLY', 'may only be read:'],
  [/^(55P03|40001|40P01|55006)/, 'DATABASE_BUSY', 'is held by another program:'],
  [/^(57P0[1-5]|08)/, 'CONNECTION_LOST', 'went away:'],
  [/^(XX001|XX002)/, 'DATABASE_INVALID', 'is damaged:'],
  [/^(22|23|54|P0001)/, 'VALUE_REFUSED', 'refused a value:'],
]

const KINDS: readonly (readonly [RegExp, ConstraintError['kind']])[] = [
  [/^23505/, 'unique'],
  [/^23502/, 'not-null'],
  [/^23503/, 'reference'],
  [/^(23514|22|54)/, 'check'],
  [/^P0001/, 'refused'],
  [/^23/, 'other'],
]

/** Errors of the network, and what the driver says when the line is cut. */
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EAI_AGAIN|ENOENT|EACCES)$/
const CUT = /^(ECONNRESET|EPIPE)$/
const CUT_WORDS =
  /Connection terminated|Client was closed|Client has encountered a connection error|not queryable/

/** What the driver says itself where the exchange about a password fails. */
const SASL = /^SASL: /
const NO_PASSWORD = /password must be/

/** @returns what to throw instead of `error` */
export function translated(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof HomecomingError) return error
  if (isLost(error)) return lost(name, error)
  const code = codeOf(error)
  if (UNREACHABLE.test(code)) return unreachable(name, error)
  if (SASL.test(error.message)) return loginRefused(name, error)
  if (!isServerError(error)) return error
  const refusal = refusalOf(error)
  if (refusal) return refusal
  const [, meaning, fact] = CODES.find(([pattern]) => pattern.test(code)) ?? []
  if (meaning === undefined) return error
  return new HomecomingError(meaning, `${name} ${fact} ${error.message}`, valuesOf(name, error), error)
}

/** @returns the constraint that refused, undefined if the error is of another kind */
export function constraintOf(error: unknown): ConstraintError | undefined {
  if (error instanceof HomecomingError && error.cause !== undefined) return constraintOf(error.cause)
  if (!isServerError(error)) {
    return error instanceof HomecomingError && error.code === 'VALUE_REFUSED'
      ? { kind: 'check', message: error.message }
      : undefined
  }
  const kind = KINDS.find(([pattern]) => pattern.test(error.code))?.[1]
  return kind && { kind, message: error.message }
}

/** True where another transaction came between, and the same work from the start may succeed. */
export const isSerialization = (error: unknown): boolean =>
  /^(40001|40P01)$/.test(sqlState(error)) ||
  (error instanceof HomecomingError && error.values.overtaken === true)

/** What a record that this view does not show has come between with. */
export function overtaken(name: string, cause: unknown): HomecomingError {
  const fact = `another program has just taken a unique key in ${name}`
  return new HomecomingError('DATABASE_BUSY', fact, { database: name, overtaken: true }, cause)
}

/** The transaction has ended with an error before. */
export const isAborted = (error: unknown): boolean => sqlState(error) === '25P02'

export const isUnique = (error: unknown): boolean => sqlState(error) === '23505'

/** The line is cut, or the server is going down: this connection is of no more use. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return /^57P0[1-5]$/.test(codeOf(error)) || CUT.test(codeOf(error)) || CUT_WORDS.test(error.message)
}

/** The server's own code, also of a translated error; empty where there is none. */
export function sqlState(error: unknown): string {
  if (error instanceof HomecomingError && error.cause !== undefined) return sqlState(error.cause)
  return isServerError(error) ? error.code : ''
}

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && /^[0-9A-Z]{5}$/.test(codeOf(error)) && 'severity' in error
}

const codeOf = (error: Error): string => String((error as { code?: unknown }).code ?? '')

function lost(name: string, error: Error): HomecomingError {
  return new HomecomingError(
    'CONNECTION_LOST',
    `the connection to ${name} was lost: ${error.message}`,
    { database: name },
    error,
  )
}

/** Several addresses of one name are an error with errors in it and an empty text. */
function unreachable(name: string, error: Error): HomecomingError {
  const why = error.message || codeOf(error)
  return new HomecomingError(
    'DATABASE_UNREACHABLE',
    `${name} cannot be reached: ${why}`,
    { database: name },
    error,
  )
}

function loginRefused(name: string, error: Error): HomecomingError {
  const fact = NO_PASSWORD.test(error.message)
    ? `${name} asks for a password, and none was given`
    : `${name} refused the login: ${error.message}`
  return new HomecomingError('SERVER_LOGIN_REFUSED', fact, { database: name }, error)
}

function valuesOf(name: string, error: ServerError): Record<string, unknown> {
  const { code, table, constraint } = error
  return { database: name, sqlstate: code, ...(table && { table }), ...(constraint && { constraint }) }
}

function refusalOf(error: Error): HomecomingError | undefined {
  const [, code, fact] = REFUSAL.exec(error.message) ?? []
  if (code === undefined || !(code in REGISTRY)) return undefined
  return new HomecomingError(code as ErrorCode, fact ?? '', {}, error)
}
