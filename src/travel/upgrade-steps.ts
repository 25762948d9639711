/**
 * Upgrade steps: what brings our own tables of an older version up to the newest, one version a step.
 * Shape: a step says which version it ends at; all that are needed run in the caller's transaction.
 * Never: changed after a release. A later mistake is mended by a later step.
 */
import { assume } from '../core/errors.ts'
import { readNumber, writeSetting } from '../log/settings.ts'
import type { Reading, Writing } from '../storage/contract.ts'

/** Version of our own tables and files that this program writes. */
export const SCHEMA_VERSION = 1

export interface UpgradeStep {
  /** The version that the database has afterwards; one above the version it needs. */
  readonly to: number
  /** For the report: "conflicts remember who restored them". */
  readonly what: string
  readonly run: (write: Writing) => Promise<void>
}

/** In order. Empty: version 1 is the first. */
export const STEPS: readonly UpgradeStep[] = []

const SETTING = 'schema-version'

export const schemaVersion = (read: Reading): Promise<number> => readNumber(read, SETTING)

/** @returns the steps that were run */
export async function runSteps(
  write: Writing,
  steps: readonly UpgradeStep[] = STEPS,
  newest = SCHEMA_VERSION,
): Promise<UpgradeStep[]> {
  const from = await schemaVersion(write)
  const needed = steps.filter(step => step.to > from && step.to <= newest)
  assume(needed.length === newest - from, `there is a step for every version from ${from} to ${newest}`)
  for (const step of needed) {
    await step.run(write)
    await writeSetting(write, SETTING, String(step.to))
  }
  return needed
}
