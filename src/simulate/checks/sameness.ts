/**
 * Sameness: each child holds what a prototype of its area would hold now, and what it created itself; what the engine
 * notes about areas is what the reference says. Where areas overlap, two satellites agree because both agree with central.
 */
import { keepMembership } from '../../areas/upkeep.ts'
import { readLog } from '../../log/reader.ts'
import type { Site } from '../../log/site.ts'
import { type AreaView, showArea } from '../../travel/areas.ts'
import { isAtWork } from '../place.ts'
import { compareChild, comparePrototype } from '../reference/compare.ts'
import { Journal } from '../reference/journal.ts'
import { Membership } from '../reference/membership.ts'
import type { World } from '../world.ts'

/** Of one place: more say the same. */
const SHOWN = 4

export async function checkSameness(world: World): Promise<string[]> {
  const wrong: string[] = []
  for (const parent of world.places.filter(isAtWork)) {
    const children = world.children.filter(isAtWork).filter(child => child.parent === parent)
    if (children.length === 0) continue
    const membership = await Membership.of(parent.site)
    for (const child of children) {
      const found = await compareChild(parent.site, child.site, world.clock.now(), membership)
      wrong.push(...found.slice(0, SHOWN).map(one => `${child.name}: ${one}`))
    }
  }
  return wrong
}

/** The engine's journal of areas at central. */
export async function checkAreas(world: World): Promise<string[]> {
  const central = world.central.site!
  const position = await look(central)
  const journal = await Journal.read(central, position)
  return journal.differences(central.dictionary, await Membership.of(central)).slice(0, SHOWN)
}

/** A prototype that is built now. */
export async function checkPrototype(world: World): Promise<string[]> {
  const area = 1 + (world.hands.made % world.shape.areas.length)
  // Nobody can leave with an area of nobody.
  if (!(await showArea(world.central.site!, area).then(isOfSomebody))) return []
  const found = await comparePrototype(world.central.site!, area, world.clock.now())
  return found.slice(0, SHOWN)
}

const isOfSomebody = ({ allData, included }: AreaView): boolean => allData || included.length > 0

const look = (site: Site): Promise<number> =>
  site.db.change(async write => {
    const position = await readLog(write)
    await keepMembership(site, write, position)
    return position
  })
