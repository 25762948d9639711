/**
 * Upgrade: brings a central database of an older program up to this one: a copy first, then all steps in one
 * transaction. A travel database does the same by itself when it is opened (open.ts), without a copy: its parent has
 * all that it has sent.
 */
import { crashPoint } from '../core/crash-points.ts'
import type { Writing } from '../storage/contract.ts'
import type { Machine } from './create.ts'
import { type OpenSite, openSite } from './open.ts'
import { runSteps, SCHEMA_VERSION, STEPS, schemaVersion, type UpgradeStep } from './upgrade-steps.ts'

export interface Upgraded {
  readonly from: number
  readonly to: number
  /** What was done, step by step; nothing where the database is as new as the program. */
  readonly steps: readonly string[]
  /** The copy that was written before. */
  readonly copy: string | undefined
}

/** @param steps the program's own, but for tests @throws {HomecomingError} DATABASE_TOO_NEW, DISK_FULL; the database is as it was then */
export async function upgrade(machine: Machine, open: OpenSite, steps = STEPS): Promise<Upgraded> {
  const site = await openSite(machine, { ...open, olderToo: true })
  try {
    const from = await site.db.snapshot(schemaVersion)
    if (from === SCHEMA_VERSION) return { from, to: from, steps: [], copy: undefined }
    const copy = `${site.path}.version-${from}`
    // One of this name was written by an upgrade that was interrupted: the database is still of that version.
    await machine.platform.files.remove(copy)
    await machine.storage.backup(site.db, copy)
    crashPoint('upgrade-copied')
    const done = await site.db.change(write => allSteps(write, steps))
    return { from, to: SCHEMA_VERSION, steps: done.map(step => step.what), copy }
  } finally {
    await site.db.close()
  }
}

async function allSteps(write: Writing, steps: readonly UpgradeStep[]): Promise<UpgradeStep[]> {
  const done = await runSteps(write, steps)
  crashPoint('upgrade-stepped')
  return done
}
