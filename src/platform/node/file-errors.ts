/**
 * File errors: what the system says about a file, as a refusal that names the path and what to do.
 * Shape:  no room (ENOSPC, EDQUOT, EFBIG) -> DISK_FULL; everything else -> FILE_FAILED.
 */
import { HomecomingError } from '../../core/errors.ts'

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Runs one piece of file work; `doing` completes the sentence "could not …". */
export async function guarded<T>(path: string, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asRefusal(error, path, doing)
  }
}

/** @returns a refusal for what the system reported; what is no system error is passed on as it is */
function asRefusal(error: unknown, path: string, doing: string): unknown {
  const errno = errnoOf(error)
  if (errno === undefined) return error
  if (NO_ROOM.has(errno))
    return new HomecomingError('DISK_FULL', `no room to ${doing} ${path}`, { path, errno }, error)
  return new HomecomingError('FILE_FAILED', `could not ${doing} ${path}: ${errno}`, { path, errno }, error)
}

/** The system's name of an error ("ENOENT"), undefined where it is none of the system's. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return error instanceof HomecomingError ? undefined : error.code
}
