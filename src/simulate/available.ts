/** Available: what the engine cannot do yet is not simulated, and that is said. */
export const SATELLITES = true
/** Whether a seed makes steps in which central is put back. Recorded histories may have them in any case. */
export const PARENTS_PUT_BACK = false

/** Whether laptops are copied with work that is in no packet yet, before a copy has settled, and go on exchanging beside
 *  each other; test/rejoin has such copies. Too many of these seeds (about one in twenty) are not well yet. */
export const COPIES_AT_ANY_TIME = false

export const SWITCHED_OFF: readonly string[] = [
  'restored backups of central and of satellites, but for recorded histories: see test/rejoin and docs/simulation.md',
  'copies of a laptop with work that is in no packet yet, or before an earlier copy has settled: see test/rejoin',
]
