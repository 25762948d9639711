/** Ships of several captains, with what belongs to them: enough to see everything below a record move. */
import type { Site } from '../../src/log/site.ts'
import { secondModel } from '../support/second-model.ts'

export { secondModel }

/** Associates by login. */
export const CREW = { admin: 1, ee: 2, jo: 3, kk: 4 } as const

/** Fram and Maud are ee's, Gjoa is jo's; each ship has a voyage with two cargoes and a note. */
export async function fillShips(site: Site): Promise<void> {
  await site.db.change(async write => {
    const insert = (table: string, columns: string[], rows: (string | number)[][]) =>
      write.insert({ table, key: [`${table}_id`], columns }, rows)
    await insert(
      'crew',
      ['login'],
      Object.entries(CREW).map(([login, id]) => [id, login]),
    )
    await insert(
      'ship',
      ['name', 'captain_id', 'details_id'],
      [
        [1, 'Fram', CREW.ee, 1],
        [2, 'Gjoa', CREW.jo, 2],
        [3, 'Maud', CREW.ee, 3],
      ],
    )
    await insert(
      'shipdetails',
      ['tonnage'],
      [
        [1, 402],
        [2, 67],
        [3, 292],
      ],
    )
    await insert(
      'voyage',
      ['ship_id', 'title'],
      [
        [1, 1, 'north'],
        [2, 2, 'west'],
        [3, 3, 'east'],
      ],
    )
    await insert(
      'cargo',
      ['voyage_id', 'goods'],
      [
        [1, 1, 'dogs'],
        [2, 1, 'tents'],
        [3, 2, 'sledges'],
        [4, 2, 'oil'],
        [5, 3, 'fish'],
        [6, 3, 'ice'],
      ],
    )
    await insert(
      'note',
      ['about', 'owner_id'],
      [
        [1, 1, 1],
        [2, 1, 2],
        [3, 1, 3],
      ],
    )
  })
}

/** Records of a ship with everything below it: ship, details, voyage, two cargoes, note. */
export const OF_A_SHIP = { ship: 1, shipdetails: 1, voyage: 1, cargo: 2, note: 1 } as const
export const PER_SHIP = 6
