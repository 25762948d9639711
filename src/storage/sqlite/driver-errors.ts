/**
 * Driver errors: what SQLite's result codes mean in the words of the product.
 * Shape: an error of the library in; a HomecomingError, or a ConstraintError inside `attempt`, out.
 * Never: hides an error it does not know: that one passes as it is.
 */
import { REGISTRY } from '../../core/error-registry.ts'
import { type ErrorCode, HomecomingError } from '../../core/errors.ts'
import type { ConstraintError } from '../contract.ts'
import { isDriverError } from './driver.ts'

/** Our triggers refuse with `HC:<CODE> <fact>`. */
const REFUSAL = /^HC:([A-Z_]+) (.*)$/s

/** A write that fails is taken for a full disk: a file-size limit and a quota look the same to SQLite. */
const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^SQLITE_FULL|^SQLITE_IOERR_(WRITE|SHMSIZE|SHMOPEN)/, 'DISK_FULL'],
  [/^SQLITE_(CORRUPT|NOTADB)|^SQLITE_IOERR_(DATA|CORRUPTFS|SHORT_READ)/, 'DATABASE_INVALID'],
  [/^SQLITE_(BUSY|LOCKED)/, 'DATABASE_BUSY'],
  [/^SQLITE_(READONLY|CANTOPEN|IOERR|PERM|AUTH|NOLFS|PROTOCOL)/, 'FILE_FAILED'],
  [/^SQLITE_TOOBIG/, 'VALUE_REFUSED'],
  [/^SQLITE_CONSTRAINT/, 'VALUE_REFUSED'],
]

const FACTS: Partial<Record<ErrorCode, string>> = {
  DISK_FULL: 'could not be written, the disk is full or a limit is reached:',
  DATABASE_INVALID: 'is damaged, or no database:',
  DATABASE_BUSY: 'is held by another program:',
  FILE_FAILED: 'could not be read or written:',
  VALUE_REFUSED: 'refused a value:',
}

const KINDS: Readonly<Record<string, ConstraintError['kind']>> = {
  SQLITE_CONSTRAINT_UNIQUE: 'unique',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique',
  SQLITE_CONSTRAINT_ROWID: 'unique',
  SQLITE_CONSTRAINT_NOTNULL: 'not-null',
  SQLITE_CONSTRAINT_CHECK: 'check',
  SQLITE_CONSTRAINT_DATATYPE: 'check',
  SQLITE_MISMATCH: 'check',
  SQLITE_TOOBIG: 'check',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'reference',
  SQLITE_CONSTRAINT_TRIGGER: 'refused',
}

export function isBusy(error: unknown): boolean {
  return isDriverError(error) && /^SQLITE_(BUSY|LOCKED)/.test(error.code)
}

/** @returns what to throw instead of `error` */
export function translated(error: unknown, file: string): unknown {
  if (!isDriverError(error)) return error
  const refusal = refusalOf(error)
  if (refusal) return refusal
  const code = CODES.find(([pattern]) => pattern.test(error.code))?.[1]
  if (code === undefined) return error
  const fact = `${file} ${FACTS[code] ?? ''} ${error.message}`
  return new HomecomingError(code, fact, { file, sqlite: error.code }, error)
}

/** Found by us, where SQLite says nothing yet. */
export class BrokenReference extends Error {}

/** @returns the constraint that refused, undefined if the error is of another kind */
export function constraintOf(error: unknown): ConstraintError | undefined {
  if (error instanceof HomecomingError && error.cause !== undefined) return constraintOf(error.cause)
  if (error instanceof BrokenReference) return { kind: 'reference', message: error.message }
  if (!isDriverError(error)) return undefined
  const known = KINDS[error.code]
  if (known) return { kind: known, message: error.message }
  return error.code.startsWith('SQLITE_CONSTRAINT') ? { kind: 'other', message: error.message } : undefined
}

function refusalOf(error: Error): HomecomingError | undefined {
  const [, code, fact] = REFUSAL.exec(error.message) ?? []
  if (code === undefined || !(code in REGISTRY)) return undefined
  return new HomecomingError(code as ErrorCode, fact ?? '', {}, error)
}
