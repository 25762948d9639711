/** At rest: what must be so between the office and one laptop when nobody has anything more to say. */
import { sql } from 'kysely'
import { checkPositions } from '../../../src/simulate/checks/log.ts'
import { type Account, accountOf, ownAccount } from '../../../src/travel/ledger.ts'
import { verify } from '../../../src/travel/verify.ts'
import type { Desk, Laptop, Office } from '../office.ts'
import { unlike } from '../sameness.ts'

/** @param link of the laptop, at the office @returns what is wrong */
export async function wrongAtRest(
  office: Office,
  name: string,
  laptop: Laptop,
  link: number,
): Promise<string[]> {
  const { same, differences } = await verify(office.site, laptop.site)
  const others = [...(await unlike(office.site, laptop.site)), ...(await checkPositions(laptop.site))]
  return [
    ...(same ? [] : [`${name} differs: ${JSON.stringify(differences.slice(0, 5))}`]),
    ...others.map(one => `${name}: ${one}`),
    ...(await stillHeld(name, laptop.desk)),
    ...(await stillHeld('the office', office.desk)),
    ...(await wrongInAccount(office, name, await laptop.site.db.snapshot(ownAccount), link)),
  ]
}

async function stillHeld(where: string, desk: Desk): Promise<string[]> {
  const held = await desk.rows(
    sql<{
      t: number
      r: number
      m: string
    }>`select tablenumber as t, record_id as r, message as m from hc_held`,
  )
  return held.map(one => `${where} still holds ${one.t} ${one.r}: ${one.m}`)
}

/** made is the sum of the verdicts, and both ends say the same. */
export async function wrongInAccount(
  office: Office,
  name: string,
  own: Account,
  link: number,
): Promise<string[]> {
  const sum = own.applied + own.merged + own.overruled + own.rejected + own.held
  const adds = own.made === sum && own.unanswered === 0
  const [ours, theirs] = [own, await office.site.db.snapshot(read => accountOf(read, link))].map(account =>
    JSON.stringify(account),
  )
  return [
    ...(adds ? [] : [`${name}: ${ours} does not add up`]),
    ...(ours === theirs ? [] : [`${name}: the accounts differ, ${ours} and ${theirs}`]),
  ]
}
