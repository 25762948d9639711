/**
 * Time: stored in UTC seconds, shown in the local zone with its offset, or in UTC.
 * Never: reads the clock.
 */
const formats = new Map<string | undefined, Intl.DateTimeFormat>()

/**
 * @param seconds UTC seconds since 1970
 * @param zone 'UTC', an IANA name, or undefined for the zone of this machine
 * @returns "2026-11-21 00:35:06 -03:30", in UTC "2026-11-21 04:05:06Z"
 */
export function showTime(seconds: number, zone: string | undefined): string {
  const date = new Date(seconds * 1000)
  if (zone === 'UTC') return date.toISOString().replace('T', ' ').replace('.000Z', 'Z')
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(date)
      .map(part => [part.type, part.value]),
  )
  const offset = (parts.timeZoneName ?? '').replace('GMT', '') || '+00:00'
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second} ${offset}`
}

// Making a formatter costs far more than using it, and a log has thousands of times.
function formatOf(zone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    ...(zone === undefined ? {} : { timeZone: zone }),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  })
  formats.set(zone, made)
  return made
}
