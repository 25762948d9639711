/** File errors: what the system says about a file that SQLite does not hold, in the words of the product. */
import { HomecomingError } from '../../core/errors.ts'

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** @param fact what was being done, after the path: "could not be created" */
export function fileError(path: string, fact: string, cause?: unknown): HomecomingError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'EEXIST') return new HomecomingError('DATABASE_EXISTS', `${path} exists already`, { path })
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new HomecomingError(
    NO_ROOM.has(code) ? 'DISK_FULL' : 'FILE_FAILED',
    `${path} ${fact}${reason}`,
    { path },
    cause,
  )
}
