/**
 * Retire: an office is closed. Its last UP is read, its people work at central again; its number is never given out again.
 * Shape: the three steps of a homecoming (SPEC 10), for a database that many people share. It stays as a file of its
 *        applications, refuses edits from its last UP on, and nobody may be away from it then.
 */
import type { Carrier } from '../carrier/contract.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { linksAway, updateLink } from '../packet/link.ts'
import { requireCentral, requireNobodyAway } from '../travel/activate.ts'
import { retire } from '../travel/close-link.ts'
import { linkOf } from '../travel/exchange.ts'
import { release, sendLastUp } from '../travel/home.ts'
import { requirePresent } from '../travel/home-state.ts'
import { type Account, accountOf } from '../travel/ledger.ts'
import { meetAtHand } from '../travel/made-anew.ts'
import { isStopped, receive } from '../travel/receive.ts'
import { checkRelease } from '../travel/release.ts'
import { isLost } from '../travel/send.ts'
import { findSatellite } from './which.ts'

/** @throws {HomecomingError} CENTRAL_ONLY, NOT_A_SATELLITE, PEOPLE_AWAY from the satellite, PACKET_FOREIGN, PACKET_LOST, SATELLITE_REPLACED */
export async function retireSatellite(central: Site, satellite: Site, carrier: Carrier): Promise<Account> {
  requireCentral(central, 'retiring a satellite')
  requireSatellite(satellite)
  const link = await linkOf(central, satellite)
  await meetAtHand(central, satellite)
  await satellite.db.snapshot(read => requirePresent(satellite, read))
  requireNobodyAway(await satellite.db.snapshot(linksAway))
  await sendLastUp(satellite, carrier)
  const { received, sent, home } = await release(central, satellite.identity.tag, carrier)
  const inTheWay = received.find(isStopped) ?? (home ? undefined : sent.find(isLost))
  if (inTheWay?.code) throw new HomecomingError(inTheWay.code, `${inTheWay.name}: ${inTheWay.message}`)
  await receive(satellite, carrier, undefined, 'parent')
  await checkRelease(satellite)
  await satellite.db.change(write => updateLink(write, PARENT_LINK, { state: 'home' }))
  return central.db.snapshot(read => accountOf(read, link.link_id))
}

/** A satellite that is lost, with what it had not sent. What people sent to it only, nobody can read any more.
 *  @throws {HomecomingError} CENTRAL_ONLY, SATELLITE_UNKNOWN */
export async function writeOffSatellite(
  central: Site,
  which: string | number,
): Promise<{ name: string; number: number; tag: string }> {
  requireCentral(central, 'writing off a satellite')
  return central.db.change(async write => {
    const link = await findSatellite(write, which)
    await retire(central, write, link.link_id, 'written-off')
    return { name: link.name, number: link.travel_id >>> 24, tag: link.tag }
  })
}

function requireSatellite(site: Site): void {
  if (site.identity.kind === 'satellite') return
  throw new HomecomingError('NOT_A_SATELLITE', `${site.path} is no database of a satellite`, {
    path: site.path,
  })
}
