/**
 * Number series (SPEC 11): the first traveller out gets 250000, then + 50000 each; a freed series goes to the next
 * person leaving, lowest first.
 */
import { sql } from 'kysely'
import { readNumber } from '../log/settings.ts'
import type { Writing } from '../storage/contract.ts'

export const FIRST_SERIES = 250_000
export const SERIES_STEP = 50_000

/** @returns the start of the series, as text */
export async function lendSeries(write: Writing, link: number): Promise<string> {
  const first = await readNumber(write, 'series-first', FIRST_SERIES)
  const step = await readNumber(write, 'series-step', SERIES_STEP)
  const free = await write.row(
    sql<{ start: number | null }>`select min(start) as start from hc_series where link_id = 0`,
  )
  const highest = await write.row(sql<{ start: number | null }>`select max(start) as start from hc_series`)
  const start =
    free?.start ?? (highest?.start === null || highest === undefined ? first : highest.start + step)
  await write.upsert({ table: 'hc_series', key: ['start'], columns: ['link_id'] }, [[start, link]])
  return String(start)
}

/** Home again: the series is free. A written-off one is never lent again. */
export async function freeSeries(write: Writing, link: number): Promise<void> {
  await write.run(sql`update hc_series set link_id = 0 where link_id = ${link}`)
}
