/** Ways: how packets go between a place and its parent, seen from either end. */
import { join } from 'node:path'
import type { Carrier } from '../carrier/contract.ts'
import type { Site } from '../log/site.ts'
import { tripFolder } from '../packet/names.ts'
import type { Place, Trip } from './place.ts'
import { Post } from './post.ts'
import type { World } from './world.ts'

/** The carrier of a journey, or of a satellite, and its post. */
export function carrierOf(world: World, place: Place, site: Site, packets: string, trip: Trip): Carrier {
  place.trip = trip
  const folder = join(packets, tripFolder(trip.name, trip.tag))
  if (place.post?.folder !== folder)
    place.post = new Post(folder, world.dice.for(folder.slice(world.folder.length)))
  return place.post.wrap(world.adapters.carrierAt(site, packets, trip))
}

/** The packets of a journey, seen from one of its ends. */
export const way = (world: World, place: Place, end: Site): Carrier =>
  carrierOf(world, place, end, join(place.folder, 'packets'), place.trip!)
