/**
 * Calendar: moments of the demo world. They hang on one fixed day, never on the machine's clock.
 */
import type { Random } from './random.ts'

/** "Today" of the demo data. */
const TODAY = Date.UTC(2026, 5, 1)
const DAY = 86_400_000
const DAYS_BACK = 1_400
const DAYS_AHEAD = 60
/** Before anything else happened. */
export const FOUNDED = '2022-01-03T08:00:00Z'

/** Working hours: making texts from a list is much faster than formatting a million dates. */
const days = Array.from({ length: DAYS_BACK + DAYS_AHEAD + 1 }, (_, index) =>
  new Date(TODAY + (index - DAYS_BACK) * DAY).toISOString().slice(0, 10),
)
const TIMES = ['08:00:00', '08:30:00', '09:15:00', '10:00:00', '11:30:00', '13:00:00', '14:45:00', '16:20:00']

/** Days after the first day of the demo world. */
export type Day = number

/** Recent days are more frequent than old ones. */
export const pastDay = (random: Random): Day => DAYS_BACK - Math.floor(random.next() ** 2 * DAYS_BACK)
/** Around today: up to `DAYS_AHEAD` ahead. */
export const anyDay = (random: Random): Day => Math.min(pastDay(random) + random.between(0, DAYS_AHEAD), LAST)
export const isPast = (day: Day): boolean => day <= DAYS_BACK
/** Never after today, for what has been registered. */
export const atMostToday = (day: Day): Day => Math.min(day, DAYS_BACK)
export const moment = (day: Day, random: Random): string => `${days[Math.max(0, day)]}T${random.pick(TIMES)}Z`

const LAST = days.length - 1
