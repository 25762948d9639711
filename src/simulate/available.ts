/** Available: what the engine cannot do yet is not simulated, and that is said. */
export const SATELLITES = true

export const SWITCHED_OFF: readonly string[] = [
  'restored backups of central and of satellites: see test/rejoin',
]
