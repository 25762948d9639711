/** Available: what the engine cannot do yet is not simulated, and that is said. */
export const SATELLITES = true
/** Whether a seed makes steps in which central is put back. Recorded histories may have them in any case. */
export const PARENTS_PUT_BACK = false

export const SWITCHED_OFF: readonly string[] = [
  'restored backups of central and of satellites, but for recorded histories: see test/rejoin and docs/simulation.md',
]
