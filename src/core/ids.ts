/**
 * Ids: a record id is a 32-bit integer, prefix × 2^24 + n.
 * Prefix 0 is central, 0x01..0x72 satellites, 0x73..0x7F travellers (temporary ids).
 */
export type RecordId = number

/** Names one lifetime of a database: 128 bits, 32 lower-case hex digits. */
export type Tag = string

export const CENTRAL_PREFIX = 0
export const TRAVEL_PREFIX = 0x7e
export const FIRST_TRAVEL_PREFIX = 0x73
export const LAST_TRAVEL_PREFIX = 0x7f
export const LAST_SATELLITE = 0x72
export const RANGE = 0x1000000

/** The first id that a database with this prefix hands out. */
export const firstId = (prefix: number): RecordId => prefix * RANGE + 1
/** The last id of the range; the next one would belong to somebody else. */
export const lastId = (prefix: number): RecordId => prefix * RANGE + (RANGE - 1)
export const prefixOf = (id: RecordId): number => Math.floor(id / RANGE)
/** A temporary id, which only its traveller and the parent's mapping know. */
export const isTravelId = (id: RecordId): boolean =>
  id >= FIRST_TRAVEL_PREFIX * RANGE && id < (LAST_TRAVEL_PREFIX + 1) * RANGE
