/** Put back: whose disks a world puts back from older copies. */
import type { Dice } from './dice.ts'
import type { Shape } from './shape.ts'
import type { PutBack } from './steps.ts'

/** Those of laptops, or central's, or both; in some worlds those of satellites, too. */
export function putBackIn(shape: Shape, dice: Dice): PutBack {
  const parents = dice.chance(30)
  const laptops = !parents || dice.chance(50)
  const satellites = shape.satellites.length > 0 && dice.chance(25)
  return { parents, satellites, laptops }
}
