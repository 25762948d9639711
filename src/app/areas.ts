/** Areas: the journal of an open parent, compared with its records. */
import { repairMembership } from '../areas/repair.ts'
import * as areas from '../areas/verify.ts'
import type { Site } from '../log/site.ts'
import { requireActive, requireParent } from '../travel/activate.ts'

/** @param limit wrong records named at most. @throws {HomecomingError} NOT_A_PARENT, TRAVEL_INACTIVE */
export async function verifyAreas(site: Site, limit?: number): Promise<areas.AreasVerified> {
  requireParent(site)
  await site.db.snapshot(requireActive)
  return areas.verifyAreas(site, limit)
}

/** Puts the journal right where records changed while nothing was captured; children hear of it with the next change.
 *  @returns how many records were wrong @throws {HomecomingError} NOT_A_PARENT, TRAVEL_INACTIVE */
export async function repairAreas(site: Site): Promise<number> {
  requireParent(site)
  await site.db.snapshot(requireActive)
  return site.db.change(write => repairMembership(site, write))
}
