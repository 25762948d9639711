/** Home: nothing is left over of who came home: no key, no packet on its way, no place among those who are away. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Place } from '../place.ts'
import type { World } from '../world.ts'
import { checkLedgerAtHome } from './ledger.ts'

/** Right after the homecoming. What is wrong goes to the world. */
export async function checkHome(world: World, place: Place, parent: Place): Promise<void> {
  const link = await parent.site!.db.snapshot(read =>
    read.row(
      sql<{ tag: string; state: string; travellers: number }>`select tag, state,
        (select count(*) from traveller t where t.dbtag = l.tag) as travellers
        from hc_link l where travel_id = ${place.people[0]!} and link_id > 0 order by link_id desc`,
    ),
  )
  if (link?.state !== 'home' || link.travellers > 0)
    world.wrong.push(`home: ${place.name} is home, and ${parent.name} says ${JSON.stringify(link)}`)
  else for (const one of await checkLedgerAtHome(world, place, link.tag)) world.wrong.push(`ledger: ${one}`)
}

/** The key is gone from every folder of a journey that ended, and no packet of it waits for anybody. */
export async function checkLeftovers(world: World): Promise<string[]> {
  return world.left.flatMap(({ name, folder, post }) => {
    const key = join(folder, 'travel.key')
    // A process that dies between overwriting and removing leaves a file that opens nothing.
    const wrong =
      existsSync(key) && !isOverwritten(key) ? [`${name} is home, and its key is still there`] : []
    // A second copy of the release lies there for nobody.
    const waiting = post.waiting().filter(packet => packet.endsWith('.up'))
    return waiting.length > 0 ? [...wrong, `${name} is home, and ${waiting.join(', ')} still waits`] : wrong
  })
}

const isOverwritten = (path: string): boolean => !readFileSync(path, 'latin1').startsWith('Homecoming')
