/** Available: what the engine cannot do yet is not simulated, and that is said. */
import type { Dice } from './dice.ts'
import type { Shape } from './shape.ts'
import type { PutBack } from './steps.ts'

export const SATELLITES = true

/**
 * Whose disks a seed puts back from older copies: in some worlds without satellites central's, else those of laptops. Not both
 * in one world, and not where there are satellites. Recorded histories may have more.
 */
export function putBackIn({ satellites }: Shape, dice: Dice): PutBack {
  const parents = satellites.length === 0 && dice.chance(30)
  return { parents, satellites: false, laptops: !parents }
}

export const SWITCHED_OFF: readonly string[] = [
  'restored backups of central in worlds with satellites, or with laptops that are copied: see docs/simulation.md',
  'restored backups of satellites: see test/rejoin/satellite-restored.test.ts',
]
