/** Available: what the engine cannot do yet is not simulated, and that is said. */
export const SATELLITES = true

export const SWITCHED_OFF: readonly string[] = [
  'restored backups of central and of satellites: see test/rejoin',
  'a copy of a laptop with work that is in no packet yet: two copies may make a record under one id in one second, and are not told apart then',
  'a copy of a laptop that was restored itself and has not exchanged since: it cannot be told from a twin',
  'a cloned laptop that exchanges again after the other copy has gone on: it may go on, too',
]
