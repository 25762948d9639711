/** Numbers: visible numbers from the series of this database (SPEC 11). */

import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import { counterName, mergeCounters, readCounter } from '../log/counters.ts'
import { readNumber } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { SERIES_STEP } from './series.ts'

/**
 * The next visible number of a field, in the caller's transaction.
 * @throws {HomecomingError} SERIES_EXHAUSTED, FIELD_UNKNOWN (also for a field that is not numbered)
 */
export async function takeNumber(
  site: Site,
  write: Writing,
  tableName: string,
  fieldName: string,
): Promise<number> {
  const table = site.dictionary.table(tableName)
  const field = site.dictionary.fieldIndex(table, fieldName)
  if (!site.dictionary.seriesFields(table).includes(field)) {
    throw new HomecomingError('FIELD_UNKNOWN', `${tableName}.${fieldName} takes its numbers from no series`, {
      table: tableName,
      field: fieldName,
    })
  }
  const series = await readNumber(write, 'series', 0)
  const name = counterName(table.number, field, series)
  const last = (await readCounter(write, name)) ?? Math.max(series - 1, 0)
  const next = series === 0 ? await stepOver(write, last + 1) : await within(write, series, last + 1)
  await mergeCounters(write, [[name, next]])
  return next
}

/** What was ever lent belongs to travellers, also while nobody has it. */
async function stepOver(write: Writing, number: number): Promise<number> {
  const step = await readNumber(write, 'series-step', SERIES_STEP)
  const lent = await write.rows(sql<{ start: number }>`select start from hc_series order by start`)
  return lent.reduce(
    (next, { start }) => (next >= start && next < start + step ? start + step : next),
    number,
  )
}

async function within(write: Writing, series: number, number: number): Promise<number> {
  const step = await readNumber(write, 'series-step', SERIES_STEP)
  if (number < series + step) return number
  throw new HomecomingError(
    'SERIES_EXHAUSTED',
    `the number series ${series} to ${series + step - 1} is used up`,
    { series },
  )
}
