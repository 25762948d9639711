/**
 * Regions: an office with the CRM model and two areas, for tests that read as rules.
 *   North  includes Eva (2); Eva and Jon (3) travel with it
 *   South  includes Kai (4); Kai travels with it
 * Nordlys (1) is Eva's, Fjord (2) is Kai's.
 */
import { keepMembership } from '../../../src/areas/upkeep.ts'
import { crmDictionary } from '../../../src/crm/dictionary.ts'
import { readLog } from '../../../src/log/reader.ts'
import type { Site } from '../../../src/log/site.ts'
import { buildPrototype } from '../../../src/prototype/build.ts'
import { Membership } from '../../../src/simulate/reference/membership.ts'
import { type Laptop, type Office, openOffice } from '../office.ts'
import { fillAreas } from '../worlds/areas-of.ts'

export const [EVA, JON, KAI] = [2, 3, 4]
export const [NORTH, SOUTH] = [1, 2]
export const [NORDLYS, FJORD] = [1, 2]

/** Without prototypes of the areas: nobody can leave with one. */
export const openAtHome = (): Promise<Office> => openOffice({ dictionary: crmDictionary, fill })

export async function openRegions(): Promise<Office> {
  const office = await openAtHome()
  await buildPrototype(office.site, NORTH)
  await buildPrototype(office.site, SOUTH)
  return office
}

async function fill(site: Site): Promise<void> {
  await site.db.change(async write => {
    await write.insert({ table: 'associate', key: ['associate_id'], columns: ['name'] }, [
      [1, 'admin'],
      [EVA, 'ee'],
      [JON, 'jo'],
      [KAI, 'kk'],
    ])
    await write.insert({ table: 'contact', key: ['contact_id'], columns: ['name', 'associate_id'] }, [
      [NORDLYS, 'Nordlys', EVA],
      [FJORD, 'Fjord', KAI],
    ])
  })
  await fillAreas(site, {
    assigned: [NORTH, NORTH, SOUTH],
    areas: [
      { id: NORTH, name: 'North', includes: [EVA] },
      { id: SOUTH, name: 'South', includes: [KAI] },
    ],
  })
}

/** Brings the journal of membership up to date. @returns the position */
export function look(office: Office): Promise<number> {
  return office.site.db.change(async write => {
    const position = await readLog(write)
    await keepMembership(office.site, write, position)
    return position
  })
}

/** Both ways, until nobody has anything to say. */
export async function settle(...laptops: Laptop[]): Promise<void> {
  for (let round = 0; round < 3; round++) for (const laptop of laptops) await laptop.exchange()
}

/** The areas of a record by the reference. */
export async function areasOf(office: Office, table: string, id: number): Promise<number[]> {
  const membership = await Membership.of(office.site)
  return membership.areas().filter(area => membership.isMember(area, table, id))
}
