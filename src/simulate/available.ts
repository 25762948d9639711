/** Available: what the engine cannot do yet is not simulated, and that is said. */
import type { Dice } from './dice.ts'
import type { Shape } from './shape.ts'
import type { PutBack } from './steps.ts'

export const SATELLITES = true

/** Whose disks a seed puts back from older copies: those of laptops, or central's, or both. Recorded histories may have more. */
export function putBackIn(_: Shape, dice: Dice): PutBack {
  const parents = dice.chance(30)
  return { parents, satellites: false, laptops: !parents || dice.chance(50) }
}

export const SWITCHED_OFF: readonly string[] = [
  'restored backups of satellites: see test/rejoin/satellite-restored.test.ts',
]
