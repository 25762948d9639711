/** Prototypes: built and listed at an open parent. */
import type { Site } from '../log/site.ts'
import { buildPrototype as build, type Progress, type Prototype } from '../prototype/build.ts'
import { requireActive, requireParent } from '../travel/activate.ts'
import { readStatus, type Status } from '../travel/status.ts'

/** What may be shown of a prototype: not its key. */
export type BuiltPrototype = Omit<Prototype, 'wrapped_key'>

/**
 * @param area 0: everything
 * @param progress may throw to stop the build at a safe point; nothing is left behind then
 * @throws {HomecomingError} TRAVEL_INACTIVE, NOT_A_PARENT, DISK_FULL
 */
export async function buildPrototype(site: Site, area = 0, progress?: Progress): Promise<BuiltPrototype> {
  requireParent(site)
  await site.db.snapshot(requireActive)
  const { wrapped_key: _secret, ...shown } = await build(site, area, progress)
  return shown
}

export const prototypes = async (site: Site): Promise<Status['prototypes']> =>
  (await readStatus(site)).prototypes
