/**
 * Story clock: the days of the demo pass in seconds, and the same seed meets the same times.
 * Databases get it through `MachineOptions`, edits through their desk.
 */

/** Monday of the week in which the demo data end. */
export const MONDAY = Date.UTC(2026, 5, 1, 8) / 1000
const DAY = 86_400

export class StoryClock {
  #seconds = MONDAY

  now = (): number => this.#seconds

  pass(seconds: number): void {
    this.#seconds += seconds
  }

  /** Morning of a day of the story: 0 is Monday. Time never goes back. */
  goTo(day: number, hour: number): void {
    this.#seconds = Math.max(this.#seconds, MONDAY + day * DAY + (hour - 8) * 3600)
  }
}

const NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** @returns "Tue 14:05", in UTC */
export function dayAndTime(seconds: number): string {
  const date = new Date(seconds * 1000)
  return `${NAMES[date.getUTCDay()]} ${date.toISOString().slice(11, 16)}`
}

/** @returns the moment as the CRM stores it */
export const stored = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
