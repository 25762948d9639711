/**
 * Stamps: when a row of the classic travel tables was made and last changed. Their associates stay 0: no person did it.
 */
import { sql } from 'kysely'
import type { Query } from '../storage/contract.ts'

/** The columns that `stamps` fills, in its order. */
export const STAMPED: readonly string[] = ['registered', 'updated']

/** @param now UTC seconds */
export const stamps = (now: number): string[] => [moment(now), moment(now)]

/** For an update: the row was changed. The counter has 16 bits and stops at the end. */
export const touched = (now: number): Query =>
  sql`updated = ${moment(now)}, updatedcount = case when updatedcount < 32767 then updatedcount + 1 else updatedcount end`

/** As a `datetime` field holds it. */
const moment = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
