/** Available: what the engine cannot do yet is not simulated, and that is said. */
import type { Shape } from './shape.ts'

export const SATELLITES = true
/** In which worlds a seed makes steps in which central is put back. Recorded histories may have them in any case. */
export const parentsPutBack = (_: Shape): boolean => false
/** In which a seed makes steps in which laptops are. */
export const laptopsPutBack = (_: Shape): boolean => true

export const SWITCHED_OFF: readonly string[] = [
  'restored backups of central and of satellites, but for recorded histories: see test/rejoin and docs/simulation.md',
]
