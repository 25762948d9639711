/** Available: what the engine cannot do yet is not simulated, and that is said. */
export const SATELLITES = false

export const SWITCHED_OFF: readonly string[] = [
  'satellites: not yet',
  'restored backups and cloned laptops: not yet',
]
