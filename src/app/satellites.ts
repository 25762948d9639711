/** Satellites: the steps of `satellite/` with this machine's adapters. */
import type { Site } from '../log/site.ts'
import * as creating from '../satellite/create.ts'
import type { AgainSatellite, NewSatellite } from '../satellite/draft.ts'
import * as retiring from '../satellite/retire.ts'
import type { Account } from '../travel/ledger.ts'
import { packetsFolder } from '../travel/paths.ts'
import { journeyCarrier } from './wire.ts'

const carrierOf =
  (central: Site): Parameters<typeof creating.createSatellite>[2] =>
  (packets, trip) =>
    journeyCarrier(central, packets, trip)

/** Makes a permanent child of central for another office, in a folder of its own. */
export const createSatellite = (central: Site, options: NewSatellite): Promise<creating.CreatedSatellite> =>
  creating.createSatellite(central, options, carrierOf(central))

/** Makes the database of a lost satellite anew, from what central has. */
export const regenerateSatellite = (
  central: Site,
  options: AgainSatellite,
): Promise<creating.CreatedSatellite> => creating.regenerateSatellite(central, options, carrierOf(central))

/** Closes an office, with both databases at hand. @returns the account of all that it ever sent */
export const retireSatellite = (
  central: Site,
  satellite: Site,
  options: { readonly packets?: string } = {},
): Promise<Account> => {
  const packets = options.packets ?? packetsFolder(satellite)
  return retiring.retireSatellite(central, satellite, journeyCarrier(satellite, packets, satellite.identity))
}

export { listSatellites, showSatellite } from '../satellite/list.ts'
export { writeOffSatellite } from '../satellite/retire.ts'
