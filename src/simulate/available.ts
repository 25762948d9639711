/** Available: what the engine cannot do yet is not simulated, and that is said. */
import type { Dice } from './dice.ts'
import type { Shape } from './shape.ts'
import type { PutBack } from './steps.ts'

export const SATELLITES = true

/**
 * Whose disks a seed puts back from older copies: those of laptops, or central's, or both; in some worlds those of satellites
 * alone. Recorded histories may have more.
 */
export function putBackIn(shape: Shape, dice: Dice): PutBack {
  const parents = dice.chance(30)
  const laptops = !parents || dice.chance(50)
  const satellites = !parents && shape.satellites.length > 0 && dice.chance(25)
  return { parents, satellites, laptops: laptops && !satellites }
}

export const SWITCHED_OFF: readonly string[] = [
  'restored backups of satellites in one world with those of central, or with copies of laptops: see docs/simulation.md',
]
