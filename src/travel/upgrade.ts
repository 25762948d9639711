/**
 * Upgrade: brings a central database of an older program up to this one: a copy first, then all steps in one
 * transaction. What a server keeps its administrator copies: that is asked for before anything is done. A travel database does the same by itself when it is opened (open.ts), without a copy: its parent has
 * all that it has sent.
 */
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import type { Machine } from './create.ts'
import { type OpenSite, openSite } from './open.ts'
import { runSteps, SCHEMA_VERSION, STEPS, schemaVersion, type UpgradeStep } from './upgrade-steps.ts'

export interface Upgraded {
  readonly from: number
  readonly to: number
  /** What was done, step by step; nothing where the database is as new as the program. */
  readonly steps: readonly string[]
  /** The copy that was written before; not there where a server keeps the database. */
  readonly copy: string | undefined
}

export interface UpgradeHow extends OpenSite {
  /** Asked where the database is kept by a server. @param command writes a copy @throws unless there is one */
  readonly saved?: (command: string) => Promise<void>
}

/** @param steps the program's own, but for tests
 *  @throws {HomecomingError} DATABASE_TOO_NEW, DISK_FULL, CONFIRMATION_NEEDED; the database is as it was then */
export async function upgrade(machine: Machine, open: UpgradeHow, steps = STEPS): Promise<Upgraded> {
  const site = await openSite(machine, { ...open, olderToo: true })
  try {
    const from = await site.db.snapshot(schemaVersion)
    if (from === SCHEMA_VERSION) return { from, to: from, steps: [], copy: undefined }
    const copy = await saved(machine, site, open, from)
    crashPoint('upgrade-copied')
    const done = await site.db.change(write => allSteps(write, steps))
    return { from, to: SCHEMA_VERSION, steps: done.map(step => step.what), copy }
  } finally {
    await site.db.close()
  }
}

/** @returns where the copy is, if we have written it */
async function saved(
  { storage, platform }: Machine,
  site: Site,
  { path, saved: isSaved = nobodyToAsk }: UpgradeHow,
  version: number,
): Promise<string | undefined> {
  const command = storage.copyCommand(path)
  if (command !== undefined) return void (await isSaved(command))
  const copy = `${site.path}.version-${version}`
  // One of this name was written by an upgrade that was interrupted: the database is still of that version.
  await platform.files.remove(copy)
  await storage.backup(site.db, copy)
  return copy
}

async function nobodyToAsk(command: string): Promise<void> {
  throw new HomecomingError('CONFIRMATION_NEEDED', `copy the database first: ${command}`, { command })
}

async function allSteps(write: Writing, steps: readonly UpgradeStep[]): Promise<UpgradeStep[]> {
  const done = await runSteps(write, steps)
  crashPoint('upgrade-stepped')
  return done
}
