/** Take: ids and visible numbers for an application that does not want to speak SQL for them. */
import * as sequence from '../log/sequence.ts'
import type { Site } from '../log/site.ts'
import * as numbers from '../travel/numbers.ts'

/** @returns the first of `count` ids in a row. @throws {HomecomingError} TABLE_UNKNOWN, ID_RANGE_EXHAUSTED */
export const takeIds = (site: Site, table: string, count = 1): Promise<number> =>
  site.db.change(write => sequence.takeIds(write, site.dictionary.table(table).number, count))

/** The next number of a series. @throws {HomecomingError} SERIES_EXHAUSTED, FIELD_UNKNOWN */
export const takeNumber = (site: Site, table: string, field: string): Promise<number> =>
  site.db.change(write => numbers.takeNumber(site, write, table, field))
