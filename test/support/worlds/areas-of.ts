/** Areas of: a world whose people travel with a part of the data. */
import type { Site } from '../../../src/log/site.ts'
import type { World, WorldArea, WorldAreas } from '../history/world.ts'

/** Two people share an area; another includes part of the same and no old records; nobody is away with everything,
 *  unless an area turns into that. */
export const AREAS: WorldAreas = {
  assigned: [1, 1, 2],
  areas: [
    { id: 1, name: 'North', includes: [2, 3] },
    { id: 2, name: 'South', includes: [3, 4], maxDataAge: 30 },
    { id: 3, name: 'Head', includes: [], allData: true },
  ],
}

/** @param more people beyond the three of the world, and whatever else the values need */
export function withAreas(
  world: World,
  more: (site: Site) => Promise<void>,
  changes: Partial<World> = {},
): World {
  return {
    ...world,
    name: `${world.name} in areas`,
    areas: AREAS,
    ...changes,
    async fill(site) {
      await world.fill(site)
      await more(site)
      await fillAreas(site, AREAS)
    },
  }
}

export async function fillAreas(site: Site, { areas, assigned }: WorldAreas): Promise<void> {
  const link = (name: string) => ({
    table: name,
    key: [`${name}_id`],
    columns: ['area_id', 'associate_id'],
  })
  await site.db.change(async write => {
    await write.insert(
      { table: 'area', key: ['area_id'], columns: ['name', 'alldata', 'maxdataage'] },
      areas.map(area => [area.id, area.name, area.allData ? 1 : 0, area.maxDataAge ?? 0]),
    )
    await write.insert(link('areauserinclusion'), inclusions(areas))
    await write.insert(
      link('areauserassignment'),
      assigned.map((area, index) => [index + 1, area, index + 2]),
    )
  })
}

const inclusions = (areas: readonly WorldArea[]): number[][] =>
  areas
    .flatMap(area => area.includes.map(associate => [area.id, associate]))
    .map((row, index) => [index + 1, ...row])
