/** Away: who is on the road from an office, as far as central has been told: what it said last of its travellers. */
import { readBranch } from '../packet/branch.ts'
import { isSatellite, type Link, linkOfPerson, linksAway } from '../packet/link.ts'
import type { Reading } from '../storage/contract.ts'

export interface AwayFrom {
  readonly link: Link
  /** The link of their satellite. */
  readonly office: Link
}

/** Of the satellites at work; one that is written off is waited for by nobody. */
export async function awayFromSatellites(read: Reading): Promise<AwayFrom[]> {
  const away: AwayFrom[] = []
  for (const office of (await linksAway(read)).filter(isSatellite)) {
    const branch = await readBranch(read, office.travel_id)
    for (const link of branch?.links ?? [])
      if (link.state === 'away' || link.state === 'broken') away.push({ link, office })
  }
  return away
}

/** @returns what is to be said of somebody who is on the road, from here or from an office; undefined: they are home */
export async function whereAway(read: Reading, associate: number): Promise<string | undefined> {
  if (await linkOfPerson(read, associate)) return 'away'
  const below = (await awayFromSatellites(read)).find(({ link }) => link.travel_id === associate)
  return below && `away from the satellite ${below.office.name}`
}
