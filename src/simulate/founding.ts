/** Founding: a satellite of a new world, with what its travellers leave with. */
import { join } from 'node:path'
import { buildPrototype } from '../prototype/build.ts'
import { createSatellite } from '../satellite/create.ts'
import type { Place } from './place.ts'
import { carrierOf } from './ways.ts'
import type { World } from './world.ts'

export async function found(world: World, place: Place): Promise<void> {
  const number = world.places.indexOf(place)
  const { area } = world.shape.satellites[number - 1]!
  place.folder = join(world.folder, `satellite-${number}`)
  const central = world.central.site!
  const address = await world.adapters.offices?.at(place.folder)
  const { database } = await createSatellite(
    central,
    { area, name: `s${number}x`, folder: address ?? place.folder },
    (packets, trip) => carrierOf(world, place, central, packets, trip),
  )
  place.path = address ?? database
  await world.open(place)
  place.state = 'away'
  await world.grant(place)
  await buildPrototype(place.site!, 0)
}
