/** Shape: what a world is made of before anything happens in it: offices, people, areas, who travels from where. */
import type { Dice } from './dice.ts'

export interface Shape {
  /** Name of the model: worlds/trade.ts. */
  readonly world: string
  /** Associates 1 to this. 1 is the administrator, 2 and 3 work at central and never leave. */
  readonly people: number
  /** By id, from 1. */
  readonly areas: readonly AreaShape[]
  readonly satellites: readonly SatelliteShape[]
  readonly travellers: readonly TravellerShape[]
}

export interface AreaShape {
  readonly includes: readonly number[]
  readonly assigned: readonly number[]
  readonly allData: boolean
}

export interface SatelliteShape {
  readonly area: number
  /** Who works there. */
  readonly associate: number
}

export interface TravellerShape {
  readonly associate: number
  /** 0 central, k the k-th satellite. */
  readonly from: number
}

const OFFICE = [1, 2, 3]
const MOST_SATELLITES = 5
const MOST_TRAVELLERS = 10

/** Half of all worlds are wide: at least two satellites and five travellers. */
export function shapeOf(world: string, dice: Dice): Shape {
  const wide = dice.chance(50)
  const satellites = wide ? 2 + dice.below(MOST_SATELLITES - 1) : dice.below(2)
  const travellers = wide ? 5 + dice.below(MOST_TRAVELLERS - 4) : 1 + dice.below(4)
  const first = OFFICE.length + 1
  const people = OFFICE.length + satellites + travellers
  const offices = Array.from({ length: satellites }, (_, index) => ({
    area: index + 1,
    associate: first + index,
  }))
  const goers = Array.from({ length: travellers }, (_, index) => ({
    associate: first + satellites + index,
    from: dice.below(satellites + 1),
  }))
  return {
    world,
    people,
    satellites: offices,
    travellers: goers,
    areas: areasOf(dice, people, offices, goers),
  }
}

/** One for each satellite, with everybody who works there, and two for those who leave from central; they overlap. */
function areasOf(
  dice: Dice,
  people: number,
  offices: readonly SatelliteShape[],
  goers: readonly TravellerShape[],
): AreaShape[] {
  const includes = () =>
    Array.from({ length: people }, (_, index) => index + 1).filter(() => dice.chance(people > 8 ? 30 : 50))
  const area = (assigned: readonly number[], certainly: number): AreaShape => ({
    includes: [...new Set([certainly, ...includes()])].sort((a, b) => a - b),
    assigned,
    allData: dice.chance(8),
  })
  const ofOffices = offices.map((office, index) =>
    area(
      [office.associate, ...goers.filter(one => one.from === index + 1).map(one => one.associate)],
      office.associate,
    ),
  )
  // A third of those who leave from central take everything.
  const places = goers.filter(one => one.from === 0).map(one => ({ ...one, area: dice.below(3) }))
  const ofCentral = [0, 1].map(which =>
    area(
      places.filter(one => one.area === which).map(one => one.associate),
      1 + dice.below(people),
    ),
  )
  return [...ofOffices, ...ofCentral]
}
