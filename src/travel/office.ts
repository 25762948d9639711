/**
 * Office: where a person works: at central, or at the satellite whose area they are assigned to (SPEC 8).
 * The `satellite` table goes down to everybody, so that each office can tell.
 */
import { sql } from 'kysely'
import { areaOfPerson, EVERYTHING } from '../areas/membership.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import type { Reading } from '../storage/contract.ts'

/** @returns the number of the satellite that somebody logs in at; 0: central */
export async function officeOf(read: Reading, associate: number): Promise<number> {
  const row = await read.row(
    sql<{ number: number }>`select min(s.satellite_id) as number from satellite s
      join areauserassignment a on a.area_id = s.area_id where a.associate_id = ${associate}`,
  )
  return row?.number ?? 0
}

/** @throws {HomecomingError} PERSON_ELSEWHERE */
export async function requireOwnOffice(
  site: Site,
  read: Reading,
  person: { readonly id: number; readonly name: string },
): Promise<void> {
  const office = await officeOf(read, person.id)
  if (office === site.identity.prefix) return
  const name = await nameOfOffice(read, office)
  throw new HomecomingError(
    'PERSON_ELSEWHERE',
    `${person.name} works at ${name}, not at ${site.identity.name}`,
    {
      associate: person.name,
      office: name,
    },
  )
}

export async function nameOfOffice(read: Reading, number: number): Promise<string> {
  if (number === 0) return 'central'
  const row = await read.row(
    sql<{ name: string | null }>`select a.name from satellite s join area a on a.area_id = s.area_id
      where s.satellite_id = ${number}`,
  )
  return row?.name ? `the satellite of ${row.name}` : `satellite ${number}`
}

/** What somebody leaves with: at central the area that they are assigned to, at a satellite all that it has. */
export const departingWith = async (site: Site, read: Reading, associate: number): Promise<number> =>
  site.identity.kind === 'satellite' ? EVERYTHING : areaOfPerson(read, associate)
