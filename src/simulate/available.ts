/** Available: what the engine cannot do yet is not simulated, and that is said. */
export const SATELLITES = true

export const SWITCHED_OFF: readonly string[] = [
  'restored backups of central and of satellites: not yet',
  'a copy of a laptop with work that is in no packet yet: what both copies send is there twice',
  'a copy of a laptop that was restored itself and has not exchanged since: it cannot be told from a twin',
  'a cloned laptop that exchanges again after the other copy has gone on: it may go on, too',
]
