/** Area sizes: how much each area holds, and how much any two hold in common. */
import { readAreas } from '../areas/area-rows.ts'
import { readSlots } from '../areas/definitions.ts'
import { overlapOf, readSizes, sizeOf } from '../areas/sizes.ts'
import { keepMembership } from '../areas/upkeep.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { requireActive, requireCentral } from './activate.ts'

export interface AreaSize {
  readonly id: number
  readonly name: string
  readonly records: number
  /** Tables of which an area has a part. Everything else is in every area alike. */
  readonly tables: readonly { readonly table: string; readonly records: number }[]
}

/** @throws {HomecomingError} NOT_A_PARENT, CENTRAL_ONLY, TRAVEL_INACTIVE */
export const areaSizes = (site: Site): Promise<AreaSize[]> =>
  looking(site, async write => {
    const sizes = await readSizes(write, site.dictionary)
    return (await namedSlots(write)).map(slot => {
      const tables = [...sizeOf(sizes, slot)].map(([number, records]) => ({
        table: site.dictionary.tableByNumber(number)?.name ?? String(number),
        records,
      }))
      const records = tables.reduce((sum, each) => sum + each.records, 0)
      return { id: slot.area_id, name: slot.name, records, tables }
    })
  })

export interface AreaOverlap {
  readonly a: string
  readonly b: string
  /** Records that both hold; of an area with itself, all of its records. */
  readonly records: number
}

/** Each pair of areas once, and each area with itself. @throws {HomecomingError} NOT_A_PARENT, CENTRAL_ONLY, TRAVEL_INACTIVE */
export const areaOverlaps = (site: Site): Promise<AreaOverlap[]> =>
  looking(site, async write => {
    const sizes = await readSizes(write, site.dictionary)
    const slots = await namedSlots(write)
    const overlaps: AreaOverlap[] = []
    for (const [index, a] of slots.entries())
      for (const b of slots.slice(index))
        overlaps.push({ a: a.name, b: b.name, records: await overlapOf(write, sizes, a, b) })
    return overlaps
  })

async function namedSlots(write: Writing) {
  const names = new Map((await readAreas(write)).map(area => [area.id, area.name]))
  return (await readSlots(write)).map(slot => ({
    ...slot,
    name: names.get(slot.area_id) ?? String(slot.area_id),
  }))
}

const looking = <T>(site: Site, work: (write: Writing) => Promise<T>): Promise<T> => {
  requireCentral(site, 'measuring areas')
  return site.db.change(async write => {
    await requireActive(write)
    await keepMembership(site, write, await readLog(write))
    return work(write)
  })
}
