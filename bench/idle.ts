/** Idle: a whole exchange with nothing to say, both databases open. It must not matter how large they are. */
import { exchange } from '../src/index.ts'
import { median, timed } from './measure.ts'
import type { Place } from './place.ts'
import { figure, type Row } from './row.ts'

const EXCHANGES = 200
const WARM_UP = 5

export const idleSmall = (place: Place): Promise<Row[]> => idle(place, 'idle-10k', place.sizes.small)
export const idleLarge = (place: Place): Promise<Row[]> => idle(place, 'idle-1m', place.sizes.large)

async function idle(place: Place, name: string, records: number): Promise<Row[]> {
  await using trip = await place.trip(records)
  const times: number[] = []
  for (let count = 0; count < EXCHANGES + WARM_UP; count++)
    times.push(await timed(() => exchange(trip.parent, trip.child)))
  return [figure(name, median(times.slice(WARM_UP)), 'ms', '<= 20')]
}
