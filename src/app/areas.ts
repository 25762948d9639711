/** Areas: the journal of an open parent, compared with its records. */
import * as areas from '../areas/verify.ts'
import type { Site } from '../log/site.ts'
import { requireActive, requireParent } from '../travel/activate.ts'

/** @param limit wrong records named at most. @throws {HomecomingError} NOT_A_PARENT, TRAVEL_INACTIVE */
export async function verifyAreas(site: Site, limit?: number): Promise<areas.AreasVerified> {
  requireParent(site)
  await site.db.snapshot(requireActive)
  return areas.verifyAreas(site, limit)
}
