/**
 * Number series (SPEC 11): the first traveller out gets 250000, then + 50000 each; a freed series goes to the next
 * person leaving, lowest first.
 */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import { readNumber, writeSetting } from '../log/settings.ts'
import type { Writing } from '../storage/contract.ts'

export const FIRST_SERIES = 250_000
export const SERIES_STEP = 50_000

/** What a satellite is lent: a series for the numbers that it gives out itself, and others for its travellers. */
export interface Stock {
  readonly own: number
  readonly others: readonly number[]
}

/** So many may be away from one satellite at once: a series that comes home is lent again. */
const STOCK = 64

/** At central. */
export async function lendStock(write: Writing, link: number): Promise<Stock> {
  const starts: number[] = []
  for (let count = 0; count < STOCK; count++) starts.push(Number(await lendSeries(write, link)))
  return { own: starts[0]!, others: starts.slice(1) }
}

/** At the new satellite: `series` is where its own numbers come from. */
export async function giveStock(write: Writing, { own, others }: Stock): Promise<void> {
  await writeSetting(write, 'series', String(own))
  await write.insert(
    { table: 'hc_series', key: ['start'], columns: ['link_id'] },
    others.map(start => [start, 0]),
  )
}

/** At a satellite: only what central has lent it. @throws {HomecomingError} SERIES_EXHAUSTED */
export async function lendFromStock(write: Writing, link: number): Promise<string> {
  const free = await write.row(
    sql<{ start: number | null }>`select min(start) as start from hc_series where link_id = 0`,
  )
  if (free?.start == null)
    throw new HomecomingError('SERIES_EXHAUSTED', 'every number series of this satellite is lent already')
  await write.run(sql`update hc_series set link_id = ${link} where start = ${free.start}`)
  return String(free.start)
}

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
