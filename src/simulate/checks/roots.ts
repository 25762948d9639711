/**
 * Roots: at rest parent and child hash to the same, each to what its rows hash to, and nobody ever had to be repaired:
 * a repair would hide from the other checks that something had gone wrong.
 */
import { slotOf } from '../../areas/membership.ts'
import { keepMembership } from '../../areas/upkeep.ts'
import { NO_HASH, sameHash } from '../../hashes/record-hash.ts'
import { readLog } from '../../log/reader.ts'
import { readSetting } from '../../log/settings.ts'
import type { Site } from '../../log/site.ts'
import { PARENT_LINK } from '../../log/version.ts'
import { linkByTag } from '../../packet/link.ts'
import { readRuns } from '../../packet/pairs.ts'
import { rootFor } from '../../packet/sums-frame.ts'
import { COMPARED } from '../../prototype/copy-hashes.ts'
import { readAsks } from '../../sameness/asks.ts'
import { childSums, mayBeTooOld, parentSums } from '../../sameness/roots.ts'
import { verifyDeep } from '../../travel/deep.ts'
import { differences } from '../../travel/same.ts'
import { isAtWork, type Place } from '../place.ts'
import type { World } from '../world.ts'

export async function checkRoots(world: World): Promise<string[]> {
  const wrong: string[] = []
  for (const place of world.places.filter(isAtWork)) {
    for (const one of await unlikeRows(place.site)) wrong.push(`${place.name}: ${one}`)
    const parent = place.parent?.site
    if (!parent) continue
    const all = await unlike(parent, place.site)
    for (const one of all.filter(each => !isForgottenMove(world, place, each)))
      wrong.push(`${place.name}: ${one}`)
  }
  return wrong
}

/**
 * What had entered a child's area, or left it, for a reason that was lost with a parent's disk, is put right by its hash; and
 * so is what only a prototype had told that was built after the copy.
 */
function isForgottenMove({ book }: World, place: Place, one: string): boolean {
  const tags = [place, ...above(place)].map(({ site }) => site?.identity.tag ?? '')
  if (tags.some(tag => book.beyond.has(tag)) && /had to be repaired/.test(one)) return true
  return tags.some(tag => book.putBack.has(tag)) && /had to be repaired: (missing|extra)$/.test(one)
}

const above = ({ parent }: Place): Place[] => (parent ? [parent, ...above(parent)] : [])

/** @returns records whose kept hash is not that of their row */
export async function unlikeRows(site: Site): Promise<string[]> {
  const { bypassed } = await verifyDeep(site, { limit: 5 })
  return bypassed.map(({ table, record, what }) => `the hash of ${table} ${record} is wrong: ${what}`)
}

/**
 * What an end found together with those below it stands with them, too.
 * @returns what is wrong between two that should hold the same; both have exchanged everything
 */
export async function unlike(parent: Site, child: Site): Promise<string[]> {
  const wrong = (await differences(child))
    .filter(({ reason, link }) => reason === 'hash' && link === PARENT_LINK)
    .map(({ table, record, what }) => `${table} ${record} had to be repaired: ${what}`)
  if (await child.db.snapshot(readAsks)) wrong.push('it is still asking')
  return [...wrong, ...(await unlikeSums(parent, child))]
}

async function unlikeSums(parent: Site, child: Site): Promise<string[]> {
  const theirs = await sumsFor(parent, child)
  const { mine, compared } = await child.db.snapshot(async read => ({
    mine: await childSums(read),
    compared: await readSetting(read, COMPARED),
  }))
  if (compared === undefined) return ['it keeps no hashes']
  return [...(theirs ?? [])].flatMap(([number, sum]) => {
    const table = parent.dictionary.tableByNumber(number)!
    if (compared !== 'all' && mayBeTooOld(table)) return []
    return sameHash(mine.get(number) ?? NO_HASH, sum) ? [] : [`the sums of ${table.name} differ`]
  })
}

/** @returns undefined where the parent has something of the child in hand */
const sumsFor = (parent: Site, child: Site) =>
  parent.db.change(async write => {
    await keepMembership(parent, write, await readLog(write))
    const link = (await linkByTag(write, child.identity.tag))!
    const area = await slotOf(write, link.area_id)
    if (!area || !(await rootFor(parent, write, link))) return undefined
    return parentSums(write, parent.dictionary, area, await readRuns(write, link.tag))
  })
