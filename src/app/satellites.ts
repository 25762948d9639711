/** Satellites: the steps of `satellite/` with this machine's adapters. */
import type { Site } from '../log/site.ts'
import * as creating from '../satellite/create.ts'
import { journeyCarrier } from './wire.ts'

/** Makes a permanent child of central for another office, in a folder of its own. */
export const createSatellite = (
  central: Site,
  options: creating.NewSatellite,
): Promise<creating.CreatedSatellite> =>
  creating.createSatellite(central, options, (packets, trip) => journeyCarrier(central, packets, trip))
