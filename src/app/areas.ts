/** Areas: the journal of an open parent, compared with its records. */
import { repairMembership } from '../areas/repair.ts'
import * as areas from '../areas/verify.ts'
import type { Site } from '../log/site.ts'
import { requireActive, requireCentral } from '../travel/activate.ts'

/** @param limit wrong records named at most. @throws {HomecomingError} NOT_A_PARENT, CENTRAL_ONLY, TRAVEL_INACTIVE */
export async function verifyAreas(site: Site, limit?: number): Promise<areas.AreasVerified> {
  requireCentral(site, 'comparing the journal of areas')
  await site.db.snapshot(requireActive)
  return areas.verifyAreas(site, limit)
}

/** Puts the journal right where records changed while nothing was captured; children hear of it with the next change.
 *  @returns how many records were wrong @throws {HomecomingError} NOT_A_PARENT, CENTRAL_ONLY, TRAVEL_INACTIVE */
export async function repairAreas(site: Site): Promise<number> {
  requireCentral(site, 'comparing the journal of areas')
  await site.db.snapshot(requireActive)
  return site.db.change(write => repairMembership(site, write))
}
