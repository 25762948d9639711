/** Restored at: what is remembered of the last `homecoming restored`. */
import { HomecomingError } from '../core/errors.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Reading, Writing } from '../storage/contract.ts'

const SETTING = 'restored'

export interface RestoredAt {
  /** The last position of the copy. */
  readonly position: number
  /** Positions that are given now lie behind this one. */
  readonly past: number
  readonly time: number
  /** Of a satellite: up to here its own history is that of every life that central may know of; undefined: they have found together since. */
  readonly common?: number | undefined
  /** `homecoming restored` has not come to its end yet: when it is run again, the copy is what it was. */
  readonly unfinished?: boolean
}

export async function restoredAt(read: Reading): Promise<RestoredAt | undefined> {
  const text = await readSetting(read, SETTING)
  return text === undefined ? undefined : (JSON.parse(text) as RestoredAt)
}

/** Positions are given again only behind those of the lost life. @throws {HomecomingError} RESTORE_UNFINISHED */
export async function requireRestored(read: Reading): Promise<void> {
  if ((await restoredAt(read))?.unfinished)
    throw new HomecomingError(
      'RESTORE_UNFINISHED',
      'this database was put back, and `homecoming restored` has not come to its end',
    )
}

export const noteRestored = (write: Writing, restored: RestoredAt): Promise<void> =>
  writeSetting(write, SETTING, JSON.stringify(restored))
