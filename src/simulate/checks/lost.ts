/** Lost: no edit of anybody is gone without a trace: see audit.ts. */
import { sql } from 'kysely'
import { isAtWork } from '../place.ts'
import { TopIds } from '../top-ids.ts'
import type { World } from '../world.ts'

const SHOWN = 4

export async function checkLost(world: World): Promise<string[]> {
  const sites = world.places.filter(isAtWork).map(place => place.site)
  const ids = await TopIds.of(sites)
  const overruled = new Set<string>()
  // Knowing that it was deleted: until then whatever had deleted it stood, also a second deletion, which loses to nobody.
  const broughtBack = new Set<string>()
  for (const site of sites.filter(each => each.identity.kind !== 'traveller')) {
    const rows = await site.db.snapshot(read =>
      read.rows(sql<{
        t: number
        record: number
      }>`select tablenumber as t, record_id as record from hc_conflict
        where loser_kind = 'delete'`),
    )
    for (const { t, record } of rows) overruled.add(`${site.dictionary.tableByNumber(t)!.name} ${record}`)
  }
  for (const { tag, table, record } of world.book.edits.filter(({ again }) => again))
    for (const id of ids.all(tag, table, record)) broughtBack.add(`${table} ${id}`)
  const ended = (name: string): boolean => overruled.has(name) || broughtBack.has(name)
  const wrong = await world.audit.check(world.central.site!, sites, ({ tag, table, record }) =>
    ids.all(tag, table, record).some(id => ended(`${table} ${id}`)),
  )
  return wrong.slice(0, SHOWN)
}
